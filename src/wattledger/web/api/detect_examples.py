"""Examples of looking for the register, in the OpenAPI document."""

from pydantic import JsonValue

DETECT_INPUT: JsonValue = {
    "ipAddress": "192.168.1.100",
    "authType": "form",
    "authConfig": {"loginUrl": "/login", "username": "reader", "password": "secret"},
    "scrapingConfig": {"steps": [{"action": "navigate", "url": "/energy"}]},
}
_POWER: JsonValue = {"selector": ".power", "pattern": None, "unit": None, "decimal": "."}
_REASONS: JsonValue = [
    "kWh is a unit of energy.",
    "Its label says energy.",
    "Its label says a total or counter.",
    "It is the largest energy on the page.",
]
DETECTION: JsonValue = {
    "success": True,
    "outcome": "ok",
    "message": None,
    "transport": "http",
    "milliseconds": 41,
    "undecided": False,
    "registers": [
        {
            "number": 1,
            "label": "Total energy",
            "text": "12543.5 kWh",
            "totalKwh": 12543.5,
            "score": 90,
            "reasons": _REASONS,
            "scrapingConfig": {
                "engine": "auto",
                "steps": [{"action": "navigate", "url": "/energy"}],
                "valueSelector": ".total-consumption",
                "valuePattern": None,
                "fields": {"power": _POWER},
                "unit": None,
                "decimal": ".",
            },
        }
    ],
    "fields": {"power": 0, "voltage": None, "current": None, "powerFactor": None},
    "numbers": [
        {
            "label": "Active power",
            "text": "1250 W",
            "value": 1250,
            "unit": "W",
            "kind": "power",
            "selector": ".power",
            "pattern": None,
            "decimal": ".",
            "score": 60,
            "reasons": ["Its unit is W.", "Its label says power."],
        },
        {
            "label": "Total energy",
            "text": "12543.5 kWh",
            "value": 12543.5,
            "unit": "kWh",
            "kind": "energy",
            "selector": ".total-consumption",
            "pattern": None,
            "decimal": ".",
            "score": 90,
            "reasons": _REASONS,
        },
    ],
    "unaddressed": 0,
    "hasMore": False,
    "steps": [{"label": "log in", "milliseconds": 20}, {"label": "1 navigate", "milliseconds": 12}],
    "status": 200,
    "screenshot": None,
    "rawData": None,
}
