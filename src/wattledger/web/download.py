"""Files to be kept, under a name that no header and no system trips over."""

from urllib.parse import quote

from fastapi import Response

from wattledger.reports.names import file_names


def download(content: bytes | str, media_type: str, stem: str, ending: str) -> Response:
    """Return a file to be saved as ``stem.ending``; the stem may be any text.

    Old clients get the name in ASCII, all others as it is (RFC 6266).
    """
    name = f"{file_names().name_for(stem)}.{ending}"
    plain = "".join(mark if mark.isascii() and mark not in '%"\\' else "_" for mark in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return Response(content, headers=headers, media_type=media_type)
