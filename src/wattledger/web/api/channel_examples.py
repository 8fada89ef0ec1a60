"""Examples of channels in the OpenAPI document; a test holds them to it."""

from pydantic import JsonValue

CHANNEL_INPUT: JsonValue = {
    "name": "Night shift",
    "url": "mailtos://wattledger:s3cret@mail.example.com?to=night@example.com",
    "kinds": ["failing", "stale", "held"],
    "severity": "warning",
    "clientId": None,
    "siteId": None,
    "afterMinutes": 5,
    "enabled": True,
}
CHANNEL_OUTPUT: JsonValue = {
    "id": "0199f3a4-7777-7d8e-9f01-23456789abcd",
    "name": "Night shift",
    "service": "Mail",
    "destination": "mailtos://mail.example.com",
    "kinds": ["failing", "held", "stale"],
    "severity": "warning",
    "clientId": None,
    "clientName": None,
    "siteId": None,
    "siteName": None,
    "afterMinutes": 5,
    "enabled": True,
    "lastSentAt": "2026-03-18T09:35:12Z",
    "lastFailedAt": None,
    "lastError": None,
    "nextTryAt": None,
    "createdAt": "2026-03-01T06:00:00Z",
    "updatedAt": "2026-03-01T06:00:00Z",
}
REMOVED_CHANNEL: JsonValue = {"id": "0199f3a4-7777-7d8e-9f01-23456789abcd", "name": "Night shift"}
CHANNEL_TRIAL: JsonValue = {
    "success": False,
    "message": "The name of the server is not known; check its spelling and the name server.",
}
