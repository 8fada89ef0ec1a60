"""A list of JSON objects as the rows of a table, so that the same checks say the same of both.

The file is a list, or an object with one: ``{"endpoints": [...]}``. Keys are the table's columns in
any spelling (``pollInterval``, ``poll_interval``). Numbers keep their digits as they are written.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from wattledger.domain.errors import InvalidInputError

JsonObject: TypeAlias = Mapping[str, msgspec.Raw]
Spread: TypeAlias = Callable[[JsonObject], Iterable[JsonObject]]
"""Makes rows of an object that holds several."""

_LISTS = ("endpoints", "readings", "data")
_BLANK = b" \t\r\n\xef\xbb\xbf"
_HEAD = 256
_objects = msgspec.json.Decoder(list[msgspec.Raw])
_named = msgspec.json.Decoder(dict[str, msgspec.Raw])


def is_json(path: Path) -> bool:
    """Tell by its content whether a file is JSON; what cannot be read is not."""
    try:
        with path.open("rb") as file:
            return file.read(_HEAD).lstrip(_BLANK).startswith((b"[", b"{"))
    except OSError:
        return False


def spelling(name: str) -> str:
    """Return what is the same of all spellings of a column.

    >>> spelling("pollInterval"), spelling("Poll_Interval ")
    ('pollinterval', 'pollinterval')
    """
    return name.strip().lower().replace("_", "")


def json_rows(
    path: Path, columns: Sequence[str], required: Sequence[str], spread: Spread | None = None
) -> Iterator[tuple[int, list[str] | InvalidInputError]]:
    """Yield (number of the object, cells in the order of the columns, or what is wrong with it).

    A missing key and null are "". InvalidInputError when the file is no such list.
    """
    places = {spelling(name): place for place, name in enumerate(columns)}
    for number, raw in enumerate(_list(path), start=1):
        try:
            for row in _rows(raw, spread):
                yield number, _cells(row, places, columns, required)
        except InvalidInputError as error:
            yield number, error


def _list(path: Path) -> list[msgspec.Raw]:
    try:
        content = path.read_bytes().lstrip(_BLANK)
        if content.startswith(b"["):
            return _objects.decode(content)
        lists = [value for name, value in _named.decode(content).items() if name in _LISTS]
        if len(lists) == 1:
            return _objects.decode(lists[0])
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInputError(f"{path} is not JSON that can be read: {error}.") from None
    raise InvalidInputError(
        f"{path} is JSON without a list of rows; it takes a list, or an object with one of the "
        f"lists {', '.join(_LISTS)}."
    )


def _rows(raw: msgspec.Raw, spread: Spread | None) -> Iterable[JsonObject]:
    found = fields_of(raw)
    return [found] if spread is None else spread(found)


def fields_of(raw: msgspec.Raw) -> JsonObject:
    """Return the fields of an object; InvalidInputError when it is none."""
    try:
        return _named.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInputError("it is not an object with named values.") from None


def objects_of(raw: msgspec.Raw) -> list[JsonObject]:
    """Return the objects of a list; InvalidInputError when it is none."""
    try:
        return [fields_of(each) for each in _objects.decode(raw)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidInputError("what should be a list of objects is none.") from None


def _cells(
    row: JsonObject, places: Mapping[str, int], columns: Sequence[str], required: Sequence[str]
) -> list[str]:
    cells = [""] * len(columns)
    told: set[int] = set()
    for name, value in row.items():
        place = places.get(spelling(name))
        if place is None:
            raise InvalidInputError(f"'{name}' is not known; it takes {', '.join(columns)}.")
        if place in told:
            raise InvalidInputError(f"'{name}' is there twice, in two spellings; send it once.")
        told.add(place)
        cells[place] = text_of(value)
    missing = [name for name in required if not cells[columns.index(name)]]
    if missing:
        raise InvalidInputError(f"it has no '{missing[0]}'.")
    return cells


def text_of(value: msgspec.Raw) -> str:
    """Return a value as a cell: texts plain, null empty, numbers and the rest as written."""
    written = bytes(value)
    try:
        if written.startswith(b'"'):
            return msgspec.json.decode(written, type=str).strip()
        return "" if written == b"null" else written.decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidInputError("it holds a text that is not UTF-8.") from None
