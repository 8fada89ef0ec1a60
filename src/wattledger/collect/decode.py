"""Bytes of a page as text (SOURCES 3): the header's charset, the page's own, else a guess."""

import codecs
import re

from charset_normalizer import from_bytes

_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_IN_PAGE = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HEAD = 2048
# As browsers do: pages that say Latin-1 or ASCII mean Windows-1252.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252"}


def decode(body: bytes, content_type: str | None) -> str:
    """Return the text of a body; what cannot be decoded becomes U+FFFD. Never raises.

    >>> decode("Zählerstand".encode("latin-1"), "text/html; charset=iso-8859-1")
    'Zählerstand'
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, errors="replace")
    declared = _codec(_HEADER.search(content_type or "")) or _codec(_IN_PAGE.search(body[:_HEAD]))
    if declared is not None:
        return body.decode(declared, errors="replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        guess = from_bytes(body[: _HEAD * 8]).best()
        return body.decode(guess.encoding if guess else "cp1252", errors="replace")


def _codec(match: "re.Match[str] | re.Match[bytes] | None") -> str | None:
    if match is None:
        return None
    found = next(group for group in match.groups() if group is not None)
    name = found.decode("ascii", errors="replace") if isinstance(found, bytes) else found
    try:
        codec = codecs.lookup(name)
    except LookupError:
        return None
    # Some codecs turn bytes into bytes; they are no charsets.
    return _MEANT.get(codec.name, codec.name) if codec._is_text_encoding else None  # noqa: SLF001
