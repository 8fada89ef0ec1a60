"""The example of a measured period in the OpenAPI document; a test holds it to the schema."""

from pydantic import JsonValue

MEASURED: JsonValue = {
    "meterId": 7,
    "timeZone": "Europe/Berlin",
    "timeZones": [{"from": None, "timeZone": "Europe/Berlin"}],
    "parts": [
        {
            "from": "2026-03-01T00:00:00+01:00",
            "to": "2026-04-01T00:00:00+02:00",
            "openingKwh": 12543.5,
            "closingKwh": 13286.5,
            "kwh": 743,
            "quality": {"17": 743},
            "measuredPercent": 100,
            "uncertaintyKwh": 0.2,
            "flags": [],
            "epochs": [
                {
                    "kind": "install",
                    "firstAt": "2026-02-28T23:00:00Z",
                    "firstKwh": 12543.5,
                    "lastAt": "2026-03-31T22:00:00Z",
                    "lastKwh": 13286.5,
                    "multiplier": "1",
                }
            ],
            "breaks": [],
        }
    ],
}
