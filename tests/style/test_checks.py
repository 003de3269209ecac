#!/usr/bin/env python3
"""Do the checks see what they are for?  A small house with known faults in it, and the runner's own rules."""
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tests"), str(ROOT / "tests/faults")]

import check_layers     # noqa: E402
import check_style      # noqa: E402
import run_language     # noqa: E402
import sweep            # noqa: E402

LAYERS = """
layer top  api  above
layer low  -    below
hook ou_low_known_hook low <- top
"""


class House(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name).resolve()
        self.write("src/layers.txt", LAYERS)
        self.write("src/low/low.h", "/* low */\n#pragma once\nextern void (*ou_low_known_hook)(void);\n")
        self.write("src/top/top.h", "/* top */\n#pragma once\n")
        self.write("include/Python.h", "/* api */\n#pragma once\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class TestLayers(House):
    def test_downward_includes_are_fine(self):
        self.write("src/top/a.c", '#include <Python.h>\n#include "low/low.h"\n#include "top.h"\n#include <stdio.h>\n')
        self.assertEqual(check_layers.check(self.root), [])

    def test_an_upward_include_is_seen(self):
        self.write("src/low/a.c", '#include "top/top.h"\n')
        self.assertRegex(check_layers.check(self.root)[0], r"src/low/a\.c:1: .*above low/")

    def test_an_include_in_a_comment_is_not(self):
        self.write("src/low/a.c", '/*\n#include "top/top.h"\n*/\n')
        self.assertEqual(check_layers.check(self.root), [])

    def test_the_public_api_is_above_the_lowest_layers(self):
        self.write("src/low/a.c", "\n#include <Python.h>\n")
        self.assertRegex(check_layers.check(self.root)[0], r"src/low/a\.c:2: .*public API")

    def test_a_missing_header_is_seen(self):
        self.write("src/top/a.c", '#include "low/gone.h"\n')
        self.assertEqual(len(check_layers.check(self.root)), 1)

    def test_hooks_are_listed_and_installed_by_who_is_named(self):
        self.write("src/low/b.h", "/* b */\n#pragma once\nextern int (*ou_low_new_hook)(int);\n")
        self.assertRegex(check_layers.check(self.root)[0], "hook ou_low_new_hook low <-")
        self.write("src/low/b.h", "/* b */\n#pragma once\n")
        self.write("src/top/a.c", "void f(void) {\n    ou_low_known_hook = g;\n}\n")
        self.assertEqual(check_layers.check(self.root), [])


class TestStyle(House):
    def found(self):
        return check_style.check(self.root)

    def test_a_good_file(self):
        self.write("src/top/a.c", "/* top/a.c - an example.\n *\n * Owns       nothing.\n * Invariant  none. */\n")
        self.assertEqual(self.found(), [])

    def test_a_file_without_its_opening(self):
        self.write("src/top/a.c", "int x;\n")
        self.assertEqual(len(self.found()), 1)
        self.write("src/top/a.c", "/* top/b.c - another.\n */\n")
        self.assertEqual(len(self.found()), 2)

    def test_paths_of_the_machine(self):
        self.write("docs/a.md", "see /" + "root/x and /" + "work/y\n")
        self.assertEqual(len(self.found()), 2)
        self.write("docs/a.md", "see build/" + "work/x, and network/x\n")
        self.assertEqual(self.found(), [])

    def test_layout(self):
        start = "/* top/a.c - an example.\n *\n * Owns       nothing.\n * Invariant  none. */\n"
        good = "static int\nf(int x)\n{\n    if (x) {\n        g(\"if(\");\n    }\n    else {\n    }\n    return '{';\n}\n"
        self.write("src/top/a.c", start + good + "HANDLER(A) {\n}\nstatic int x[] = {\n};\n")
        self.assertEqual(self.found(), [])
        self.write("src/top/a.c", start + good.replace("int\nf", "int f"))
        self.assertEqual(len(self.found()), 1)
        self.write("src/top/a.c", start + good.replace("}\n    else", "} else").replace("if (x)", "if(x)"))
        self.assertEqual(len(self.found()), 2)

    def test_lines(self):
        self.write("src/top/a.h", "/* a */\n#pragma once\n\tint x; \n//" + "x" * 140 + "\n\n")
        self.assertEqual(len(self.found()), 4)


class TestRunner(unittest.TestCase):
    def test_patterns(self):
        self.assertTrue(run_language.pattern("a(b {{\\d+}}").fullmatch("a(b 12"))
        self.assertTrue(run_language.pattern("{{\\d{1,2}}}, x").fullmatch("12, x"))
        self.assertFalse(run_language.pattern("a.c").fullmatch("abc"))

    def test_transcripts(self):
        self.assertEqual(run_language.transcript(">>> x = 1\n>>> x\n1\n>>> if x:\n...     2\n...\n2\n"),
                         ("x = 1\nx\nif x:\n    2\n\n", "1\n2"))

    def test_directives(self):
        self.assertEqual(run_language.directives("# differs: why\n# text: no\n# status: 3\nx\n# args: late\n"),
                         {"differs": "why", "status": "3"})

    def test_the_last_line_is_the_programs(self):
        self.assertEqual(run_language.last_line("Traceback\nValueError: x\naudit: 3 objects\n"), "ValueError: x")

    def test_comparing(self):
        self.assertIsNone(run_language.compare("a \nb\n", "a\nb", literal=True))
        self.assertIsNotNone(run_language.compare("{{a}}", "a", literal=True))
        self.assertIsNone(run_language.compare("{{a+}}", "aa", literal=False))

    def test_samples_reach_both_ends(self):
        self.assertEqual(sweep.choose(1, 5, 1, 0), [1, 2, 3, 4, 5])
        chosen = sweep.choose(1, 1000, 1, 10)
        self.assertEqual((chosen[0], chosen[-1], len(chosen)), (1, 1000, 11))


if __name__ == "__main__":
    unittest.main()
