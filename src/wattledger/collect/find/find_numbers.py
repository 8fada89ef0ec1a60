"""What a page shows: its numbers, each with a selector that was proved on the page itself."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

from wattledger.collect.attempt import Document
from wattledger.collect.errors import AttemptError
from wattledger.collect.extract import Wanted, agreed
from wattledger.collect.find.html_numbers import html_spots
from wattledger.collect.find.json_numbers import json_spots
from wattledger.collect.find.reading_text import wanted
from wattledger.collect.find.spot import Deadline, Spot
from wattledger.collect.find.xml_numbers import xml_spots
from wattledger.collect.select import View, find
from wattledger.domain.figure import Figure, FigureKind
from wattledger.domain.rank_figures import Ranking, rank, scale_of_current
from wattledger.domain.recipe import DecimalMark

MOST_NUMBERS = 500
_MOST_SPOTS = 2_000
_MOST_LABELS = 80
"""So many numbers may be looked for by their label, which costs most."""


Hidden: TypeAlias = Callable[[str], bool]
"""Tells whether a text holds what must not be shown."""


def _nothing_hidden(_text: str) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number of a page that the product reads by ``selector``, and nothing else with it.

    ``unit`` is as it stands beside the number, or as ``declared_unit`` must tell.
    """

    figure: Figure
    text: str
    selector: str
    pattern: str | None
    decimal: DecimalMark
    declared_unit: str | None

    @property
    def words(self) -> str:
        """Return all that is told of it, for a look whether a secret is among it."""
        told = (self.text, self.figure.label, self.selector, self.pattern)
        return " ".join(filter(None, told))


@dataclass(frozen=True, slots=True)
class FoundNumbers:
    """The numbers of a page in its order, and their ranking.

    ``unaddressed`` counts those no selector tells from others; ``is_cut`` says that there are more.
    """

    numbers: tuple[FoundNumber, ...]
    ranking: Ranking
    unaddressed: int
    is_cut: bool


def find_numbers(
    documents: Sequence[Document], seconds: float, hidden: Hidden = _nothing_hidden
) -> FoundNumbers:
    """Return the numbers of a page and its frames, found within about so many seconds.

    Those that may be the register are proved first, so that they are there when the time is up.
    A number beside which something ``hidden`` stands is left out.
    """
    deadline = Deadline(seconds)
    views = [View(document) for document in documents]
    scan = Deadline(seconds / 2)
    spots = list(islice(_spots(views, scan), _MOST_SPOTS + 1))
    is_cut = len(spots) > _MOST_SPOTS or scan.is_over
    spots = _scaled(spots[:_MOST_SPOTS])
    found: dict[int, FoundNumber] = {}
    tried = 0
    for place in islice(_by_interest(rank([spot.figure for spot in spots])), MOST_NUMBERS):
        if deadline.is_over:
            break
        number = _proved(views, spots[place], with_label=tried < _MOST_LABELS)
        tried += 1
        if number is not None and not hidden(number.words):
            found[place] = number
    numbers = tuple(found[place] for place in sorted(found))
    ranking = rank([number.figure for number in numbers])
    return FoundNumbers(numbers, ranking, tried - len(found), is_cut or tried < len(spots))


def shows_register(documents: Sequence[Document], seconds: float) -> bool:
    """Tell whether a page shows a number that is likely its register: more need not come.

    A zero may be what stands there until the number comes.
    """
    views = [View(document) for document in documents]
    if any(view.is_json or view.is_xml for view in views[:1]):
        return True  # nothing is drawn into it later
    try:
        spots = list(islice(_spots(views, Deadline(seconds)), _MOST_SPOTS))
    except AttemptError:
        return False
    figures = [spot.figure for spot in spots]
    return any(figures[place].value for place in rank(figures).registers)


def _spots(views: Sequence[View], deadline: Deadline) -> Iterator[Spot]:
    for view in views:
        if view.is_json:
            yield from json_spots(view, deadline)
        elif view.is_xml:
            yield from xml_spots(view, deadline)
        else:
            yield from html_spots(view, deadline)


def _by_interest(ranking: Ranking) -> Iterator[int]:
    """Yield places: what may be the register, what may be its fields, what has a kind, the rest."""
    first = [*ranking.registers, *ranking.fields.values()]
    known = [
        place for place, each in enumerate(ranking.judgements) if each.kind is not FigureKind.OTHER
    ]
    yield from dict.fromkeys((*first, *known, *range(len(ranking.judgements))))


def _proved(views: Sequence[View], spot: Spot, *, with_label: bool) -> FoundNumber | None:
    """Return a number with the first selector that finds it, and it alone, on this page."""
    for selector in spot.selectors():
        is_label = selector.startswith("text:")
        if is_label and not with_label:
            continue
        # A label may leave less text than the element has; an XPath sees no header with a unit.
        for pattern in dict.fromkeys((spot.pattern, None) if is_label else (spot.pattern,)):
            for unit in dict.fromkeys((spot.declared_unit, spot.figure.unit)):
                if _finds(views, spot, selector, wanted(pattern, spot.decimal, unit)):
                    return FoundNumber(
                        spot.figure, spot.text, selector, pattern, spot.decimal, unit
                    )
    return None


def _finds(views: Sequence[View], spot: Spot, selector: str, asked: Wanted) -> bool:
    try:
        places = find(views, selector, most=2)
        if len(places) != 1:
            return False
        value = agreed(places, asked)
    except AttemptError:
        return False
    return value.number == spot.figure.value and (value.unit or None) == spot.figure.unit


def _scaled(spots: list[Spot]) -> list[Spot]:
    """Return the spots with the unit of a bare current told from voltage and power beside it."""
    fields = rank([spot.figure for spot in spots]).fields
    if not {FigureKind.CURRENT, FigureKind.VOLTAGE, FigureKind.POWER} <= fields.keys():
        return spots
    current, voltage, power = (
        spots[fields[kind]] for kind in (FigureKind.CURRENT, FigureKind.VOLTAGE, FigureKind.POWER)
    )
    if current.figure.unit is not None or not _is_plain(voltage, "V") or not _is_plain(power, "W"):
        return spots
    unit = scale_of_current(current.figure.value, voltage.figure.value, power.figure.value)
    if unit is None:
        return spots
    figure = replace(current.figure, unit=unit)
    scaled = replace(current, figure=figure, declared_unit=unit, text=f"{current.text} {unit}")
    return [scaled if spot is current else spot for spot in spots]


def _is_plain(spot: Spot, unit: str) -> bool:
    return spot.figure.unit in (None, unit)
