"""The examples of histories in the OpenAPI document; a test holds each to its schema."""

from pydantic import JsonValue

from wattledger.web.api.examples import ENDPOINT_ID

HISTORY: JsonValue = {
    "from": "2026-02-28T23:00:00Z",
    "to": "2026-03-03T23:00:00Z",
    "step": "day",
    "timeZone": "Europe/Berlin",
    "starts": ["2026-02-28T23:00:00Z", "2026-03-01T23:00:00Z", "2026-03-02T23:00:00Z"],
    "series": [
        {
            "id": ENDPOINT_ID,
            "name": "Rack A3 - Client XYZ",
            "clientName": "Client XYZ",
            "kwh": [30.125, 29.5, None],
            "kw": [1.255208, 1.229167, None],
            "quality": ["measured", "estimated", None],
            "totalKwh": 59.625,
        }
    ],
    "marks": [
        {
            "endpointId": ENDPOINT_ID,
            "meter": "total",
            "at": "2026-03-01T10:15:00Z",
            "kind": "reset",
            "text": "The register began again at 0.",
        }
    ],
}
TREND: JsonValue = {
    "starts": [f"2026-03-01T{n // 2:02}:{n % 2 * 30:02}:00Z" for n in range(48)],
    "series": [{"endpointId": ENDPOINT_ID, "kw": [None, *[1.25] * 47]}],
}
