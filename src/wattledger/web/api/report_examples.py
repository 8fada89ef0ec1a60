"""Examples of reports, closes and statements; a test holds each to its schema."""

from pydantic import JsonValue

_CLIENT = "0199f3a4-5b6c-7d8e-9f01-23456789abce"
_ENDPOINT = "0199f3a4-5b6c-7d8e-9f01-23456789abcd"
_HASH = "9f2c5a0c1d7e4b8f6a3d2e1c0b9a8f7e6d5c4b3a29181706f5e4d3c2b1a09f8e"
_START, _END = "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"

MONTH_REPORT: JsonValue = {
    "month": "2026-03",
    "timeZone": "Europe/Berlin",
    "timeZones": ["Europe/Berlin"],
    "state": "provisional",
    "totalKwh": 543,
    "previousKwh": 500,
    "previousInPart": False,
    "changePercent": 8.6,
    "clients": [
        {
            "clientId": _CLIENT,
            "client": "Client XYZ",
            "state": "provisional",
            "number": None,
            "meters": 1,
            "kwh": 543,
            "previousKwh": 500,
            "previousInPart": False,
            "changePercent": 8.6,
            "measuredPercent": 100,
            "currency": "EUR",
            "net": 162.9,
            "gross": 193.85,
        }
    ],
    "lines": [
        {
            "clientId": _CLIENT,
            "client": "Client XYZ",
            "endpointId": _ENDPOINT,
            "endpoint": "Rack A3",
            "meterId": 17,
            "meter": "total",
            "location": "Hall 1, Row 3, Rack A3",
            "from": _START,
            "to": _END,
            "timeZone": "Europe/Berlin",
            "sharePercent": 100,
            "openingKwh": 12000.5,
            "closingKwh": 12543.5,
            "openingBetween": True,
            "closingBetween": True,
            "kwh": 543,
            "previousKwh": 500,
            "previousInPart": False,
            "changePercent": 8.6,
            "yearAgoKwh": None,
            "yearAgoInPart": False,
            "yearChangePercent": None,
            "quality": {"17": 543},
            "measuredPercent": 100,
            "uncertaintyKwh": 0.2,
            "flags": [],
            "peakKw": 1.25,
            "peakAt": "2026-03-09T13:15:00Z",
            "p95Kw": 1.1,
            "epochs": [
                {
                    "kind": "install",
                    "firstAt": _START,
                    "firstKwh": 12000.5,
                    "lastAt": _END,
                    "lastKwh": 12543.5,
                    "multiplier": "1",
                }
            ],
            "breaks": [],
        }
    ],
}
FINDING: JsonValue = {
    "kind": "silent",
    "blocks": True,
    "clientId": _CLIENT,
    "client": "Client XYZ",
    "endpointId": "0199f3a4-5b6c-7d8e-9f01-23456789abcd",
    "endpoint": "Rack A3",
    "meterId": 7,
    "meter": "total",
    "sentence": "It was last read at 2026-03-11 04:00 (Europe/Berlin), before the end of the "
    "month; its energy is known up to then only.",
}
CLOSE_INPUT: JsonValue = {
    "clientId": "Client XYZ",
    "acceptEstimates": True,
    "reason": "The meter burnt on 11 March; the client agrees to the estimate.",
}
CLIENT_CLOSE: JsonValue = {
    "clientId": _CLIENT,
    "client": "Client XYZ",
    "outcome": "closed",
    "number": "2026-03/17",
    "sha256": _HASH,
    "reason": None,
    "findings": [],
}
LISTED_STATEMENT: JsonValue = {
    "clientId": _CLIENT,
    "client": "Client XYZ",
    "month": "2026-03",
    "number": "2026-03/17",
    "sequence": 17,
    "sha256": _HASH,
    "previousSha256": _HASH[::-1],
    "closedAt": "2026-04-02T08:00:00Z",
    "closedBy": "Erika",
    "kwh": 543,
    "currency": "EUR",
    "net": 135.75,
    "vat": 25.79,
    "gross": 161.54,
}
STATEMENT: JsonValue = {
    "seal": {
        "sequence": 17,
        "sha256": _HASH,
        "previousSha256": _HASH[::-1],
        "closedAt": "2026-04-02T08:00:00Z",
        "closedBy": "Erika",
    },
    "statement": {
        "kind": "wattledger statement",
        "schema": 3,
        "month": "2026-03",
        "client": "Client XYZ",
        "clientId": _CLIENT,
        "readings": {"count": 2976, "sha256": _HASH, "goodCount": 2976, "goodSha256": _HASH},
        "totals": {"kwh": "543.000", "net": "135.75", "vat": "25.79", "gross": "161.54"},
    },
}
CHANGES: JsonValue = {
    "clientId": _CLIENT,
    "month": "2026-03",
    "amount": 0.63,
    "currency": "EUR",
    "meters": [
        {
            "endpointId": _ENDPOINT,
            "endpoint": "Rack A3",
            "meterId": 17,
            "meter": "total",
            "billedKwh": 543,
            "adjustedKwh": 0,
            "truthKwh": 545.5,
            "wouldChangeByKwh": 2.5,
        }
    ],
}
