"""Examples of alerts and of the system in the OpenAPI document; a test holds them to it."""

from pydantic import JsonValue

from wattledger.version import __version__

ALERT: JsonValue = {
    "id": "failing:0199f3a4-5b6c-7d8e-9f01-23456789abcd",
    "kind": "failing",
    "severity": "critical",
    "endpointId": "0199f3a4-5b6c-7d8e-9f01-23456789abcd",
    "endpointName": "Rack A3 - Client XYZ",
    "meter": None,
    "clientId": "0199f3a4-1111-7d8e-9f01-23456789abcd",
    "clientName": "Client XYZ",
    "since": "2026-03-18T09:30:00Z",
    "jobName": None,
    "runId": None,
    "month": None,
    "sentence": "It cannot be read: it did not answer in time.",
    "advice": "The device did not answer within 10 s; it hangs or is overloaded.",
}
ALERT_COUNTS: JsonValue = {
    "failing": 1,
    "stale": 0,
    "never": 2,
    "held": 0,
    "busy": 0,
    "high": 1,
    "billAtRisk": 3,
    "jobFailed": 0,
}
SYSTEM: JsonValue = {
    "version": __version__,
    "startedAt": "2026-03-01T06:00:00Z",
    "database": {"kind": "sqlite", "sizeBytes": 734003200, "revision": "0004"},
    "disk": {"freeBytes": 81604378624, "totalBytes": 107374182400},
    "browser": {"found": True, "version": "Chromium 143.0.7499.40"},
    "scheduler": {"beatAt": "2026-03-18T09:44:58Z"},
    "queue": {"running": 2, "pending": 0, "oldestDueAt": None},
    "backups": {"lastAt": "2026-03-18T02:00:00Z", "lastBytes": 92274688},
    "checkedAt": "2026-03-18T09:44:30Z",
    "checks": [
        {"name": "disk", "ok": True, "message": "81,604 MB free", "advice": None},
        {
            "name": "user",
            "ok": False,
            "message": "running as root: the browser runs without its sandbox",
            "advice": "run wattledger as a user of its own",
        },
    ],
    "settings": [
        {"name": "WATTLEDGER_TIME_ZONE", "value": "Europe/Berlin", "source": "environment"}
    ],
}
