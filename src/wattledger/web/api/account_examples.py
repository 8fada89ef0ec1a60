"""Examples of sessions, users, tokens and the audit log; a test holds each to its schema."""

from pydantic import JsonValue

_USER = "0199f3a4-5b6c-7d8e-9f01-23456789abd0"
_CLIENT = "0199f3a4-5b6c-7d8e-9f01-23456789abce"
_AT = "2026-03-01T10:15:00Z"
_LATER = "2026-03-08T10:15:00Z"
_PASSWORD = "four words nobody else"  # noqa: S105 - an example
_SECRET = "x2Jw9oQ0mB7c"  # noqa: S105 - an example, shortened

SIGN_IN_INPUT: JsonValue = {"name": "anna", "password": _PASSWORD}
SET_UP_INPUT: JsonValue = {
    "token": _SECRET,
    "name": "anna",
    "displayName": "Anna Example",
    "password": _PASSWORD,
}
LINK_INPUT: JsonValue = {"token": _SECRET, "password": _PASSWORD}
PASSWORD_CHANGE: JsonValue = {
    "currentPassword": _PASSWORD,
    "newPassword": "four other words of mine",
}
SESSION: JsonValue = {
    "userId": _USER,
    "name": "anna",
    "displayName": "Anna Example",
    "role": "viewer",
    "permissions": ["see-all", "see-own"],
    "clientId": None,
    "csrfToken": "5f8c0a2e",
    "expiresAt": _LATER,
}
USER_INPUT: JsonValue = {
    "name": "bert",
    "displayName": "Bert Example",
    "role": "client",
    "clientId": "Client XYZ",
}
USER_CHANGE: JsonValue = {"role": "operator"}
USER_OUTPUT: JsonValue = {
    "id": _USER,
    "name": "bert",
    "displayName": "Bert Example",
    "role": "client",
    "clientId": _CLIENT,
    "clientName": "Client XYZ",
    "disabled": False,
    "hasPassword": True,
    "createdAt": _AT,
    "signedInAt": None,
}
LINK_OUTPUT: JsonValue = {
    "url": f"https://power.example.com/choose-password#{_SECRET}",
    "expiresAt": "2026-03-04T10:15:00Z",
}
INVITED_USER: JsonValue = {"user": USER_OUTPUT, "link": LINK_OUTPUT}
TOKEN_INPUT: JsonValue = {
    "name": "billing script",
    "role": "operator",
    "scopes": ["see-own", "bill"],
    "expiresAt": _LATER,
}
TOKEN_OUTPUT: JsonValue = {
    "id": 3,
    "name": "billing script",
    "role": "operator",
    "scopes": ["bill", "see-own"],
    "clientId": None,
    "madeBy": "anna",
    "createdAt": _AT,
    "expiresAt": _LATER,
    "lastUsedAt": None,
    "revokedAt": None,
    "works": True,
}
ISSUED_TOKEN: JsonValue = {"token": TOKEN_OUTPUT, "secret": f"wl_{_SECRET}"}
AUDIT_ENTRY: JsonValue = {
    "id": 118,
    "at": _AT,
    "actorKind": "user",
    "actor": "anna",
    "actorId": _USER,
    "address": "192.168.1.20",
    "action": "replace",
    "kind": "endpoint",
    "objectId": "0199f3a4-5b6c-7d8e-9f01-23456789abcd",
    "objectName": "Rack A3 - Client XYZ",
    "fields": ["ipAddress", "authConfig.password"],
}
