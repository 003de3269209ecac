#!/usr/bin/env python3
"""Read the disassembly of the evaluation loop: does each handler end in an indirect jump of its own?

    check_dispatch.py [--binary build/release/ouro] [--function REGEX] [--opcodes src/bytecode/opcodes.def]

A compiler likes to merge the jumps of all handlers into one, and then the processor can no longer tell the handlers'
successors apart.  Prints, for each function that holds such jumps: its size, its indirect jumps, how many jump
straight through a register or table, and how often the code before a jump reads the stack (a loop pointer that did
not stay in a register).  Fails if there are fewer jumps than --share of the handlers.
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SYMBOL = re.compile(r"^([0-9a-f]+) <([^>]+)>:$")
INSTRUCTION = re.compile(r"^\s*([0-9a-f]+):\t(?:[0-9a-f]{2} )*\s*\t?([a-z].*)$")
INDIRECT = re.compile(r"^(?:notrack )?jmp\s+\*")
STACK = re.compile(r"\(%r[sb]p\)")
WINDOW = 8                              # instructions before a jump: fetch, decode, load of the handler's address


def functions(binary: str) -> dict[str, list[str]]:
    done = subprocess.run(["objdump", "-d", "--no-show-raw-insn", binary], capture_output=True, text=True, check=True)
    found, body = {}, None
    for line in done.stdout.splitlines():
        symbol = SYMBOL.match(line)
        if symbol:
            body = found.setdefault(symbol.group(2), [])
            continue
        instruction = INSTRUCTION.match(line)
        if instruction and body is not None:
            body.append(instruction.group(2).split("#")[0].strip())
    return found


def count_handlers(opcodes: Path) -> int:
    """Rows OP(NAME, ...) of the opcode table; a row may stand for several handlers, so this is the least."""
    if not opcodes.exists():
        return 0
    return len(re.findall(r"^\s*OP\w*\s*\(\s*[A-Z]", opcodes.read_text(), re.M))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default=str(ROOT / "build/release/ouro"))
    parser.add_argument("--function", default=r"^(ou_eval|eval_loop)", help="names of the loop's functions")
    parser.add_argument("--opcodes", default=str(ROOT / "src/bytecode/opcodes.def"))
    parser.add_argument("--share", type=float, default=0.9)
    options = parser.parse_args()

    jumps = 0
    print(f"{'function':40} {'instrs':>8} {'indirect':>9} {'reads stack before':>19}")
    for name, body in functions(options.binary).items():
        if not re.search(options.function, name):
            continue
        at = [i for i, text in enumerate(body) if INDIRECT.match(text)]
        if not at:
            continue
        spilled = sum(any(STACK.search(text) for text in body[max(0, i - WINDOW):i]) for i in at)
        print(f"{name[:40]:40} {len(body):8} {len(at):9} {spilled:19}")
        jumps += len(at)
    handlers = count_handlers(Path(options.opcodes))
    print(f"{jumps} indirect jumps, {handlers} rows in the opcode table")
    if jumps == 0 or jumps < handlers * options.share:
        print("dispatch: the jumps were merged (or no function matches --function)")
        return 1
    print("dispatch: replicated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
