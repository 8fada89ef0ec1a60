"""The numbers of a JSON document, each with its path (RFC 9535)."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from wattledger.collect.find.reading_text import told_in
from wattledger.collect.find.spot import Deadline, Spot, cut
from wattledger.collect.place import Place
from wattledger.collect.select import View, json_text
from wattledger.domain.figure import Figure, unit_of_key
from wattledger.domain.unit import spelled

_DEEPEST = 30
_LONGEST_TEXT = 60
_MOST_NAMED = 300
"""Each name of a list is compared with all others."""
_SIMPLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TITLES = ("name", "label", "key", "title", "description", "id", "type")
_UNITS = ("unit", "units", "uom", "Unit", "Units")


@dataclass(frozen=True, slots=True)
class _Way:
    """The way to a value: its path, the same by names where a list has them, and in words."""

    path: str = "$"
    lasting: str = "$"
    words: tuple[str, ...] = ()
    unit: str | None = None


def json_spots(view: View, deadline: Deadline) -> Iterator[Spot]:
    """Yield the numbers of a document, until the time is up."""
    for way, value in _values(view.values, _Way(), 0):
        if deadline.is_over:
            return
        spot = _spot(way, value)
        if spot is not None:
            yield spot


def _values(value: object, way: _Way, depth: int) -> Iterator[tuple[_Way, object]]:
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        named = (value.get(key) for key in _UNITS)
        unit = next((spelled(each) for each in named if isinstance(each, str)), None)
        for key, inner in value.items():
            yield from _values(inner, _into(way, key, unit), depth + 1)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _values(inner, _nth(way, value, place), depth + 1)
    else:
        yield way, value


def _into(way: _Way, key: str, unit: str | None) -> _Way:
    step = f".{key}" if _SIMPLE.fullmatch(key) else f"[{_quoted(key)}]"
    words = (*way.words, key)
    return _Way(way.path + step, way.lasting + step, words, unit or way.unit)


def _nth(way: _Way, members: list[object], place: int) -> _Way:
    """Return the way to a member of a list: by its name where no other has it, else by number."""
    path = f"{way.path}[{place}]"
    named = _named(members, place)
    if named is None:
        return _Way(path, f"{way.lasting}[{place}]", (*way.words, str(place)), way.unit)
    key, name = named
    shown = _quoted(name) if isinstance(name, str) else json.dumps(name)
    lasting = f"{way.lasting}[?@.{key}=={shown}]"
    return _Way(path, lasting, (*way.words, str(name)), way.unit)


def _named(members: list[object], place: int) -> tuple[str, str | int] | None:
    member = members[place]
    if not isinstance(member, Mapping):
        return None
    for key in _TITLES:
        name = member.get(key)
        if not isinstance(name, str | int) or isinstance(name, bool) or name == "":
            continue
        if len(str(name)) <= _LONGEST_TEXT and _is_only(members, key, name):
            return key, name
    return None


def _is_only(members: list[object], key: str, name: object) -> bool:
    if len(members) > _MOST_NAMED:
        return False
    same = [each for each in members if isinstance(each, Mapping) and each.get(key) == name]
    return len(same) == 1


def _spot(way: _Way, value: object) -> Spot | None:
    if not way.words or not isinstance(value, int | Decimal | str) or isinstance(value, bool):
        return None
    text = json_text(value)
    if len(text) > _LONGEST_TEXT:
        return None
    # A number of JSON has a decimal point whatever the language.
    told = next(told_in(Place(text), "."), None)
    if told is None:
        return None
    words = ".".join(way.words)
    declared = None if told.unit else way.unit or unit_of_key(words)
    selectors = dict.fromkeys((f"json:{way.lasting}", f"json:{way.path}"))
    unit = told.unit or declared
    return Spot(
        figure=Figure(told.value.number, label=cut(words), unit=unit, leaf=way.words[-1]),
        text=cut(" ".join(filter(None, (told.token.text, unit)))),
        selectors=partial(iter, list(selectors)),
        pattern=told.pattern,
        decimal=told.decimal,
        declared_unit=declared,
    )


def _quoted(text: str) -> str:
    """Return a text as RFC 9535 quotes it: as JSON, in single quotes."""
    inner = json.dumps(text, ensure_ascii=False)[1:-1]
    return "'" + inner.replace('\\"', '"').replace("'", "\\'") + "'"
