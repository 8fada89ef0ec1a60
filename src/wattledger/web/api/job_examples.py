"""Examples of modules, jobs and runs in the OpenAPI document; a test holds each to its schema."""

from pydantic import JsonValue

_JOB = "0199f3a4-7c11-7d8e-9f01-23456789abcd"
_MODULE = "0199f3a4-6b5c-7d8e-9f01-23456789abcd"
_ENDPOINT = "0199f3a4-5b6c-7d8e-9f01-23456789abcd"

_CONFIG: JsonValue = {"endpoints": "all", "batchSize": 10, "screenshotOnError": True}
JOB_INPUT: JsonValue = {
    "name": "Hourly Consumption Collection",
    "description": "Reads all meters each half hour",
    "moduleId": _MODULE,
    "handler": "jobs/collect-consumption.js",
    "schedule": "*/30 * * * *",
    "enabled": True,
    "config": {"batchSize": 10, "screenshotOnError": True},
}
JOB_CHANGE: JsonValue = {"enabled": False}
_SUMMARY: JsonValue = {"total": 60, "successful": 58, "failed": 2}
JOB_OUTPUT: JsonValue = {
    "id": _JOB,
    "name": "Hourly Consumption Collection",
    "description": "Reads all meters each half hour",
    "moduleId": _MODULE,
    "module": "consumption-monitor",
    "handler": "collect-consumption",
    "schedule": "*/30 * * * *",
    "scheduleText": "Every 30th minute of every hour",
    "timeZone": "Europe/Berlin",
    "enabled": True,
    "config": _CONFIG,
    "nextRunAt": "2026-03-01T10:30:00Z",
    "lastRun": {
        "id": 4711,
        "state": "finished",
        "cause": "schedule",
        "startedAt": "2026-03-01T10:00:00Z",
        "finishedAt": "2026-03-01T10:01:31Z",
        "summary": _SUMMARY,
    },
    "builtIn": False,
    "createdAt": "2026-02-27T08:00:00Z",
    "updatedAt": "2026-02-27T08:00:00Z",
}
SCHEDULE_INPUT: JsonValue = {"schedule": "0 6 * * 1-5", "timeZone": "Europe/Berlin"}
SCHEDULE_OUTPUT: JsonValue = {
    "scheduleText": "At 06:00 on Monday through Friday",
    "timeZone": "Europe/Berlin",
    "firings": ["2026-03-02T05:00:00Z", "2026-03-03T05:00:00Z"],
}
RUN_OUTPUT: JsonValue = {
    "id": 4711,
    "jobId": _JOB,
    "jobName": "Hourly Consumption Collection",
    "state": "finished",
    "cause": "schedule",
    "startedBy": None,
    "retryOf": None,
    "dueAt": "2026-03-01T10:00:00Z",
    "startedAt": "2026-03-01T10:00:00.412Z",
    "finishedAt": "2026-03-01T10:01:31Z",
    "cancelledAt": None,
    "lateMilliseconds": 412,
    "milliseconds": 90588,
    "message": None,
    "failedChunks": 0,
    "progress": {"total": 60, "successful": 58, "failed": 2, "pending": 0},
    "summary": _SUMMARY,
}
RUN_ENDPOINT: JsonValue = {
    "endpointId": _ENDPOINT,
    "endpointName": "Rack A3 - Client XYZ",
    "outcome": "timeout",
    "message": "10.0.0.5:80 did not answer within 20 s; check its cable and its address.",
    "attempts": 3,
    "attemptId": 90210,
    "startedAt": "2026-03-01T10:01:11Z",
    "milliseconds": 20004,
}
RUN_LINE: JsonValue = {
    "id": 81234,
    "at": "2026-03-01T10:00:21Z",
    "level": "warning",
    "message": "Chunk 12 finished: 8 ok; 2 endpoints failed and will be tried again at "
    "2026-03-01T10:00:54Z, in 33 s (timeout 2).",
}
MODULE_OUTPUT: JsonValue = {
    "id": _MODULE,
    "name": "consumption-monitor",
    "version": "1.1.0",
    "displayName": "Consumption monitor",
    "description": "Reads the meters and books what they show.",
    "builtIn": True,
    "path": None,
    "problem": None,
    "seenAt": "2026-03-01T08:00:00Z",
    "jobs": [
        {
            "handler": "collect-consumption",
            "displayName": "Collect consumption",
            "description": "Reads endpoints, in chunks, and books their registers.",
            "timeout": 150000,
            "retries": 2,
            "configSchema": {
                "type": "object",
                "properties": {"batchSize": {"type": "integer", "default": 50}},
            },
        }
    ],
}
