#!/bin/sh
# The API, call by call: set up a meter, try to read it, have it read, ask what it used.
#
#   wattledger serve                       # in one terminal
#   wattledger token create my-script      # in another: prints the token
#   WATTLEDGER_TOKEN=wl_... METER=192.168.1.100 sh docs/how-to/api.sh
#
# METER is the address of a device that shows its register on a page. Without one, try a simulated
# meter: `python -m wattledger.simulate --plain 1` prints its address (let the server read it with
# WATTLEDGER_ALLOW_LOOPBACK=true). The script needs curl, and python3 to take values out of answers.
# What it sets up it deletes at the end; KEEP=yes leaves it there. All routes: /docs of your server.
set -eu

URL=${WATTLEDGER_URL:-http://127.0.0.1:4000}
TOKEN=${WATTLEDGER_TOKEN:?"Make one: wattledger token create my-script"}
METER=${METER:-192.168.1.100}

# --- How to call ------------------------------------------------------------------------------------
# Every call takes the token. Answers are {"success": true, "data": ...}; errors are
# {"success": false, "error": {"code", "message", "fields"}} with a status of 400 or more, at which
# curl ends with an error here (--fail-with-body).
call() { # METHOD PATH [BODY]
    echo "== $1 $2" >&2
    if [ $# -gt 2 ]; then
        curl --silent --show-error --fail-with-body -X "$1" "$URL/api/v1$2" \
            -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -d "$3"
    else
        curl --silent --show-error --fail-with-body -X "$1" "$URL/api/v1$2" \
            -H "Authorization: Bearer $TOKEN"
    fi
}

# Takes a value out of an answer: field data.id
field() {
    python3 -c '
import json, sys
value = json.load(sys.stdin)
for name in sys.argv[1].split("."):
    value = value[int(name)] if isinstance(value, list) else value[name]
print(json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, bool)) else value)
' "$1"
}

# --- Set up an endpoint -----------------------------------------------------------------------------
# The client is created with it, when it is new, and served from the beginning. `valueSelector` says
# where the register stands on the page, `valuePattern` which part of that text is the number.
# `pollInterval` is in minutes. Passwords, where a device asks for one, go into authConfig.password
# and are never shown again.
ENDPOINT=$(call POST /endpoints '{
    "name": "Rack A3 - Client XYZ",
    "ipAddress": "'"$METER"'",
    "type": "PDU",
    "clientName": "Client XYZ",
    "location": "Hall 1, Row 3, Rack A3",
    "authType": "none",
    "scrapingConfig": {
        "steps": [],
        "valueSelector": ".total-consumption",
        "valuePattern": "([0-9.]+)"
    },
    "enabled": true,
    "pollInterval": 30
}' | field data.id)
echo "It has the id $ENDPOINT."

# --- Try it -----------------------------------------------------------------------------------------
# Reads the device once and books nothing. The answer is 200 also when the reading failed:
# data.success tells, data.message says why, with a picture and the page's source.
TRIED=$(call POST "/endpoints/$ENDPOINT/test")
echo "Did it work? $(echo "$TRIED" | field data.success): $(echo "$TRIED" | field data.value) kWh"

# --- Have it read on a schedule ---------------------------------------------------------------------
# A job is a handler of a module, with a schedule (cron) and a configuration. The built-in poller reads
# each endpoint at its pollInterval already; this job reads all of them, twice an hour. JOBS=no leaves
# this part out.
if [ "${JOBS:-yes}" = yes ]; then
    MODULE=$(call GET /modules | python3 -c '
import json, sys
[module] = [each for each in json.load(sys.stdin)["data"] if each["name"] == "consumption-monitor"]
print(module["id"])')
    JOB=$(call POST /jobs '{
        "name": "Hourly Consumption Collection",
        "description": "Reads every endpoint on the half hour.",
        "moduleId": "'"$MODULE"'",
        "handler": "jobs/collect-consumption.py",
        "schedule": "*/30 * * * *",
        "enabled": true,
        "config": {"batchSize": 10, "screenshotOnError": true}
    }' | field data.id)
    echo "The job has the id $JOB; its next runs stand in GET /jobs/$JOB."
fi

# --- Bring the past in ------------------------------------------------------------------------------
# Readings of before, as CSV, a spreadsheet or JSON, go through the same ledger. Booking the same file
# again changes nothing; ?dryRun=true tells what would be.
call POST "/imports/readings" '[
    {"endpoint": "Rack A3 - Client XYZ", "timestamp": "2025-12-01T00:00:00Z", "totalKwh": 12000.5},
    {"endpoint": "Rack A3 - Client XYZ", "timestamp": "2026-01-01T00:00:00Z", "totalKwh": 12543.5},
    {"endpoint": "Rack A3 - Client XYZ", "timestamp": "2026-02-01T00:00:00Z", "totalKwh": 13100.0}
]' | field data
echo

# --- Ask --------------------------------------------------------------------------------------------
# Readings, newest first. `from` and `to` are local dates at the site (the last one is included) or
# timestamps with offset. Lists come in pages: send nextCursor of one as ?cursor= for the next.
call GET "/consumption/readings?endpointId=$ENDPOINT&from=2026-01-01&to=2026-01-31" | field data
echo

# The energy of a month, with the registers at its edges. A missing number is null, never 0.
call GET "/consumption/monthly/$ENDPOINT?year=2025&month=12" | field data.consumptionKwh

# What every endpoint used in the last 24 hours (week: 7 days, month: 30 days).
call GET "/consumption/summary?period=day" | field data.endpoints.0.name

# Energy and power bucket by bucket, as a chart draws them: quarter, hour, day or month, of endpoints,
# of clients (`by=client`) or of all together (`by=total`). Days and months are those of the reports.
call GET "/consumption/history?endpointId=$ENDPOINT&from=2026-01-01&to=2026-01-31&step=day" | field data.series.0.kwh
call GET "/consumption/trend?endpointId=$ENDPOINT" | field data.series.0.kw

# Every endpoint as it is now.
call GET "/consumption/live" | field data.0.status

# --- Change it without undoing what somebody else changed -------------------------------------------
# The ETag of what was seen goes back as If-Match: 412 where it is not like that any more.
SEEN=$(mktemp)
SHOWN=$(curl --silent --show-error --fail-with-body -D "$SEEN" "$URL/api/v1/endpoints/$ENDPOINT" \
    -H "Authorization: Bearer $TOKEN")
TAG=$(tr -d '\r' <"$SEEN" | sed -n 's/^[Ee][Tt]ag: //p')
rm -f "$SEEN"
CHANGED=$(echo "$SHOWN" | python3 -c '
import json, sys
print(json.dumps(json.load(sys.stdin)["data"] | {"pollInterval": 15}))')
echo "== PUT /endpoints/$ENDPOINT" >&2
curl --silent --show-error --fail-with-body -X PUT "$URL/api/v1/endpoints/$ENDPOINT" \
    -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" -H "If-Match: $TAG" \
    -d "$CHANGED" | field data.pollInterval

# --- Many at once -----------------------------------------------------------------------------------
# enable, disable, assign, delete, restore; by ids or by a filter. dryRun tells what would be.
call POST /endpoints/bulk '{"action": "disable", "filter": {"client": "Client XYZ"}, "dryRun": true}' \
    | field data.done

# All that is set of them, as a file that an import reads: for a backup, or for another system.
call GET "/endpoints/export?format=csv" | head -n 1

# --- Clean up ---------------------------------------------------------------------------------------
# A deletion can be undone for 30 days; what was read and billed is kept for good.
if [ "${KEEP:-no}" = no ]; then
    [ "${JOBS:-yes}" = no ] || call DELETE "/jobs/$JOB" >/dev/null
    call DELETE "/endpoints/$ENDPOINT" | field data.undoUntil
fi
