#!/usr/bin/env python3
"""Does each internal header, and Python.h, compile by itself?  A header that leans on what was included before it
breaks where somebody sorts two lines.  Tables that a script of tools/ generated are left out.

    check_headers.py [--compiler gcc]
"""
import argparse
import concurrent.futures
import re
import subprocess
import sys
from pathlib import Path

GENERATED = re.compile(r"([Gg]enerated|[Mm]ade|[Ww]ritten) by tools/")
ROOT = Path(__file__).resolve().parent.parent
API = ("Python.h", "ouroboros.h")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", default="gcc")
    options = parser.parse_args()
    headers = sorted(ROOT.glob("src/**/*.h")) + [ROOT / "include" / name for name in API]
    headers = [header for header in headers if header.exists() and not GENERATED.search(header.read_text(errors="replace")[:400])]

    def compiles(header: Path) -> str | None:
        argv = [options.compiler, "-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra", "-Wno-unused-parameter",
                "-Wno-unused-function", "-Wno-missing-field-initializers", "-Wno-cast-function-type",
                "-I", str(ROOT / "include"), "-I", str(ROOT / "src"), "-x", "c", "-"]
        done = subprocess.run(argv, input=f'#include "{header}"\n', capture_output=True, text=True)
        return (done.stderr or "failed") if done.returncode or "warning:" in done.stderr else None

    wrong = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for header, said in zip(headers, pool.map(compiles, headers)):
            if said:
                wrong += 1
                print(f"{header.relative_to(ROOT)} doesn't compile by itself:\n"
                      + "\n".join(said.splitlines()[:6]).replace(str(ROOT) + "/", ""))
    print(f"headers: {wrong} wrong" if wrong else f"headers: {len(headers)} compile by themselves")
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
