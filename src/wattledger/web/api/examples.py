"""Examples in the OpenAPI document; a test holds each to its schema."""

from pydantic import JsonValue

ENDPOINT_ID = "0199f3a4-5b6c-7d8e-9f01-23456789abcd"
_AT = "2026-03-01T10:15:00Z"

ENDPOINT_INPUT: JsonValue = {
    "name": "Rack A3 - Client XYZ",
    "ipAddress": "192.168.1.100",
    "type": "PDU",
    "clientName": "Client XYZ",
    "location": "Hall 1, Row 3, Rack A3",
    "authType": "none",
    "scrapingConfig": {
        "steps": [],
        "valueSelector": ".total-consumption",
        "valuePattern": "([0-9.]+)",
    },
    "enabled": True,
    "pollInterval": 30,
}
ENDPOINT_OUTPUT: JsonValue = {
    "id": ENDPOINT_ID,
    "name": "Rack A3 - Client XYZ",
    "ipAddress": "192.168.1.100",
    "type": "PDU",
    "vendor": None,
    "location": "Hall 1, Row 3, Rack A3",
    "clientName": "Client XYZ",
    "siteId": "1",
    "authType": "form",
    "authConfig": {
        "loginUrl": "/login",
        "usernameField": None,
        "passwordField": None,
        "submitSelector": None,
        "username": "reader",
        "hasPassword": True,
        "loggedInWhen": None,
        "logoutUrl": "/logout",
    },
    "scrapingConfig": {
        "engine": "auto",
        "steps": [],
        "valueSelector": ".total-consumption",
        "valuePattern": "([0-9.]+)",
        "fields": {},
        "unit": None,
        "decimal": "auto",
    },
    "enabled": True,
    "pollInterval": 30,
    "lastReadAt": _AT,
    "status": "ok",
    "loginRefused": False,
    "deletedAt": None,
    "undoUntil": None,
}
REMOVED: JsonValue = {
    "id": ENDPOINT_ID,
    "name": "Rack A3 - Client XYZ",
    "undoUntil": "2026-03-31T10:15:00Z",
}
TRIAL: JsonValue = {
    "success": True,
    "outcome": "ok",
    "message": None,
    "transport": "http",
    "milliseconds": 41,
    "value": 12543.5,
    "fields": {"power": 1250, "voltage": 230.4, "current": 5.43, "powerFactor": None},
    "meters": [
        {
            "key": "total",
            "totalKwh": 12543.5,
            "power": 1250,
            "voltage": 230.4,
            "current": 5.43,
            "powerFactor": None,
        }
    ],
    "steps": [{"label": "open /", "milliseconds": 38}],
    "status": 200,
    "screenshot": None,
    "rawData": None,
}
READING: JsonValue = {
    "id": "1772360100000000.1.17",
    "endpointId": ENDPOINT_ID,
    "timestamp": _AT,
    "totalKwh": 12543.5,
    "currentKwh": 12.25,
    "voltage": 230.4,
    "current": 5.43,
    "power": 1250,
    "powerFactor": None,
    "success": True,
    "outcome": "ok",
    "errorMessage": None,
    "rawData": "<html>...",
    "quality": "good",
    "meter": "total",
}
_FIGURES: dict[str, JsonValue] = {
    "consumptionKwh": 930.125,
    "openingKwh": 12531.25,
    "closingKwh": 13461.375,
    "readings": 2976,
    "measuredPercent": 100,
    "quality": "validated",
    "flags": [],
}
MONTHLY: JsonValue = {
    "endpointId": ENDPOINT_ID,
    "year": 2026,
    "month": 3,
    "timeZone": "Europe/Berlin",
    "state": "provisional",
    "forecastKwh": None,
    **_FIGURES,
    "meters": [{"key": "total", **_FIGURES}],
}
SUMMARY: JsonValue = {
    "from": "2026-02-28T10:15:00Z",
    "to": _AT,
    "totalKwh": 30.125,
    "endpoints": [
        {
            "endpointId": ENDPOINT_ID,
            "name": "Rack A3 - Client XYZ",
            "clientName": "Client XYZ",
            "consumptionKwh": 30.125,
            "coveredPercent": 100,
        }
    ],
}
