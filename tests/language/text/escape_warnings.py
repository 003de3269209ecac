# Warnings of escapes that mean nothing, from the codecs and from source.
import codecs
import warnings


def attempt(function, text):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        print(text, function(text), [str(one.message) for one in caught])


for text in (rb"\400", rb"\777", rb"\377", rb"\8", rb"\501\z\400", rb"\z\400", rb"\400\z", rb"\A"):
    attempt(codecs.escape_decode, text)
    attempt(codecs.unicode_escape_decode, text)
    attempt(eval, "'" + text.decode() + "'")
    attempt(eval, "b'" + text.decode() + "'")
