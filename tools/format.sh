#!/bin/bash
# Lay C files as .clang-format says: `format.sh FILE ...`, or all of src and tests/unit; with --check first, say which
# differ instead, and fail if any does: a test asks for that.  What is better laid by hand stands between
# `clang-format off` and `on`.
set -euo pipefail
cd "$(dirname "$0")/.."

formatter=
for name in clang-format-14 clang-format; do
    if command -v "$name" >/dev/null && "$name" --version | grep -q 'version 14\.'; then
        formatter=$name
        break
    fi
done
if [ -z "$formatter" ]; then
    echo "format: no clang-format 14 here, skipped"
    exit 0
fi

check=false
if [ "${1:-}" = --check ]; then
    check=true
    shift
fi
files=("$@")
if [ ${#files[@]} -eq 0 ]; then
    mapfile -t files < <(find src tests/unit -type f -name '*.c' | sort)
fi
if [ ${#files[@]} -eq 0 ]; then
    echo "format: nothing to check"
elif ! $check; then
    printf '%s\0' "${files[@]}" | xargs -0 -n 20 -P "$(nproc)" "$formatter" -i
    echo "format: ${#files[@]} files"
else
    differing=$(printf '%s\0' "${files[@]}" | xargs -0 -n 20 -P "$(nproc)" "$formatter" --dry-run -Werror 2>&1 |
        sed -n 's/^\([^ :]*\):[0-9]*:[0-9]*: error: .*/\1/p' | sort | uniq -c | sort -rn || true)
    if [ -n "$differing" ]; then
        echo "format: places that clang-format would lay otherwise, by file:"
        echo "$differing"
        exit 1
    fi
    echo "format: ${#files[@]} files clean"
fi
