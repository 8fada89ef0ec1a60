#!/bin/sh
# browser.sh PYTHON: see that there is a headless browser, and that its driver runs; else go on and say so.
set -eu
python=$1
case "${WATTLEDGER_BROWSER:-}" in ?*) exit 0 ;; esac

can_read() {
    "$python" -c 'import sys
from wattledger.collect.browser.driver_program import driver_fault
from wattledger.collect.browser.find import find_browser
sys.exit(find_browser(None) is None or driver_fault() is not None)'
}

can_read && exit 0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing a headless browser for meters that need one (about 30 s, once)." >&2
    apt-get update -qq >"$log" 2>&1 || true
    for package in chromium-headless-shell chromium; do
        if DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            libatomic1 "$package" >>"$log" 2>&1 && can_read; then exit 0; fi
    done
fi
if "$python" -m playwright install chromium-headless-shell >>"$log" 2>&1 && can_read; then exit 0; fi
echo "No browser: meters that need one are left out. As root, run: apt-get install chromium-headless-shell libatomic1" >&2
