"""The command lines that compare.py runs: $PY is the program; -S where what site finds on the machine is no matter."""

FLAGS = "import sys; print(*sys.flags, sys.warnoptions)"
HELLO = {"hello.py": "import sys\nprint('hello', sys.argv, __name__, __file__)\n"}
PACKAGE = {"pkg/__init__.py": "print('init', __name__)\n", "pkg/__main__.py": "import sys\nprint('main', __name__, __package__, sys.argv[1:])\n",
           "pkg/mod.py": "print('mod', __name__, __package__, __spec__.name)\n", "empty/__init__.py": ""}

CASES = []


def zipped(files, comment=b""):
    """A zip file, nothing in it compressed (and no checksums: nobody looks)."""
    body, directory = b"", b""
    for name, text in files.items():
        name, text = name.encode(), text.encode()
        common = bytes(8) + len(text).to_bytes(4, "little") * 2 + len(name).to_bytes(2, "little") + bytes(2)
        directory += b"PK\1\2\x14\0\x14\0\0\0\0\0" + common + bytes(10) + len(body).to_bytes(4, "little") + name
        body += b"PK\3\4\x14\0\0\0\0\0" + common + name + text
    count = len(files).to_bytes(2, "little") * 2
    return (body + directory + b"PK\5\6\0\0\0\0" + count + len(directory).to_bytes(4, "little") + len(body).to_bytes(4, "little")
            + len(comment).to_bytes(2, "little") + comment)


def case(name, line, **more):
    CASES.append({"name": name, "line": line, **more})


# --- options -------------------------------------------------------------------------------------------------------

for flags in ("", "-b", "-bb", "-B", "-d", "-E", "-i -q", "-I", "-O", "-OO", "-OOO", "-P", "-q", "-s", "-S", "-u", "-x", "-R", "-bBdEsSuq",
              "-X dev", "-X utf8", "-X utf8=0", "-X utf8=1", "-X int_max_str_digits=700", "-X int_max_str_digits=0",
              "-X frozen_modules=off", "-X no_debug_ranges", "-X warn_default_encoding", "-X faulthandler", "-X tracemalloc=3",
              "-X pycache_prefix=x", "-X showrefcount"):
    case(f"flags {flags or 'none'}", f"$PY {flags} -c '{FLAGS}' </dev/null", ignore=("stderr",) if "-i" in flags else ())
for variable, value in (("PYTHONOPTIMIZE", "2"), ("PYTHONOPTIMIZE", "x"), ("PYTHONVERBOSE", ""), ("PYTHONDEBUG", "1"), ("PYTHONDONTWRITEBYTECODE", "1"),
                        ("PYTHONNOUSERSITE", "1"), ("PYTHONSAFEPATH", "1"), ("PYTHONUNBUFFERED", "1"), ("PYTHONHASHSEED", "5"), ("PYTHONHASHSEED", "random"),
                        ("PYTHONUTF8", "1"), ("PYTHONUTF8", "0"), ("PYTHONDEVMODE", "1"), ("PYTHONINTMAXSTRDIGITS", "1000"), ("PYTHONWARNDEFAULTENCODING", "1"),
                        ("PYTHONINTMAXSTRDIGITS", "0"), ("PYTHONPYCACHEPREFIX", "/x"), ("PYTHONNODEBUGRANGES", "1"), ("PYTHONWARNINGS", "error,ignore::ValueError")):
    case(f"environment {variable}={value}", f"$PY -S -c '{FLAGS}; print(sys.warnoptions, sys.pycache_prefix, sys.dont_write_bytecode)'", env={variable: value})
    case(f"environment -E {variable}={value}", f"$PY -S -E -c '{FLAGS}; print(sys.warnoptions, sys.pycache_prefix)'", env={variable: value})
for variable, value in (("PYTHONHASHSEED", "x"), ("PYTHONHASHSEED", "4294967296"), ("PYTHONHASHSEED", "-1"), ("PYTHONUTF8", "x"), ("PYTHONINTMAXSTRDIGITS", "3"),
                        ("PYTHONINTMAXSTRDIGITS", "x"), ("PYTHONTRACEMALLOC", "x"), ("PYTHONMALLOC", "x")):
    case(f"environment wrong {variable}={value}", "$PY -S -c 'print(1)'", env={variable: value})
for option in ("-X int_max_str_digits=3", "-X int_max_str_digits", "-X int_max_str_digits=x", "-X utf8=2", "-X utf8=x", "-X tracemalloc=x", "-X tracemalloc=-1"):
    case(f"wrong {option}", f"$PY -S {option} -c 'print(1)'")
case("xoptions", "$PY -S -X a -X b=1 -X c=d=e -Xf -c 'import sys; print(sys._xoptions)'")
for encoding in ("ascii", "latin-1", ":replace", "ascii:backslashreplace", "utf-8:surrogateescape", "nosuch", "ascii:nosuch"):
    case(f"PYTHONIOENCODING={encoding}", "$PY -S -c 'import sys; print(sys.stdout.encoding, sys.stdout.errors, sys.stdin.errors, sys.stderr.errors); print(ascii(\"x\"))'",
         env={"PYTHONIOENCODING": encoding}, last=True)
LOCALE = "import sys, locale, os; print(sys.flags.utf8_mode, locale.getpreferredencoding(), locale.setlocale(locale.LC_ALL), sys.stdout.encoding, sys.stdin.errors, os.environ.get('LC_CTYPE'), open('/dev/null').encoding)"
for variable in "LC_ALL", "LC_CTYPE", "LANG":
    for locale in "C", "POSIX", "C.UTF-8", "xx", "":
        for coercion in None, "0", "warn":
            for option in "", "-X utf8=0", "-X utf8", "-E":
                more = {} if coercion is None else {"PYTHONCOERCECLOCALE": coercion}
                case(f"locale {variable}={locale} {coercion} {option}", f'env -u LC_ALL -u LC_CTYPE -u LANG {variable}={locale} $PY -S {option} -c "{LOCALE}"', env=more)
for locale in ("C", "POSIX", "C.UTF-8", ""):
    case(f"locale {locale}", "$PY -S -c 'import sys; print(sys.stdout.encoding, sys.stdout.errors, sys.stdin.errors, sys.getfilesystemencoding(), sys.flags.utf8_mode)'",
         env={"LC_ALL": locale})
case("PYTHONPATH", "$PY -S -c 'import sys; print(sys.path[:3]); import m'", env={"PYTHONPATH": "a:b"}, files={"b/m.py": "print('found')"})
case("PYTHONPATH, site", "$PY -c 'import sys, os; print(sys.path[:3] == [\"\", os.getcwd() + \"/a\", os.getcwd() + \"/b\"]); import m'", env={"PYTHONPATH": "a:b"}, files={"b/m.py": "print('found')"})

for line in ("-V", "-VV", "--version", "-h", "-?", "--help", "--help-env", "--help-xoptions", "--help-all"):
    case(f"{line}", f"$PY {line}", ignore=("stdout",) if "h" in line or "?" in line or line == "-VV" else ())
for line in ("-z", "-Z", "-qz", "--nosuch", "--check-hash-based-pycs", "--check-hash-based-pycs x", "-c", "-m", "-W", "-X", "-J", "-Q", "--", "-t -c 'print(1)'",
             "-l", "-vj"):
    case(f"wrong option {line}", f"$PY {line} </dev/null")
case("hash-based", "$PY -S --check-hash-based-pycs always -c 'import _imp; print(_imp.check_hash_based_pycs)'")

# --- what to run ----------------------------------------------------------------------------------------------------------

case("script", "$PY -S hello.py a -b --c", files=HELLO)
case("script, absolute", "$PY -S $PWD/hello.py", files=HELLO)
case("script by link", "ln -s d/hello.py link.py; $PY -S link.py", files={"d/hello.py": "import other", "d/other.py": "print('other')"})
case("command", "$PY -S -c 'import sys; print(sys.argv, sys.path[0] == \"\")' x -y")
case("command joined", "$PY -S -cprint\\(1\\)")
case("command in the middle", "$PY -S -c 'import sys; print(sys.argv)' -c -m")
case("command, not utf-8", "$PY -S -c $'print(ascii(\"\\xff\"))'")
case("command, error", "$PY -S -c 'x = = 1'")
case("command, two lines", "$PY -S -c $'def f():\\n  return undefined\\nf()'")
case("command, indented", "$PY -S -c '  print(1)'")
case("stdin", "echo 'import sys; print(sys.argv, __name__, \"__file__\" in globals())' | $PY -S")
case("stdin, dash", "echo 'import sys; print(sys.argv, sys.path[0] == \"\")' | $PY -S - a b")
case("stdin, error", "printf 'print(1)\\nx = = 2\\n' | $PY -S")
case("stdin, exception", "printf 'print(1)\\ndef f():\\n  1/0\\nf()\\n' | $PY -S")
case("stdin, empty", "$PY -S </dev/null")
case("module", "$PY -S -m hello a b", files={"hello.py": "import sys\nprint(sys.argv[1:], __name__, __spec__.name, sys.argv[0] == __file__)\n"})
case("package", "$PY -S -m pkg a b", files=PACKAGE)
case("submodule", "$PY -S -m pkg.mod", files=PACKAGE)
case("package without main", "$PY -S -m empty", files=PACKAGE)
case("module missing", "$PY -S -m nosuch")
case("module missing in a package", "$PY -S -m pkg.nosuch", files=PACKAGE)
case("module of a module", "$PY -S -m os.x")
case("module built in", "$PY -S -m sys")
case("module relative", "$PY -S -m .x")
case("module by file name", "$PY -S -m hello.py", files=HELLO)
case("module that fails", "$PY -S -m bad", files={"bad.py": "def f():\n    raise KeyError(3)\nf()\n"})
case("module with wrong syntax", "$PY -S -m bad", files={"bad.py": "x = = 1\n"})
case("module that exits", "$PY -S -m bad", files={"bad.py": "raise SystemExit(7)\n"})
case("module, isolated", "$PY -S -I -m hello", files=HELLO)
case("module, path", "$PY -S -m hello", files={"hello.py": "import sys, os\nprint(sys.path[0] == os.getcwd())\n"})
case("folder", "$PY -S pkg a b", files={"pkg/__main__.py": "import sys, other\nprint(sys.argv, __name__, repr(__package__), __spec__.name, __file__)\n", "pkg/other.py": "print('other')"})
case("folder, slash", "$PY -S pkg/", files={"pkg/__main__.py": "import sys\nprint(sys.argv, sys.path[0])\n"})
case("folder without main", "mkdir d; $PY -S d")
case("folder, isolated", "$PY -I -S pkg", files={"pkg/__main__.py": "import sys\nprint(sys.path[0])\n"})
case("zip", "$PY -S app.zip a; mv app.zip app.pyz; $PY -S app.pyz",
     files={"app.zip": zipped({"__main__.py": "import sys, inner\nprint(sys.argv, __name__, __file__)", "inner.py": "print('inner')"})})
case("zip, traceback", "$PY -S app.zip", files={"app.zip": zipped({"__main__.py": "def f():\n    1/0\nf()"})})
case("zip without main", "$PY -S app.zip", files={"app.zip": zipped({"x.py": ""})})
case("zip behind a head", "$PY -S app", files={"app": b"#!x\n" + zipped({"__main__.py": "print('run')"})})
case("zip with a comment", "$PY -S app", files={"app": zipped({"__main__.py": "print('run')"}, b"comment" * 9)})
case("zip on the path", "$PY -S -c 'import inner; print(inner.__file__, inner.__loader__)'", env={"PYTHONPATH": "app.zip"}, files={"app.zip": zipped({"inner.py": "print('inner')"})})
case("pyc", "$PY -S -c 'import py_compile; py_compile.compile(\"hello.py\", \"h.pyc\")'; $PY -S h.pyc x", files=HELLO)
case("skip line", "$PY -S -x s.py", files={"s.py": "this is no python\nprint('second')\n"})
case("shebang", "$PY -S s.py", files={"s.py": "#!/usr/bin/env python3\nprint('second')\n"})
case("empty file", "$PY -S s.py", files={"s.py": ""})
case("no newline", "$PY -S s.py", files={"s.py": "print(1)"})
case("bom", "$PY -S s.py", files={"s.py": b"\xef\xbb\xbfprint('bom')\n"})
case("crlf", "$PY -S s.py", files={"s.py": b"x = '''a\r\nb'''\r\nprint(ascii(x))\r\n"})
case("latin-1", "$PY -S s.py", files={"s.py": b"# -*- coding: latin-1 -*-\nprint(ascii('\xe9'))\n"})
case("safe path", "cd d; $PY -S -P ../s.py", files={"s.py": "import sys\nprint(len([p for p in sys.path if 'FOLDER' in p]))\n", "d/x": ""})
case("optimized", "$PY -S -O -c 'assert 0; print(__debug__)'; $PY -S -OO -c 'def f(): \"doc\"\nprint(f.__doc__)'")

# --- exit ---------------------------------------------------------------------------------------------------------------------

for code in ("0", "3", "256", "-1", "None", "'message'", "(1, 2)", "1.5", "True", "''", "2**70", "[]"):
    case(f"exit {code}", f"$PY -S -c \"import sys; sys.exit({code})\"")
case("exit in a script", "$PY -S s.py", files={"s.py": "import sys\ntry:\n    sys.exit(4)\nfinally:\n    print('finally')\n"})
case("exit by os", "$PY -S -c \"import os; print('lost', end=''); os._exit(5)\"")
case("exit builtins", "$PY -c \"print(exit, quit, sep='|'); exit(6)\"")
case("exit, error at exit", "$PY -S -c \"import atexit; atexit.register(lambda: 1/0); print(1)\"", last=True)
case("exit at exit", "$PY -S -c \"import atexit, sys; atexit.register(sys.exit, 3); print(1)\"")
case("exception", "$PY -S -c 'raise ValueError(3)'")
case("exception chained", "$PY -S s.py", files={"s.py": "try:\n    1/0\nexcept Exception as e:\n    raise KeyError('x') from e\n"})
case("exception group", "$PY -S s.py", files={"s.py": "raise ExceptionGroup('g', [ValueError(1), TypeError(2)])\n"})
case("excepthook", "$PY -S -c 'import sys; sys.excepthook = lambda *a: print(\"hook\", a[0]); 1/0'")
case("excepthook fails", "$PY -S -c $'import sys\\ndef hook(*a): 1/0\\nsys.excepthook = hook\\nraise KeyError'")
case("keyboard interrupt", "$PY -S -c 'raise KeyboardInterrupt'; echo $?")
case("base exception", "$PY -S -c 'raise BaseException(1)'")
case("generator exit", "$PY -S -c 'raise GeneratorExit'")
case("recursion", "$PY -S s.py", files={"s.py": "def f():\n    f()\nf()\n"})
case("finalizer at exit", "$PY -S -c $'class A:\\n  def __del__(self): print(\"del\")\\na = A()'")

# --- bad input -----------------------------------------------------------------------------------------------------------------

case("file missing", "$PY -S nosuch.py")
case("file in a missing folder", "$PY -S no/such.py")
case("file unreadable", "chmod 0 s.py; [ $(id -u) = 0 ] && exec setpriv --reuid 65534 --clear-groups true; $PY -S s.py", files={"s.py": "print(1)\n"})
case("file is a folder", "mkdir s.py; $PY -S s.py")
case("file not utf-8", "$PY -S s.py", files={"s.py": b"x = 1\ny = '\xff'\n"})
case("file not utf-8, declared", "$PY -S s.py", files={"s.py": b"# coding: ascii\ny = '\xff'\n"})
case("coding unknown", "$PY -S s.py", files={"s.py": b"# coding: nosuch\nx = 1\n"})
case("pyc of nonsense", "$PY -S s.pyc", files={"s.pyc": b"nonsense"}, last=True)
case("syntax error", "$PY -S s.py", files={"s.py": "def f(:\n    pass\n"})
case("indentation error", "$PY -S s.py", files={"s.py": "if 1:\nx = 1\n"})
case("tab error", "$PY -S s.py", files={"s.py": "if 1:\n        x = 1\n\ty = 2\n"})
case("unterminated", "$PY -S s.py", files={"s.py": "x = (1,\n"})
case("syntax error in an import", "$PY -S -c 'import bad'", files={"bad.py": "x = = 1\n"})
case("import missing", "$PY -S -c 'import nosuch'")
case("import from missing", "$PY -S -c 'from os import nosuch'")
case("import circular", "$PY -S -c 'import a'", files={"a.py": "import b\n", "b.py": "from a import x\n"})
case("import fails", "$PY -S -c 'import a'", files={"a.py": "import b\n", "b.py": "1/0\n"})
case("folder gone", "mkdir d; cd d; rmdir ../d; $PY -S -c 'print(1)'")
case("path with odd characters", "$PY -S $'a\\xff.py'; cp s.py $'a\\xff.py'; $PY -S $'a\\xff.py'", files={"s.py": "print(ascii(__file__)[-10:])\n"})

for damage in ("truncated", "emptied", "garbled", "stale", "foreign"):
    case(f"cache {damage}", "$PY -S -c 'import m'; $PY -S damage.py %s; $PY -S -c 'import m'; $PY -S -c 'import m'" % damage, files={
        "m.py": "print('right')\n",
        "damage.py": "import os, sys\nname = '__pycache__/' + os.listdir('__pycache__')[0]\ndata = bytearray(open(name, 'rb').read())\nhow = sys.argv[1]\n"
                     "if how == 'truncated': del data[len(data) // 2:]\nif how == 'emptied': data.clear()\n"
                     "if how == 'garbled': data[0:4] = b'abcd'\nif how == 'foreign': data[0:4] = b'\\x61\\x0d\\x0d\\x0a'\n"
                     "if how == 'stale': os.utime('m.py', (1, 1))\nopen(name, 'wb').write(data)\n"}, **({"ignore": ("status", "stdout", "stderr")} if damage == "truncated" else {}))
case("cache folder unwritable", "touch __pycache__; $PY -S -c 'import m'", files={"m.py": "print('right')\n"})
case("cache not written", "$PY -S -B -c 'import m'; ls", files={"m.py": "print('right')\n"})
case("cache elsewhere", "$PY -S -X pycache_prefix=$PWD/c -c 'import m'; ls; find c -name m.*.pyc | sed s,$PWD/c,,", files={"m.py": "print('right')\n"})
case("cache without source", "$PY -S -c 'import m'; cp __pycache__/m.*.pyc m.pyc; rm m.py; $PY -S -c 'import m; print(m.__file__, m.__cached__)'", files={"m.py": "print('right')\n"})
case("hash-based cache", "$PY -S -c 'import py_compile as p; p.compile(\"m.py\", invalidation_mode=p.PycInvalidationMode.CHECKED_HASH)'; $PY -S -c 'import m'; echo 'print(2)' >m.py; $PY -S -c 'import m'",
     files={"m.py": "print('right')\n"})

# --- pipes, descriptors, a full disk ----------------------------------------------------------------------------------------------

BROKEN = "import os\nr, w = os.pipe()\nos.dup2(w, 1)\nos.close(w)\nos.close(r)\n"
case("closed pipe", "$PY -S s.py; echo $?", files={"s.py": BROKEN + "for i in range(100000): print(i)\n"})
case("closed pipe at exit", "$PY -S s.py; echo $?", files={"s.py": BROKEN + "print(1)\n"})
case("closed pipe, flushed", "$PY -S s.py; echo $?", files={"s.py": BROKEN + "try:\n    print(1, flush=True)\nexcept BrokenPipeError as error:\n    os.write(2, repr(error).encode())\n"})
case("stdout closed", "$PY -S -c 'import sys; print(sys.stdout); print(1)' >&-")
case("stdin closed", "$PY -S -c 'import sys; print(sys.stdin); input()' <&-")
case("stderr closed", "$PY -S -c '1/0' 2>&-; echo $?")
case("stdin closed, no program", "$PY -S <&-; echo $?")
case("all closed", "$PY -S -c 'open(\"x\", \"w\").write(\"y\")' <&- >&- 2>&-; echo $?; cat x")
case("stdin is a folder", "$PY -S </; echo $?")
case("stdout is full", "$PY -S -c 'print(1)' >/dev/full; echo $?")
case("stdout is full, much", "$PY -S -c 'print(\"x\" * 100000)' >/dev/full; echo $?")
case("stdout is full, unbuffered", "$PY -S -u -c 'print(1)' >/dev/full; echo $?")
case("stdout is full, flushed", "$PY -S -c 'print(1, flush=True)' >/dev/full; echo $?")
case("stderr is full", "$PY -S -c '1/0' 2>/dev/full; echo $?")
case("file is full", "$PY -S -c $'f = open(\"/dev/full\", \"w\")\\nf.write(\"x\")\\nf.close()'; echo $?")
case("file is full at exit", "$PY -S -c $'f = open(\"/dev/full\", \"w\")\\nf.write(\"x\")'; echo $?", last=True)
case("nothing is lost", "$PY -S -c $'import sys\\nprint(\"before\")\\nsys.stderr.write(\"error\\\\n\")\\n1/0' 2>&1 | cat")
case("nothing is lost by exit", "$PY -S -c $'import sys\\nprint(\"before\", end=\"\")\\nsys.exit(3)' | cat")
for name, text in (("behind a statement", "print(1)\\0print(2)"), ("alone", "\\0"), ("in a string", "x = \"a\\0b\"\\nprint(len(x))"), ("in a comment", "# a\\0b\\nprint(1)"), ("a line", "print(1)\\n\\0\\nprint(2)"), ("at the end", "print(1)\\nprint(2)\\0")):
    case(f"NUL {name}", f"printf '{text}' >s.py; $PY -S s.py; echo $?; $PY -S - <s.py; echo $?; $PY -S -c 'import s'; echo $?", last=True)
case("tracemalloc is not imported", "$PY -S -X tracemalloc -c 'import sys; print([name for name in sys.modules if \"tracem\" in name]); import tracemalloc; print(tracemalloc.is_tracing())'")
for options in "", "-W always":
    case(f"stdout lost in between {options}", f"$PY -S {options} -c $'import os\\nprint(1)\\nos.close(1)'; echo $?")
    case(f"stdout is full, development mode {options}", f"$PY -S -X dev {options} -c 'print(1)' >/dev/full; echo $?", ignore=("stdout",))
    for name, text in (("cycle", "l = [open('f', 'w')]; l.append(l); l[0].write('x'); del l; import gc; gc.collect()"),
                       ("cycle at exit", "l = [open('f', 'w')]; l.append(l); l[0].write('x')"), ("global", "f = open('f', 'wb'); f.write(b'x')"),
                       ("generator", "def g():\n    f = open('f', 'w'); f.write('x'); yield\nx = g(); next(x)"),
                       ("class", "class A: f = open('f', 'w')\nA.f.write('x')"),
                       ("finalizer", "class A:\n    def __init__(s): s.f = open('f', 'w'); s.s = s\n    def __del__(s): s.f.write('x')\nA()"),
                       ("full", "f = open('/dev/full', 'w'); f.write('x'); del f"), ("lost", "import os; f = open('f', 'w'); f.write('x'); os.close(f.fileno())")):
        case(f"file not closed: {name} {options}", f"$PY -S {options} s.py; echo $?; cat f", files={"s.py": text})
case("what the prompt showed last", "$PY -S -i -q <<< $'class A:\\n def __repr__(s): return \"A\"\\n def __del__(s): print(__name__)\\n\\nA()\\n'")
case("coroutine never awaited", "$PY -S -c $'async def f(): pass\\nf()'")
case("stdout closed by the program", "$PY -S -c 'import sys; sys.stdout.close()'; echo $?")
case("stdout None", "$PY -S -c 'import sys; sys.stdout = None; print(1)'; echo $?")
case("stdout deleted", "$PY -S -c 'import sys; del sys.stdout; print(1)'; echo $?")
case("stderr None", "$PY -S -c 'import sys; sys.stderr = None; 1/0'; echo $?")

# --- where the program lies ----------------------------------------------------------------------------------------------------------------

WHERE = "import os, sys; print(*map(os.path.relpath, (sys.executable, sys.prefix, sys.exec_prefix)), sys.base_prefix, sys._base_executable == sys.executable)"
case("virtual environment", f"$PY -m venv --without-pip v && v/bin/python -c '{WHERE}' && v/bin/python -c 'import sys; print([p[-16:] for p in sys.path])'; cd v/bin; ./python3 -c '{WHERE}'")
case("a link to the program", f"ln -s $PY p; ./p -S -c '{WHERE}'; PATH=$PWD p -S -c '{WHERE}'; mkdir d; cd d; ../p -S -c '{WHERE}'")
case("program not found", "(exec -a nowhere $PY -S -c 'import sys; print(repr(sys.executable))')")
case("PYTHONEXECUTABLE", "PYTHONEXECUTABLE=/x/y $PY -S -c 'import sys; print(sys.executable)'; PYTHONEXECUTABLE=/x/y $PY -E -S -c 'import sys; print(sys.executable)'")

# --- signals ---------------------------------------------------------------------------------------------------------------------------

for where, program in (("loop", "go = 1\nwhile 1: x = len"), ("sleep", "import time\ntime.sleep(20)"), ("read", "import os\nos.read(r, 1)"), ("call", "def f():\n  while 1: len([])\ngo = 1\nf()"),
                       ("wait", "import _thread\na = _thread.allocate_lock()\na.acquire()\na.acquire()"), ("handled", "try:\n  go = 1\n  while 1:\n    for x in range(9): x = len\nexcept KeyboardInterrupt: print('caught')"),
                       ("own handler", "import _signal\n_signal.signal(2, lambda *a: (print('mine', a[0]), 1/0))\ngo = 1\nwhile 1: x = len")):
    ready = "go" if "go = 1" in program else "open('/proc/self/stat').read().split(')')[1].split()[0] == 'S'"
    text = f"import os, _thread\nr, w = os.pipe()\ngo = 0\ndef k():\n  while not ({ready}): os.sched_yield()\n  os.kill(os.getpid(), 2)\n_thread.start_new_thread(k, ())\n{program}\n"
    case(f"SIGINT in {where}", "$PY -S s.py; echo $?", files={"s.py": text}, last=True)
case("SIGTERM", "$PY -S -c 'import os; print(1, flush=True); os.kill(os.getpid(), 15)'; echo $?")
case("SIGTERM unflushed", "$PY -S -c 'import os; print(1); os.kill(os.getpid(), 15)' | cat; echo ${PIPESTATUS[0]}")
case("SIGINT in a module", "$PY -S -m s; echo $?", files={"s.py": "import os\nos.kill(os.getpid(), 2)\nwhile 1: pass\n"})
case("SIGINT in an import", "$PY -S -c 'import s'; echo $?", files={"s.py": "import os\nos.kill(os.getpid(), 2)\nwhile 1: pass\n"})
case("SIGINT ignored", "trap '' INT; $PY -S -c 'import os; os.kill(os.getpid(), 2); print(1)'; echo $?")
case("SIGINT at exit", "$PY -S -c $'import atexit, os\\natexit.register(lambda: os.kill(os.getpid(), 2))'; echo $?", last=True)
case("SIGPIPE default", "$PY -S -c 'import _signal; print(_signal.getsignal(13), _signal.getsignal(25))'")

# --- warnings ----------------------------------------------------------------------------------------------------------------------------

WARN = {"w.py": "import warnings\nfor i in range(2):\n    warnings.warn('user')\n    warnings.warn('old', DeprecationWarning)\n    warnings.warn('soon', PendingDeprecationWarning)\n"
                "    warnings.warn('res', ResourceWarning)\nimport wm\nwm.f()\n", "wm.py": "import warnings\ndef f():\n    warnings.warn('in module')\n    warnings.warn('in module', DeprecationWarning)\n"}
for options in ("", "-Wdefault", "-Wignore", "-Walways", "-Wmodule", "-Wonce", "-Werror", "-We", "-Wi", "-Wd", "-Wa", "-Wo", "-Wm", "-W error::DeprecationWarning", "-W ignore::UserWarning",
                "-W ignore:user", "-W ignore:USER", "-W ignore:us", "-W ignore:::wm", "-W ignore:::wm:3", "-W error:::__main__", "-W error:::w", "-W ignore -W error::UserWarning", "-W error -W ignore",
                "-W error::DeprecationWarning:wm", "-X dev", "-b", "-bb", "-W ignore::Warning"):
    case(f"warnings {options}", f"$PY -S {options} w.py", files=WARN)
for options in ("-Wnosuch", "-W error::Nosuch", "-W error::builtins.UserWarning", "-W error::no.such", "-W a:b:c:d:e:f", "-W error:::x:y", "-W error:::x:-1", "-W ::::", "-W ''", "-W error::int",
                "-W error::sys.x", "-W :::"):
    case(f"warnings wrong {options}", f"$PY -S {options} w.py", files=WARN)
case("warnings by environment", "$PY -S w.py", files=WARN, env={"PYTHONWARNINGS": "ignore::UserWarning,default::DeprecationWarning"})
case("warnings, syntax", "$PY -S s.py", files={"s.py": "x = 1\nx is 1\nassert (1, 2)\n'\\d'\n"})
case("warnings, syntax, error", "$PY -S -W error s.py", files={"s.py": "x = 1\nx is 1\n"})
case("warnings, syntax, imported", "$PY -S -W error -c 'import s'", files={"s.py": "x = '\\d'\n"})
case("warnings, bytes", "$PY -S -b -c 'print(b\"\" == \"\", str(b\"x\"))'; $PY -S -bb -c 'print(b\"\" == \"\")'")
case("warnings, resource", "$PY -S -Wd -c $'f = open(\"/dev/null\")\\ndel f'")
case("warnings, options", "$PY -S -Wd -We::UserWarning -c 'import sys; print(sys.warnoptions)'", env={"PYTHONWARNINGS": "i"})
case("warnings, simplefilter", "$PY -S -c $'import warnings\\nwarnings.simplefilter(\"error\")\\nwarnings.warn(\"x\")'")

# --- the prompt without a terminal ------------------------------------------------------------------------------------------------------

for text in ("1 + 1\n", "x = 3\nx\n_\n", "def f():\n  return 5\n\nf()\n", "1/0\n2\n", "x = = 1\n3\n", "if 1:\n  print(2)\n\n", "print(1)", "'abc'\nNone\n[1,\n2]\n", "import sys\nsys.ps1 = '? '\n4\n",
             "import sys\nsys.exit(9)\n", "raise SystemExit\n", "class A:\n  x = 1\n\nA.x\n", "for i in range(2): i\n\n", "@f\ndef g(): pass\n\n", "'''a\nb'''\n", "import sys\nsys.displayhook = print\n7\n",
             "X = 56; Y = 56\n", "if 1:\n", "(\n", "  x\n", "a; b\n", "from __future__ import annotations\ndef f(x: y): pass\n\nf.__annotations__\n", "import sys\ndel sys.ps1\n5\n", "# c\n\n\n5\n",
             "try:\n  1/0\nexcept ZeroDivisionError:\n  8\n\n", "x = 5 if 1 else \\\n6\nx\n"):
    case(f"prompt {text!r}", "$PY -S -i -q", input=text)
case("prompt after a command", "$PY -S -q -i -c 'x = 4'", input="x + 1\n")
case("prompt after an error", "$PY -S -q -i -c '1/0'", input="import sys\nsys.last_type\n")
case("prompt after an exit", "$PY -S -q -i -c 'raise SystemExit(3)'; echo $?", input="1\n")
case("prompt after a script", "$PY -S -q -i s.py", input="y\n__file__ if '__file__' in globals() else 'no file'\n", files={"s.py": "y = 6\n"})
case("prompt after a module", "$PY -S -q -i -m s", input="y\n", files={"s.py": "y = 6\n"})
case("PYTHONINSPECT", "$PY -S -c 'x = 1'; echo $?", input="x\n", env={"PYTHONINSPECT": "1"})
case("PYTHONINSPECT from inside", "$PY -S -c 'import os; os.environ[\"PYTHONINSPECT\"] = \"1\"'", input="print(5)\n")
case("PYTHONSTARTUP", "$PY -S -i -q", input="z\n", env={"PYTHONSTARTUP": "start.py"}, files={"start.py": "z = 'started'\nprint('here')\n"})
case("PYTHONSTARTUP missing", "$PY -S -i -q", input="1\n", env={"PYTHONSTARTUP": "nosuch.py"})
case("PYTHONSTARTUP fails", "$PY -S -i -q", input="1\n", env={"PYTHONSTARTUP": "start.py"}, files={"start.py": "1/0\n"})
case("PYTHONSTARTUP unused", "$PY -S -c 'print(2)'", env={"PYTHONSTARTUP": "start.py"}, files={"start.py": "1/0\n"})
case("banner", "$PY -S -i", input="")
case("banner with site", "$PY -I -i", input="", ignore=("stdout",))
case("input()", "$PY -S -c 'print(input(\"? \"))'", input="answer\n")
case("input() at the end", "$PY -S -c 'input()'", input="")
case("site names", "$PY -I -c 'import builtins; print([n for n in dir(builtins) if n in (\"exit\", \"quit\", \"help\", \"license\", \"credits\", \"copyright\")], help, repr(quit))'")
