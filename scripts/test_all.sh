#!/bin/sh
# The tests on each Python that is found: by name, or among those of a version manager.
set -eu
ran=0
for version in 3.11 3.12 3.13; do
    for python in "python$version" "$HOME"/.pyenv/versions/"$version".*/bin/python; do
        if "$python" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$version')" 2>/dev/null; then
            echo "== Python $version"
            PYTHON=$python make test e2e VENV=".venv-$version"
            ran=$((ran + 1))
            break
        fi
    done
done
[ "$ran" -gt 0 ] || { echo "No Python from 3.11 to 3.13 was found." >&2; exit 1; }
