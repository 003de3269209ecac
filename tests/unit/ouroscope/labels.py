#!/usr/bin/env python3
"""Every label in a walker's source was broken by break_test.c.

The test breaks what walkers report of the samples; a field that is NULL in all of them would go unseen.  Here the fields
are read from the walkers' text and compared with the labels that the test has broken.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3] / "src"
KINDS = {"FIELD": "field", "ITEM": "item", "KEY": "key", "VALUE": "value", "ATTRIBUTE": "attribute", "SLOT": "attribute",
         "TYPE": "type", "LOCAL": "local", "TEMPORARY": "temporary", "CONSTANT": "constant"}
NEVER_SET = {"notes"}    # a field of CPython's struct; add_note() uses the attribute __notes__
WALKER = re.compile(r"^OU_WALKER\((\w+)\)\n\{\n(.*?)^\}", re.M | re.S)
FIELD = re.compile(r"OU_EDGE(?:_ATOM)?_OF\([^;]*?,\s*(\w+)\)")
EDGE = re.compile(r"OU_EDGE(?:_ATOM)?\([^;]*?OU_EDGE_([A-Z]+),\s*(NULL|\"[^\"]*\")")
ITERATOR = re.compile(r"^OU_ITERATOR(?:_AND)?\((\w+), \w+, (\w+)", re.M)    # a walker from a list of fields
FIELDS = re.compile(r"^#define (\w+_FIELDS)\(X\)(.*)", re.M)
MACRO = re.compile(r"^#define (\w+)\([^)]*\)((?:[^\n]*\\\n)+[^\n]*)", re.M)


def labels_in(body: str) -> set[tuple[str, str]]:
    found = {("field", name) for name in FIELD.findall(body)}
    return found | {(KINDS[kind], name.strip('"').replace("NULL", "")) for kind, name in EDGE.findall(body)}


def declared() -> dict[str, set[tuple[str, str]]]:
    texts = [path.read_text() for path in sorted(SOURCE.rglob("*.[ch]")) if path.name != "walk.h"]
    macros = {name: labels_in(body) for text in texts for name, body in MACRO.findall(text) if "OU_EDGE" in body}
    walkers = {}
    for text in texts:
        for noun, body in WALKER.findall(text):
            labels = labels_in(body)
            for name, more in macros.items():
                if re.search(rf"\b{name}\(", body):
                    labels |= more
            walkers[noun] = labels
        fields = {name: re.findall(r"X\((\w+)\)", body) for name, body in FIELDS.findall(text)}
        for noun, name in ITERATOR.findall(text):
            walkers[noun] = {("field", field) for field in fields[name]}
    return walkers


def main() -> int:
    end = subprocess.run([sys.argv[1]], env={**os.environ, "OU_AUDIT_LABELS": "1"}, stdout=subprocess.PIPE, text=True)
    if end.returncode:
        print(end.stdout, "break_test failed", sep="")
        return 1
    broken = {tuple(line[7:].split(", ")) for line in end.stdout.splitlines() if line.startswith("label: ")}
    walkers = declared()
    missing = [(noun, *label) for noun, labels in sorted(walkers.items()) for label in sorted(labels)
               if (noun, *label) not in broken and label[1] not in NEVER_SET]
    for noun, kind, name in missing:
        print(f"samples.py has no {noun} with its {kind} {name} set")
    n_labels = sum(map(len, walkers.values()))
    print(f"{len(walkers)} walkers, {n_labels} labels, {len(missing)} not broken")
    return bool(missing) or n_labels < 100


if __name__ == "__main__":
    sys.exit(main())
