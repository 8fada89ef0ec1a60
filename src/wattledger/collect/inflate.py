"""Undo the content encoding of a body, as leniently as browsers do, within a limit.

Done here and not in libcurl because devices lie: a body that is announced as gzip and is none
is read as it stands.
"""

import zlib

from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome

ACCEPTED = "gzip, deflate"

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31
_ZLIB_WINDOW = 15
_RAW_WINDOW = -15


def inflate(body: bytes, encodings: str, limit: int) -> bytes:
    """Return the body with its ``Content-Encoding`` undone.

    AttemptError ``too_large`` beyond ``limit`` bytes (a bomb costs no more than that),
    ``truncated`` when the packed data end early or are damaged.
    """
    for name in reversed([part.strip().lower() for part in encodings.split(",")]):
        if name in {"gzip", "x-gzip", "deflate"}:
            body = _unpack(body, limit)
        elif name not in {"", "identity"}:
            raise AttemptError(
                Outcome.TRUNCATED,
                f"The device packed its answer as '{name[:20]}', which was not asked for.",
            )
    return body


def _unpack(body: bytes, limit: int) -> bytes:
    for window in _windows(body):
        unpacker = zlib.decompressobj(window)
        try:
            plain = unpacker.decompress(body, limit + 1)
        except zlib.error:
            continue
        if len(plain) > limit:
            raise AttemptError(
                Outcome.TOO_LARGE,
                f"The page unpacks to more than {limit:,} bytes; "
                "choose a smaller page of the device.",
            )
        if unpacker.eof:
            return plain
    if looks_like_page(body):
        return body
    raise AttemptError(
        Outcome.TRUNCATED,
        "The packed page of the device is cut off or damaged; try again, and check the network "
        "when it stays so.",
    )


def _windows(body: bytes) -> tuple[int, ...]:
    """Return the formats the data may have: the bytes decide, not the header."""
    return (_GZIP_WINDOW,) if body.startswith(_GZIP_MAGIC) else (_ZLIB_WINDOW, _RAW_WINDOW)


def looks_like_page(body: bytes) -> bool:
    """Tell whether bytes start as HTML, XML or JSON do.

    >>> looks_like_page(b" <html>"), looks_like_page(b"SSH-2.0-dropbear")
    (True, False)
    """
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{", b"[", b"")
