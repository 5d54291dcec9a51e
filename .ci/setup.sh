#!/bin/sh
# Brings .venv in line with a lock file: `sh .ci/setup.sh requirements-dev.txt`.
# Does nothing when that has been done; says in one sentence what is missing, and exits 2.
set -eu
cd "$(dirname "$0")/.."

lock=${1:-requirements-dev.txt}
python=.venv/bin/python
stamp=.venv/.installed

stop() {
    printf '%s\n' "$1" >&2
    exit 2
}

fingerprint() {
    cat "$1" .ci/uv.txt | sha256sum | cut -d ' ' -f 1
}

works() {
    "$python" -m pip --version >/dev/null 2>&1
}

find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    if command -v python3 >/dev/null; then
        stop "Maillage needs Python 3.11 or later and finds $(python3 --version 2>&1): install the Debian packages python3 and python3-venv of Debian 12 or later."
    fi
    stop "Maillage needs Python 3.11 or later: install the Debian packages python3 and python3-venv."
}

make_environment() {
    found=$(find_python)
    # Debian splits venv's core off; without it venv fails half-way and at length.
    "$found" -c 'import ensurepip, venv' 2>/dev/null ||
        stop "Python's venv module is incomplete: install the Debian package python3-venv."
    "$found" -m venv --clear .venv ||
        stop "The virtual environment .venv could not be made in $PWD: see the lines above."
}

# uv does not read pip's settings; an index that somebody chose for pip is meant for both.
follow_pip_index() {
    index=${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}
    if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
        export UV_DEFAULT_INDEX="$index"
    fi
}

install_packages() {
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/uv.txt &&
        "$python" -m uv pip sync --quiet --python "$python" --require-hashes "$lock"
}

# The development set contains the runtime set, so that `make run` leaves it in place.
installed=$(cat "$stamp" 2>/dev/null || true)
for candidate in "$lock" requirements-dev.txt; do
    if [ "$installed" = "$(fingerprint "$candidate")" ] && works; then
        exit 0
    fi
done

if [ ! -w . ] || { [ -e .venv ] && [ ! -w .venv ]; }; then
    stop "$(id -un) may not write .venv in $PWD: run this as the owner of the folder, or in a copy of it."
fi

works || make_environment
echo "Installing the packages of $lock into .venv" >&2
rm -f "$stamp"
follow_pip_index
# A system account may have no home to keep a cache in.
[ -w "${HOME:-/nonexistent}" ] || export UV_NO_CACHE=1
install_packages ||
    stop "The packages of $lock could not be installed (see the lines above): a package index must be reachable, directly or as pip is configured."
fingerprint "$lock" >"$stamp"
