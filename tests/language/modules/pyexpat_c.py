"""pyexpat: every handler and attribute, errors, external entities, handlers that fail or misbehave."""
import copy
import gc
import pickle
import sys
import weakref

import pyexpat
from pyexpat import ParserCreate

HANDLERS = [name for name in dir(pyexpat.XMLParserType) if name.endswith("Handler") or name == "DefaultHandlerExpand"]


def attempt(f, *args, **kwargs):
    try:
        print(getattr(f, "__name__", f), args, kwargs, "->", f(*args, **kwargs))
    except Exception as e:
        print(getattr(f, "__name__", f), args, kwargs, type(e).__name__, e)


def name_of(thing):
    return thing if not isinstance(thing, pyexpat.XMLParserType) else "a parser"


# --- the module ---
print(HANDLERS)
print({n: v for n, v in vars(pyexpat).items() if type(v) in (int, str, tuple, list) and n not in ("__name__", "__doc__")})
for part in (pyexpat.errors, pyexpat.model):
    # Without the word that a refused allocation would print.
    print(str({n: v for n, v in vars(part).items() if n[0] != "_"}).replace("memory", "store"), sys.modules[part.__name__] is part)
print(pyexpat.ExpatError.__mro__, pyexpat.error is pyexpat.ExpatError)
for code in (0, 2, 43, 44, -1, 2 ** 40, "a"):
    attempt(pyexpat.ErrorString, code)
for args in ((1,), (None, 1), ("a\0",), (None, "ab"), (None, "\xe9"), (None, None, 3), (1, 2, 3, 4), ("\ud800",)):
    attempt(ParserCreate, *args)
attempt(ParserCreate, x=1)
attempt(ParserCreate, namespace_separator=b"a")
attempt(pyexpat.XMLParserType)
p = ParserCreate()
for function in (copy.copy, pickle.dumps):
    try:
        function(p)
    except TypeError as e:
        print(e)

# --- methods and attributes ---
for args in ((), (1, 2, 3), (1,), ("a", "b"), ("\ud800",), (b"", 1.5), ("", True), ([],)):
    attempt(p.Parse, *args)


class File:
    def __init__(self, *pieces):
        self.pieces = iter(pieces)

    def read(self, n):
        return next(self.pieces)

    def __repr__(self):
        return "File"


attempt(p.ParseFile)
attempt(p.ParseFile, 1)
for pieces in (("a",), (None,), (b"x" * 3000,), (b"<a>", bytearray(b"</a>"), b""), (b"<a>", b""), (b"<", 3), ()):
    attempt(ParserCreate().ParseFile, File(*pieces))
for method, cases in (("SetBase", ((), (1,), ("a\0",), ("x",), (None,), ("\ud800",))), ("GetBase", ((), (1,))),
                      ("GetInputContext", ((), (1,))), ("SetParamEntityParsing", ((), ("a",), (1,), (2 ** 40,), (7,))),
                      ("UseForeignDTD", ((), ("a",), ([],), (1, 2))),
                      ("ExternalEntityParserCreate", ((), (1,), ("a", 1), ("a", None), ("a", "b\0"), ("a\0",), ("a", "b", "c")))):
    for args in cases:
        attempt(getattr(ParserCreate(), method), *args)
for name in ("buffer_size", "buffer_text", "buffer_used", "ordered_attributes", "specified_attributes", "namespace_prefixes",
             "intern", "ErrorCode", "CurrentLineNumber", "CommentHandler", "DefaultHandlerExpand", "unknown"):
    p = ParserCreate()
    print(name, getattr(p, name, "-"))
    for value in (0, -1, 1.5, "a", None, 2 ** 31, 2 ** 70, 100):
        try:
            setattr(p, name, value)
            print(" ", value, "->", getattr(p, name))
        except Exception as e:
            print(" ", value, type(e).__name__, e)
    try:
        delattr(p, name)
    except Exception as e:
        print("  del", type(e).__name__, e)

# --- every event ---
DOCUMENT = b"""<?xml version="1.0" encoding="iso-8859-1" standalone="no"?>
<?target some data?>
<!-- a comment \xe4 -->
<!DOCTYPE root SYSTEM "outside.dtd" [
<!NOTATION note PUBLIC "public" "system">
<!ENTITY inner "text">
<!ENTITY % parameter "value">
<!ENTITY outer SYSTEM "outer.xml">
<!ENTITY unparsed SYSTEM "picture.gif" NDATA note>
<!ELEMENT root (a | (b, c*)+ | d?)*>
<!ELEMENT a (#PCDATA | b)*>
<!ELEMENT b ANY>
<!ELEMENT c EMPTY>
<!ATTLIST root one CDATA #IMPLIED two (x | y) "x" three ID #REQUIRED four CDATA #FIXED "4">
]>
<root three="3" one="1" xmlns="http://default" xmlns:p="http://p">
<p:b p:attribute="\xe9">text &inner; &outer; more &#169; &lt;</p:b>
<![CDATA[some <data>]]>
<c/><?empty?>
</root>
"""


def listen(parser, log, skip=()):
    def listener(name):
        def handler(*args):
            if name == "ExternalEntityRefHandler" and args[0]:
                shown = (sorted(args[0].split("\f")), *args[1:])  # the order of namespaces is expat's, and random
            else:
                shown = args
            log.append((name[:-7] if name != "DefaultHandlerExpand" else name, shown))
            if name == "ExternalEntityRefHandler":
                sub = parser.ExternalEntityParserCreate(args[0])
                log.append(("sub", sub.Parse("<i/>from outside" if args[0] else "<!ENTITY late 'l'>", True)))
            return 1
        return handler
    for name in HANDLERS:
        if name not in skip:
            setattr(parser, name, listener(name))
    return parser


for separator in (None, " "):
    for skip in ((), ("DefaultHandlerExpand",), ("DefaultHandlerExpand", "DefaultHandler")):
        for settings in ({}, {"buffer_text": True, "ordered_attributes": True}, {"specified_attributes": True, "namespace_prefixes": True},
                         {"buffer_text": True, "buffer_size": 5}):
            log = []
            parser = listen(ParserCreate(namespace_separator=separator), log, skip)
            for name, value in settings.items():
                setattr(parser, name, value)
            parser.SetBase("base")
            parser.SetParamEntityParsing(pyexpat.XML_PARAM_ENTITY_PARSING_ALWAYS)
            print(separator, skip, settings, parser.Parse(DOCUMENT, True), sorted(parser.intern, key=str))
            for event in log:
                print("  ", *event)
            print("  ", parser.ErrorCode, parser.CurrentLineNumber, parser.CurrentColumnNumber, parser.CurrentByteIndex)

# Byte by byte, str, and a file give the same.
for feed in (lambda p: [p.Parse(DOCUMENT[i:i + 1]) for i in range(len(DOCUMENT))] and p.Parse(b"", True),
             lambda p: p.Parse(DOCUMENT.decode("latin-1"), True), lambda p: p.Parse(bytearray(DOCUMENT), 1),
             lambda p: p.ParseFile(File(DOCUMENT[:1000], DOCUMENT[1000:], b"")), lambda p: p.Parse(memoryview(DOCUMENT), 1)):
    log = []
    parser = listen(ParserCreate(), log, ("DefaultHandlerExpand", "DefaultHandler"))
    parser.buffer_text = True
    print(feed(parser), hash(str(log)) == hash(str(log)), len(log), log[-3:])

log = []
parser = listen(ParserCreate(), log, ("DefaultHandlerExpand", "DefaultHandler"))
print(parser.UseForeignDTD(), parser.Parse("<a>&unknown;</a>", True), log)
attempt(parser.UseForeignDTD)
attempt(parser.Parse, "", 1)
log = []
parser = listen(ParserCreate(), log, ("DefaultHandlerExpand", "DefaultHandler", "ExternalEntityRefHandler"))
print(parser.Parse("<!DOCTYPE a SYSTEM 'b'><a>&unknown;</a>", True), log)

# --- names are shared ---
for intern in ({}, None, {"a": "another"}):
    names = []
    parser = ParserCreate(intern=intern)
    parser.StartElementHandler = lambda name, attributes: names.extend([name, *attributes])
    parser.Parse(b"<a a='1'><bb/><bb a='2'/></a>", 1)
    print(names, parser.intern is intern, intern, names[2] is names[3])

# --- errors ---
for data in (b"<a>", b"<a></b>", b"", b"<a>\n  <&", b"\xff", b"<a a='1' a='2'/>", b"<a/><b/>", b"<a>&x;</a>", b"<a:b/>", "<a>\0</a>",
             b"<!DOCTYPE a [<!ENTITY b '&b;'>]><a>&b;</a>", b"<a>]]></a>", b"<a><![CDATA[", b" <?xml version='1.0'?><a/>",
             b"<?xml version='1.0' encoding='nope'?><a/>", b"<?xml version='1.0' encoding='cp037'?><a/>",
             b"<?xml version='1.0' encoding='utf-16'?><a/>", b"<?xml version='1.0' encoding='koi8-r'?><a>\xc0</a>",
             b"<?xml version='1.0' encoding='hex'?><a/>",
             b"<?xml version='1.0' encoding='utf-7'?><a/>", b"<?xml version='1.0' encoding='cp1252'?><a>\x81</a>"):
    for options in ({}, {"namespace_separator": " "}, {"encoding": "utf-8"}, {"encoding": "koi8-r"}, {"encoding": "none such"}):
        parser = ParserCreate(**options)
        try:
            print(parser.Parse(data, True))
        except pyexpat.ExpatError as e:
            print(e, e.args, e.code, e.lineno, e.offset, vars(e), parser.ErrorCode, parser.ErrorLineNumber, parser.ErrorColumnNumber,
                  parser.ErrorByteIndex)
        except Exception as e:
            print(type(e).__name__, e, parser.ErrorCode)

# --- handlers that fail ---
for name in HANDLERS:
    parser = listen(ParserCreate(namespace_separator=" "), [], ("DefaultHandler", "DefaultHandlerExpand"))
    parser.SetParamEntityParsing(pyexpat.XML_PARAM_ENTITY_PARSING_ALWAYS)

    def fail(*args):
        raise KeyError(name)

    for wrong in (fail, 3, lambda: None):
        parser = listen(ParserCreate(namespace_separator=" "), [], {"DefaultHandler", "DefaultHandlerExpand"} - {name})
        setattr(parser, name, wrong)
        try:
            print(parser.Parse(DOCUMENT, True))
        except Exception as e:
            if wrong is fail and e.__traceback__.tb_next is not None:
                print(e.__traceback__.tb_next.tb_frame.f_code.co_name)
            print(name, type(e).__name__, e, wrong is fail and [n for n in HANDLERS if getattr(parser, n) is not None])
for wrong in (None, "a", 2 ** 70, 0):
    parser = ParserCreate()
    parser.ExternalEntityRefHandler = lambda *args: wrong
    attempt(parser.Parse, b"<!DOCTYPE a [<!ENTITY b SYSTEM 'c'>]><a>&b;</a>", 1)
    parser = ParserCreate()
    parser.NotStandaloneHandler = lambda *args: wrong
    attempt(parser.Parse, b"<!DOCTYPE a SYSTEM 'x'><a/>", 1)

# --- handlers that change things ---
parser = ParserCreate()
parser.buffer_text = True


def text(data):
    print(repr(data), parser.GetInputContext())
    if not parser.buffer_text:
        parser.buffer_size += 1


def start(name, attributes):
    print(name, attributes, parser.CurrentLineNumber, parser.CurrentColumnNumber, parser.CurrentByteIndex, parser.GetInputContext())
    if name == "off":
        parser.CharacterDataHandler = None
    elif name == "on":
        parser.CharacterDataHandler = text
        parser.StartElementHandler = None


parser.StartElementHandler = start
parser.CharacterDataHandler = text
print(parser.Parse("<a>one<b>two&#10;</b>\n\nthree<off/>four<on/>five<off/>six</a>", True), parser.GetInputContext())

parser = ParserCreate()
parser.CharacterDataHandler = lambda data: (print(repr(data)), setattr(parser, "CharacterDataHandler", None))
parser.Parse("<a>one\ntwo\nthree</a>", True)

# --- cycles ---


class Owner:
    def __init__(self):
        self.parser = ParserCreate()
        self.parser.StartElementHandler = self.start
        self.sub = None

    def start(self, name, attributes):
        self.sub = self.parser.ExternalEntityParserCreate("x")


owner = Owner()
owner.parser.Parse("<a>")
dead = weakref.ref(owner)
del owner
gc.collect()
print(dead())

# A parser for an entity outlives the name of the one it was made from.
sub = ParserCreate().ExternalEntityParserCreate(None)
gc.collect()
sub.StartElementHandler = print
print(sub.Parse("<!ELEMENT a EMPTY>", True))
log = []
parent = listen(ParserCreate(), log)
kept = []
parent.ExternalEntityRefHandler = lambda context, *rest: kept.append(parent.ExternalEntityParserCreate(context)) or 1
parent.Parse(DOCUMENT, True)
del parent
print(len(kept), [k.Parse("<x>&inner;</x>", True) for k in kept], [e for e in log if e[0] == "StartElement"])
kept = None
