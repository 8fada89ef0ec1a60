#!/bin/sh
# install.sh VENV REQUIREMENTS: a virtual environment with pinned packages and this project.
set -eu
venv=$1
requirements=$2
log=$(mktemp)
trap 'rm -f "$log"' EXIT

say() { printf '%s\n' "$*" >&2; }

# A name may be there and not run (version managers leave such): ask the interpreter itself.
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for name in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if is_new_enough "$name"; then command -v "$name"; return; fi
    done
    say "Wattledger needs Python 3.11 or newer; none of ${PYTHON:-python3, python3.13, python3.12, python3.11} is."
    exit 1
}

as_root_install() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then return 1; fi
    apt-get update -qq >"$log" 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >>"$log" 2>&1
}

make_venv() {
    "$python" -m venv "$venv" >"$log" 2>&1 && return
    rm -rf "$venv"
    say "This Python has no venv: installing python3-venv (about 10 s)."
    if as_root_install python3-venv && "$python" -m venv "$venv" >"$log" 2>&1; then return; fi
    cat "$log" >&2
    say "No virtual environment could be made. As root, run: apt-get install python3-venv"
    exit 1
}

begun=$(date +%s)
if ! "$venv/bin/python" -c '' 2>/dev/null; then
    rm -rf "$venv"
    python=$(find_python)
    make_venv
fi
# Of what only tests need little is ever loaded: it is compiled when it is. Others may run this
# environment who may not write into it: for them all is compiled.
case $requirements in
    *dev.txt) compile=--no-compile ;;
    *) compile=--compile ;;
esac
count=$(grep -c '^[A-Za-z]' "$requirements")
say "Installing $count packages into $venv (about 30 s, once)."
# The pip of a stable system is years old and takes twice as long to find them. It will do, too.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    -r requirements/pip.txt >"$log" 2>&1 || true
# The list is whole: without --no-deps an older pip asks the registry for "coverage[toml]>=7", finds
# a newer release than the pinned one, and refuses it for having no hash. The last line installs the
# project itself, so that its command is there; it downloads nothing.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    "$compile" -r "$requirements" >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    --no-build-isolation -e . >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
"$venv/bin/python" -m pip check >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
say "Installed in $(($(date +%s) - begun)) s."
