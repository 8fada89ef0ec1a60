#!/bin/sh
# office.sh: see that there is LibreOffice Calc, in which a test opens our workbooks.
set -eu
{ command -v soffice || command -v libreoffice; } >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing LibreOffice Calc, in which tests reckon our workbooks anew (about 60 s, once)." >&2
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    apt-get update -qq >"$log" 2>&1 || true
    if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        libreoffice-calc-nogui >>"$log" 2>&1; then exit 0; fi
    tail -3 "$log" >&2
fi
echo "No LibreOffice: its test will fail. As root, run: apt-get install libreoffice-calc-nogui" >&2
