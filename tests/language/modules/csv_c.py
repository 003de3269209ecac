# Module _csv: dialects and their errors, every state of the reader, every way of quoting, files that misbehave.
import _csv
import csv
import io
import re


def show(text):
    try:
        print(text, "->", re.sub(" at 0x[0-9a-f]+", "", repr(eval(text))))
    except BaseException as error:
        print(text, "->", type(error).__name__, error)


def rows(lines, **options):
    try:
        return list(csv.reader(lines, **options))
    except csv.Error as error:
        return f"Error {error}"


def written(*given, **options):
    out = io.StringIO()
    try:
        csv.writer(out, **options).writerows(given)
    except Exception as error:
        return out.getvalue(), type(error).__name__, str(error)
    return out.getvalue()


class D(csv.Dialect):
    delimiter = ";"
    quotechar = "'"
    lineterminator = "\n"
    quoting = csv.QUOTE_ALL
    doublequote = False
    escapechar = "\\"
    skipinitialspace = True


class Odd:
    delimiter = "|"
    other = 5


NAMES = "delimiter doublequote escapechar lineterminator quotechar quoting skipinitialspace strict".split()


def fields(d):
    return [getattr(d, name) for name in NAMES]


for text in r"""fields(_csv.Dialect()); fields(_csv.Dialect(D)); fields(_csv.Dialect(Odd)); fields(_csv.Dialect("excel-tab")); fields(_csv.Dialect(D, delimiter="#", strict=1, quoting=0))
_csv.Dialect("nosuch"); _csv.Dialect(None); _csv.Dialect(5); _csv.Dialect(D, 2); _csv.Dialect(x=1); _csv.Dialect(delimiter=""); _csv.Dialect(delimiter="ab"); _csv.Dialect(delimiter=5)
_csv.Dialect(delimiter=None); _csv.Dialect(delimiter=b","); _csv.Dialect(quotechar=""); _csv.Dialect(quotechar="ab"); _csv.Dialect(quotechar=5); _csv.Dialect(quotechar=None)
fields(_csv.Dialect(quotechar=None, quoting=3)); _csv.Dialect(escapechar="ab"); _csv.Dialect(escapechar=5); fields(_csv.Dialect(escapechar=None)); fields(_csv.Dialect(escapechar=""))
_csv.Dialect(lineterminator=None); _csv.Dialect(lineterminator=5); fields(_csv.Dialect(lineterminator="")); fields(_csv.Dialect(lineterminator="xyz")); _csv.Dialect(quoting=9); _csv.Dialect(quoting=-1)
_csv.Dialect(quoting="x"); _csv.Dialect(quoting=None); _csv.Dialect(quoting=1.0); fields(_csv.Dialect(quoting=True)); fields(_csv.Dialect(doublequote=[], skipinitialspace="x", strict={})); _csv.Dialect(delimiter="\n")
_csv.Dialect(delimiter=" ", skipinitialspace=True); _csv.Dialect(delimiter=",", quotechar=","); setattr(_csv.Dialect(), "delimiter", "x"); setattr(_csv.Dialect(), "quoting", 1); delattr(_csv.Dialect(), "strict")
_csv.Dialect(_csv.Dialect(D)) ; d is _csv.Dialect(d); _csv.register_dialect("mine", D); fields(_csv.get_dialect("mine")); _csv.register_dialect("other", delimiter="!"); sorted(_csv.list_dialects())
_csv.register_dialect(5, D); _csv.register_dialect(); _csv.register_dialect("x", D, 3); _csv.register_dialect("x", delimiter=""); _csv.get_dialect("none"); _csv.get_dialect([]); _csv.unregister_dialect("other")
_csv.unregister_dialect("other"); _csv.unregister_dialect([]); sorted(_csv.list_dialects()); _csv.field_size_limit(); _csv.field_size_limit("x"); _csv.field_size_limit(None); _csv.field_size_limit(1, 2); _csv.field_size_limit(10**30)
_csv.reader(); _csv.reader(5); _csv.reader([], "nosuch"); _csv.reader([], delimiter=""); _csv.reader([], D, 4); next(_csv.reader([b"x"])); next(_csv.reader([5])); next(_csv.reader([])); _csv.writer(); _csv.writer(5)
_csv.writer(io.StringIO(), quoting=7); _csv.writer(io.StringIO()).writerow(5); _csv.writer(io.StringIO()).writerows(5); _csv.writer(io.StringIO()).writerows([5]); _csv.writer(io.StringIO()).writerow("abc")
fields(_csv.reader([], D).dialect); fields(_csv.writer(io.StringIO(), "mine").dialect); _csv.QUOTE_MINIMAL, _csv.QUOTE_ALL, _csv.QUOTE_NONNUMERIC, _csv.QUOTE_NONE, _csv.__version__
_csv.Error.__mro__, _csv.Error.__module__; __import__("copy").copy(_csv.Dialect()); __import__("pickle").dumps(_csv.Dialect()); type(_csv.reader([])).__name__, type(_csv.writer(io.StringIO())).__name__""".replace("\n", "; ").split("; "):
    d = _csv.Dialect()
    show(text.strip())

TEXTS = ["", "\n", "a", "a,b", "a,b\n", "a,b\r", "a,b\r\n", "a\nb", "a\rb", "a,\nb", ",", ",,\n", '""', '"a"', '"a,b"', '"a""b"', '"a"b', '"a" ,b', '"a', '"a\n', '"', 'a"b"c', ' "a", b', "a\\,b", "a\\", "a\\\nb", '"a\\"b"',
         '"a\\', "\\\n", "'a;b';c", "1,2.5,x", '"1",2', "\0", "a\0b,c", '"a\0b"', "\\\r\n", '"x"\r\ny', "é,日本,\U0001F600", " ,  a", '"" ""', '"a"\n"b"', ',"",', '1e5,nan,-0', '""""', '"""', "a''b;'c''d'"]
OPTIONS = [{}, {"escapechar": "\\"}, {"strict": True}, {"skipinitialspace": True}, {"quoting": csv.QUOTE_NONE}, {"quoting": csv.QUOTE_NONE, "escapechar": "\\"},
           {"quoting": csv.QUOTE_NONNUMERIC}, {"doublequote": False}, {"doublequote": False, "strict": True, "escapechar": "\\"}, {"delimiter": ";", "quotechar": "'"},
           {"quotechar": None, "quoting": csv.QUOTE_NONE}, {"dialect": D}]
for options in OPTIONS:
    for text in TEXTS:
        try:
            result = rows([text], **options)
        except Exception as error:
            result = type(error).__name__, str(error)
        print(options, repr(text), result)
print(rows(['"a\n', 'b\n', 'c",d\n', "e"]), rows(['a"\n', '"b\n']), rows(["a\\\n", "b"], escapechar="\\"), rows(['"a\\\n', 'b"'], escapechar="\\"))

ROWS = [[], [""], ["", ""], [None], [None, 1], ["a"], ["a", 1, 2.5, None, True], ['a"b'], ["a,b"], ["a\nb"], ["a\rb"], ["a\r\nb"], [" a "], ["'"], [";"], ["\\"], ["a\\b"], ['"'], ['""'], ["\0"], ["é日\U0001F600"], ["a b"],
        [1], [-1.5], ["1"], [float("nan")], [b"x"], [["l"]], ("t", "u"), "str", [" "], ["", " a"], ["\t"], ["x", ""]]
OPTIONS += [{"quoting": csv.QUOTE_ALL}, {"quoting": csv.QUOTE_ALL, "doublequote": False}, {"lineterminator": "\n"}, {"lineterminator": "!;"}, {"lineterminator": ""}, {"delimiter": " "}, {"quoting": csv.QUOTE_NONNUMERIC, "escapechar": "\\"},
            {"quotechar": "'", "doublequote": False, "escapechar": "#"}, {"quoting": csv.QUOTE_NONE, "escapechar": '"'}, {"delimiter": "\t", "skipinitialspace": True}]
for options in OPTIONS:
    for row in ROWS:
        print(options, row, repr(written(row, **options)))
print(written([1, 2], ["a", "b"]), written(iter([1, 2]), (x for x in "ab")))

r = csv.reader(['"a\n', 'b"\n', "\n", "c\n"])
print([(row, r.line_num) for row in r], r.line_num, iter(r) is r)
out = io.StringIO()
w = csv.writer(out)
print(w.writerow([1, "two"]), w.writerows([[1], [2]]), w.writerow([]))

old = csv.field_size_limit(5)
print(old, rows(["abcde,f"]), rows(["abcdef"]), rows(['"abc', 'def"']), csv.field_size_limit(old))


class Failing:
    def __str__(self):
        raise ValueError("no text")


class Bad:
    def write(self, text):
        raise OSError("disk full")


class Returns:
    def write(self, text):
        return "whatever"


def broken():
    yield "a,b\n"
    raise KeyError("broken off")


show("written([1], [Failing()])")
show("csv.writer(Bad()).writerow([1])")
show("csv.writer(Returns()).writerow([1])")
show("list(csv.reader(broken()))")


class Nested:
    """A line whose reading reads another from the same reader."""

    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n == 2:
            return "x" + repr(next(reader)) if False else "inner,1\n"
        if self.n > 4:
            raise StopIteration
        return f"outer{self.n},2\n"


reader = csv.reader(Nested())
print(list(reader))
with io.StringIO("a,b\n1,2\n3,4,5\n6\n") as file:
    print(list(csv.DictReader(file)))
out = io.StringIO()
w = csv.DictWriter(out, ["x", "y"], lineterminator="\n")
w.writeheader()
w.writerow({"x": 1, "y": 2})
print(out.getvalue(), csv.Sniffer().sniff("a;b;c\n1;2;3\n").delimiter, csv.Sniffer().has_header("name,age\nbob,3\nal,4\n"))
