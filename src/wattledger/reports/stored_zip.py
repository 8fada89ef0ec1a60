"""ZIP files in one form only: stored, in the order given, with one date; the same bytes for ever.

Nothing is compressed: what compressors give differs between their versions, and what is not
compressed cannot swell when it is read. Each file is a local header and its bytes; the central
directory and its end follow; no extra fields, no comments.
"""

import struct
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from zlib import crc32

from wattledger.domain.errors import InvalidInputError

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_LOCAL_FORM = struct.Struct("<4s5H3I2H")
_CENTRAL_FORM = struct.Struct("<4s6H3I5H2I")
_END_FORM = struct.Struct("<4s4H2IH")
_VERSION, _UNIX = 20, 3 << 8
_NAMES_ARE_UTF8 = 0x0800
_STORED = 0
_PLAIN_FILE = 0o100644 << 16
_MOST_FILES, _MOST_BYTES = 0xFFFF, 0xFFFFFFFF
_FIRST_DAY, _LAST_DAY = date(1980, 1, 1), date(2107, 12, 31)
_MIDNIGHT = 0


class Packed(NamedTuple):
    """A file of a ZIP."""

    name: str
    content: bytes


def stored_zip(files: Sequence[Packed], day: date) -> bytes:
    """Return the ZIP of some files, all dated midnight of a day."""
    if len(files) >= _MOST_FILES or sum(len(file.content) + 512 for file in files) > _MOST_BYTES:
        raise InvalidInputError("A ZIP holds at most 65,534 files and 4 GB; export fewer clients.")
    body, directory = bytearray(), bytearray()
    for file in files:
        name = file.name.encode("utf-8")
        facts = _facts(file.content, day)
        at = len(body)
        body += _LOCAL_FORM.pack(_LOCAL, _VERSION, *facts, len(name), 0) + name + file.content
        made_by = _UNIX | _VERSION
        entry = (made_by, _VERSION, *facts, len(name), 0, 0, 0, 0, _PLAIN_FILE, at)
        directory += _CENTRAL_FORM.pack(_CENTRAL, *entry) + name
    count = len(files)
    end = _END_FORM.pack(_END, 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory) + end


def _facts(content: bytes, day: date) -> tuple[int, ...]:
    """Return what both headers of a file say: flags, method, time, date, checksum, both sizes."""
    on = min(max(day, _FIRST_DAY), _LAST_DAY)
    dated = (on.year - _FIRST_DAY.year) << 9 | on.month << 5 | on.day
    size = len(content)
    return (_NAMES_ARE_UTF8, _STORED, _MIDNIGHT, dated, crc32(content), size, size)


def read_stored_zip(content: bytes) -> list[Packed]:
    """Return the files of such a ZIP; InvalidInputError where it is of another form.

    Only what leads to the files is read: whoever trusts the rest packs them again and compares.
    """
    files: list[Packed] = []
    at = 0
    while content[at : at + len(_LOCAL)] == _LOCAL:
        start = at + _LOCAL_FORM.size
        if start > len(content):
            raise _cut_off()
        *_, size, name_length, extra = _LOCAL_FORM.unpack_from(content, at)
        end = start + name_length + size
        if extra or end > len(content):
            raise _cut_off()
        files.append(_packed(content[start:end], name_length))
        at = end
    if content[at : at + len(_CENTRAL)] != _CENTRAL:
        raise _cut_off()
    return files


def _packed(named: bytes, name_length: int) -> Packed:
    try:
        return Packed(named[:name_length].decode("utf-8"), named[name_length:])
    except UnicodeDecodeError:
        raise _cut_off() from None


def _cut_off() -> InvalidInputError:
    return InvalidInputError(
        "The file is no ZIP as Wattledger writes it: it is damaged, cut off, or was packed anew."
    )
