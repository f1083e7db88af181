#!/bin/sh
# Put the locked packages and the `dougong` command into .venv, with uv; find or fetch uv first.
set -eu
cd "$(dirname "$0")"

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for name in python3 python3.11 python3.12 python3.13 python3.14 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    say "Dougong needs Python 3.11 or newer; install it (for example: apt-get install python3)."
    exit 1
}

find_uv() {
    if command -v uv; then
        return
    fi
    for place in .uv/bin/uv .uv/packages/bin/uv; do
        if [ -x "$place" ] && "$place" --version >/dev/null 2>&1; then
            printf '%s\n' "$PWD/$place"
            return
        fi
    done
    return 1
}

fetch_uv() {
    say "Fetching uv, which installs the rest …"
    rm -rf .uv
    if "$python" -m venv .uv >/dev/null 2>&1 && .uv/bin/python -m pip install -q 'uv>=0.5' >&2; then
        return
    fi
    rm -rf .uv
    if "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip install -q --root-user-action=ignore --target .uv/packages 'uv>=0.5' >&2
        return
    fi
    say "This Python has neither venv nor pip to fetch packages with."
    say "Install one of them (for example: apt-get install python3-venv), or uv, and start again."
    exit 1
}

# Whoever told pip about a mirror meant uv too.
use_the_mirror_of_pip() {
    if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
        mirror=${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}
        if [ -n "$mirror" ]; then
            export UV_DEFAULT_INDEX="$mirror"
        fi
    fi
}

python=$(find_python)
uv=$(find_uv) || { fetch_uv; uv=$(find_uv); }
use_the_mirror_of_pip

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    "$uv" venv -q --clear --python "$python" .venv
fi
say "Installing the locked packages …"
"$uv" pip sync -q --python .venv/bin/python --compile-bytecode --require-hashes requirements.lock
"$uv" pip install -q --python .venv/bin/python --no-deps --no-build-isolation --editable .
.venv/bin/python -m compileall -q dougong || true # saves the first start some seconds
