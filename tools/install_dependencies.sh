#!/bin/bash
# Install the Debian packages that building and testing need, if any is missing.  With all there it takes some
# hundredths of a second; on a system without apt-get it names what is missing and goes on.
set -euo pipefail

packages=(
    gcc libc6-dev binutils make cmake ninja-build           # the build
    libgmp-dev libutf8proc-dev zlib1g-dev libexpat1-dev     # libraries that are linked
    libsqlite3-dev libffi-dev
    python3.11 libpython3.11-stdlib                         # the standard library, and the reference to test against
    libpython3.11-dev libpython3.11-testsuite
    clang clang-format                                      # checks
)

missing=()
if command -v dpkg-query >/dev/null; then
    installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
    for package in "${packages[@]}"; do
        grep -qx "installed $package" <<<"$installed" || missing+=("$package")
    done
else
    for tool in gcc cmake ninja python3.11; do
        command -v "$tool" >/dev/null || missing+=("$tool")
    done
fi
if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi

if ! command -v apt-get >/dev/null; then
    echo "notice: please install: ${missing[*]} (this script knows only Debian's packages)" >&2
    exit 0
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo)
fi
echo "installing: ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt_install() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 -qq "${missing[@]}" >/dev/null
}
# The package lists may be old or absent: the second try is with fresh ones.
if ! apt_install 2>/dev/null; then
    "${as_root[@]}" apt-get update -qq -o DPkg::Lock::Timeout=600
    apt_install
fi
