"""Examples of clients, sites, assignments and tariffs; a test holds each to its schema."""

from pydantic import JsonValue

_CLIENT = "0199f3a4-5b6c-7d8e-9f01-23456789abce"
_ENDPOINT = "0199f3a4-5b6c-7d8e-9f01-23456789abcd"
_TARIFF = "0199f3a4-5b6c-7d8e-9f01-23456789abcf"

CLIENT_INPUT: JsonValue = {"name": "Client XYZ", "tariffId": "Rack with 5 kW"}
CLIENT_OUTPUT: JsonValue = {
    "id": _CLIENT,
    "name": "Client XYZ",
    "tariffId": _TARIFF,
    "tariffName": "Rack with 5 kW",
}
SITE_INPUT: JsonValue = {"name": "Hall 2", "timeZone": "Europe/Berlin"}
SITE_CHANGE: JsonValue = {"timeZone": "Asia/Tokyo", "from": "2026-05"}
SITE_OUTPUT: JsonValue = {
    "id": "2",
    "name": "Hall 2",
    "timeZone": "Europe/Berlin",
    "timeZones": [
        {"from": None, "timeZone": "Europe/Berlin"},
        {"from": "2026-05", "timeZone": "Asia/Tokyo"},
    ],
    "notices": [],
}
ASSIGNMENT_INPUT: JsonValue = {
    "endpointId": "Rack A3 - Client XYZ",
    "clientId": "Client XYZ",
    "from": "2026-03-16",
}
ASSIGNMENT_OUTPUT: JsonValue = {
    "id": 18,
    "meterId": 7,
    "meter": "total",
    "endpointId": _ENDPOINT,
    "endpointName": "Rack A3 - Client XYZ",
    "clientId": _CLIENT,
    "clientName": "Client XYZ",
    "from": "2026-03-15T23:00:00Z",
    "to": None,
    "sharePercent": 100,
}
ASSIGNED: JsonValue = {
    "assignments": [ASSIGNMENT_OUTPUT],
    "notices": [
        (
            "Client XYZ: 2026-03 is closed and stays as it was billed; the next close books the "
            "difference as an adjustment."
        )
    ],
}
_PRICES: dict[str, JsonValue] = {
    "fromOn": "2026-01-01",
    "currency": "EUR",
    "energyPrice": 0.2512,
    "includedKwh": 1000,
    "committedKw": 5,
    "committedPrice": 12.5,
    "powerOveragePrice": 18,
    "fixedFee": 150,
    "pueFactor": 1.35,
    "minimum": 450,
    "vatPercent": 19,
}
TARIFF_INPUT: JsonValue = {"name": "Rack with 5 kW", "prices": [_PRICES]}
TARIFF_OUTPUT: JsonValue = {
    "id": _TARIFF,
    "name": "Rack with 5 kW",
    "prices": [_PRICES | {"overagePrice": None}],
    "updatedAt": "2026-03-01T10:15:00Z",
    "notices": [],
}
