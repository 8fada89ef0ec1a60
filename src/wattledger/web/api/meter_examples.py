"""Examples of meters, events and evidence in the OpenAPI document; a test holds them to it."""

from pydantic import JsonValue

_ENDPOINT = "0199f3a4-5b6c-7d8e-9f01-23456789abcd"
_AT = "2026-03-18T09:30:00Z"

METER_CHANGE: JsonValue = {"multiplier": 40, "pMaxKw": 22, "feed": "A", "rack": "A3"}
METER: JsonValue = {
    "id": 7,
    "key": "total",
    "endpointId": _ENDPOINT,
    "endpointName": "Rack A3 - Client XYZ",
    "register": {"multiplier": 40, "resolutionKwh": None, "pMaxKw": 22, "modulusKwh": 100000},
    "feed": "A",
    "rack": "A3",
    "parentId": 2,
    "clients": [{"name": "Client XYZ", "sharePercent": 100}],
}
LEDGER_READING: JsonValue = {
    "timestamp": _AT,
    "totalKwh": 12543.5,
    "status": "good",
    "join": "advance",
    "energyKwh": 0.5,
    "quality": 17,
    "power": 2000,
    "serial": "5A00000042",
    "resetStamp": None,
    "source": "collected",
    "attemptId": 4711,
    "otherValues": [],
}
EVENT_INPUT: JsonValue = {
    "kind": "swap",
    "at": "2026-03-18T10:30:00+01:00",
    "why": "Meter exchanged after its calibration ran out; work order 4711.",
    "finalKwh": 12543.5,
    "initialKwh": 0.2,
}
EVENT: JsonValue = {
    "id": 12,
    "meterId": 7,
    "kind": "swap",
    "at": _AT,
    "by": "Ada Meyer",
    "why": "Meter exchanged after its calibration ran out; work order 4711.",
    "declaredAt": "2026-03-19T08:00:00Z",
    "totalKwh": None,
    "finalKwh": 12543.5,
    "initialKwh": 0.2,
    "settings": None,
    "withdrawnBy": None,
    "withdrawnAt": None,
    "withdrawnWhy": None,
}
CORRECTION: JsonValue = {
    "dryRun": False,
    "event": EVENT,
    "readingsChanged": 1,
    "readings": [
        {
            "timestamp": "2026-03-18T10:00:00Z",
            "totalKwh": 1.5,
            "status": "good",
            "beforeKwh": 1.5,
            "beforeStatus": "held",
            "epoch": None,
            "beforeEpoch": None,
        }
    ],
    "months": [{"month": "2026-03", "beforeKwh": 930.125, "afterKwh": 931.5}],
}
ATTEMPT: JsonValue = {
    "id": 4712,
    "endpointId": _ENDPOINT,
    "endpointName": "Rack A3 - Client XYZ",
    "runId": 99,
    "startedAt": "2026-03-18T09:44:59.900Z",
    "milliseconds": 5120,
    "transport": "http",
    "outcome": "selector_missing",
    "message": "Nothing on the page matches the selector '#total'; its layout changed.",
    "steps": [{"label": "open", "milliseconds": 5113}],
    "picture": {
        "id": 5013,
        "takenAt": "2026-03-18T09:44:59.900Z",
        "sha256": "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
    },
    "capture": {
        "id": 5013,
        "takenAt": "2026-03-18T09:44:59.900Z",
        "url": "http://192.168.1.100/",
        "status": 200,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "headers": [{"name": "Server", "value": "PDU/2.4"}],
        "text": "<html>...",
    },
}
CAPTURE_TRIAL: JsonValue = {
    "scrapingConfig": {"valueSelector": "#total-energy", "valuePattern": "([0-9.]+)"}
}
