#!/usr/bin/env python3
"""Read every #include of src/ against src/layers.txt, and every hook against its rows there.

    check_layers.py [ROOT]

A file may include internal headers of its own layer and of layers below.  The public API (include/) is open to the
layers marked `api`.  A hook (a global function pointer named ou_..._hook) is the way up: each is listed with the
layer that owns it and those that install it, and nobody else assigns it.
"""
import re
import sys
from pathlib import Path

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(<[^>\n]+>|"[^"\n]+")', re.M)
HOOK_DECLARED = re.compile(r"^\s*extern\b[^;]*?\(\s*\*\s*(ou_\w+_hook)\s*\)", re.M)
HOOK_DECLARED_TYPEDEF = re.compile(r"^\s*extern\b[^;(]*?\b(ou_\w+_hook)\s*;", re.M)
HOOK_ASSIGNED = re.compile(r"^\s*(ou_\w+_hook)\s*=[^=]", re.M)
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)


class Layers:
    """src/layers.txt: the order, who may speak the public API, and the hooks."""

    def __init__(self, path: Path):
        self.order, self.api, self.hooks, self.errors = [], set(), {}, []
        for number, line in enumerate(path.read_text().splitlines(), 1):
            words = line.split("#")[0].split()
            if not words:
                continue
            if words[0] == "layer" and len(words) >= 3 and words[2] in ("api", "-"):
                self.order.append(words[1])
                if words[2] == "api":
                    self.api.add(words[1])
            elif words[0] == "hook" and len(words) >= 5 and words[3] == "<-":
                self.hooks[words[1]] = (words[2], words[4].split(","))
            else:
                self.errors.append(f"{path}:{number}: neither `layer NAME api|-` nor `hook NAME OWNER <- INSTALLER`")
        for name, (owner, installers) in self.hooks.items():
            for installer in installers:
                if owner not in self.order or installer not in self.order:
                    self.errors.append(f"{path}: hook {name} names an unknown layer")
                elif not self.above(installer, owner):
                    self.errors.append(f"{path}: hook {name}: {installer} is not above {owner}; call it directly")

    def above(self, layer: str, other: str) -> bool:
        return self.order.index(layer) < self.order.index(other)


def line_of(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def check_include(layers: Layers, root: Path, file: Path, layer: str, name: str) -> str | None:
    src, include = root / "src", root / "include"
    quoted, name = name.startswith('"'), name[1:-1]
    target = None
    for base in ([file.parent] if quoted else []) + [src, include]:
        if (base / name).exists():
            target = (base / name).resolve()
            break
    if target is None:
        return f'there is no "{name}"' if quoted else None          # <name> is the system's
    if target.is_relative_to(include.resolve()):
        if layer not in layers.api:
            return f"{layer}/ is below the public API and may not include {name}"
        return None
    if not target.is_relative_to(src.resolve()):
        return f"{name} is outside src/ and include/"
    other = target.relative_to(src.resolve()).parts[0]
    if other != layer and layers.above(other, layer):
        return f"{name} is of {other}/, which lies above {layer}/"
    return None


def check(root: Path) -> list[str]:
    src = root / "src"
    layers = Layers(src / "layers.txt")
    found = list(layers.errors)
    for folder in sorted(p for p in src.iterdir() if p.is_dir()):
        if folder.name not in layers.order:
            found.append(f"src/{folder.name}: not in src/layers.txt")
    for layer in layers.order:
        if not (src / layer).is_dir():
            continue
        for file in sorted(p for p in (src / layer).rglob("*") if p.suffix in (".c", ".h", ".def")):
            raw, where = file.read_text(errors="replace"), file.relative_to(root)
            text = COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), raw)     # same lines, no comments
            for match in INCLUDE.finditer(text):
                why = check_include(layers, root, file, layer, match.group(1))
                if why:
                    found.append(f"{where}:{line_of(text, match.start(1))}: {why}")
            for declared in (HOOK_DECLARED, HOOK_DECLARED_TYPEDEF):
                for match in declared.finditer(text) if file.suffix == ".h" else ():
                    name, line = match.group(1), line_of(text, match.start(1))
                    if name not in layers.hooks:
                        found.append(f"{where}:{line}: add to src/layers.txt: hook {name} {layer} <- INSTALLER")
                    elif layers.hooks[name][0] != layer:
                        found.append(f"{where}:{line}: src/layers.txt says {name} is of {layers.hooks[name][0]}/")
            for match in HOOK_ASSIGNED.finditer(text):
                name, line = match.group(1), line_of(text, match.start(1))
                if name in layers.hooks and layer not in (layers.hooks[name][0], *layers.hooks[name][1]):
                    found.append(f"{where}:{line}: src/layers.txt does not let {layer}/ install {name}")
    return found


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    found = check(root)
    for line in found:
        print(line)
    print(f"layers: {len(found)} wrong" if found else "layers: every include points down")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
