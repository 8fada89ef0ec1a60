"""Which figure of a page is the register, and which the power: a proposal, with its reasons.

The register is cumulative active energy. Each sign for or against it counts points; who has most
comes first. A person decides, and is told where the points do not (SOURCES 9).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.figure import Figure, FigureKind
from wattledger.domain.meter_words import Word, words_in
from wattledger.domain.number import is_sentinel
from wattledger.domain.unit import Quantity, to_milli

CLOSE = 15
"""Points that the first must be ahead of the second to be the clear one."""

_DEFAULT_UNIT = "kWh"
_LEAST, _MOST = Decimal("0.2"), Decimal(5)
_MILLI = Decimal(1000)

_UNIT_SHOWN = 40
_LARGEST = 10
_FOR_REGISTER = {Word.ENERGY: 15, Word.COUNTER: 25, Word.IMPORT: 10}
_AGAINST_REGISTER = {
    Word.PERIOD: 70,
    Word.EXTREME: 50,
    Word.LIMIT: 60,
    Word.ESTIMATE: 50,
    Word.EXPORT: 45,
    Word.RESETTABLE: 20,
    Word.PART: 20,
    Word.TARIFF: 15,
}
_SECTION_SHARE = 2
"""A heading counts for half: it stands over more than one number."""

_FOR_FIELD = {Word.COUNTER: 15}
_AGAINST_FIELD = {Word.EXTREME: 40, Word.LIMIT: 60, Word.PART: 10, Word.PERIOD: 30}
_ITS_WORD = {
    FigureKind.POWER: Word.POWER,
    FigureKind.VOLTAGE: Word.VOLTAGE,
    FigureKind.CURRENT: Word.CURRENT,
    FigureKind.POWER_FACTOR: Word.POWER_FACTOR,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well a figure fits as the register, or as the field of its kind, and why.

    ``score`` is None where it cannot be it at all.
    """

    kind: FigureKind
    score: int | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Figures by their places in what was ranked.

    ``registers`` is best first; ``fields`` is the best of each other kind. ``is_close`` tells that
    the first two registers are about as likely.
    """

    judgements: tuple[Judgement, ...]
    registers: tuple[int, ...]
    fields: dict[FigureKind, int]
    is_close: bool


def rank(figures: Sequence[Figure]) -> Ranking:
    """Rank the figures of a page; of equals the larger energy comes first, then the earlier."""
    kinds = [figure.kind for figure in figures]
    energies = [
        figure
        for figure, kind in zip(figures, kinds, strict=True)
        if kind is FigureKind.ENERGY and Word.PERIOD not in figure.words
    ]
    # Those whose unit is assumed may be a thousand times less.
    sure = [figure for figure in energies if figure.unit is not None] or energies
    largest = max(map(_worth, sure), default=0)
    judgements = tuple(
        _judge(figure, kind, largest) for figure, kind in zip(figures, kinds, strict=True)
    )
    likely = [
        place
        for place, each in enumerate(judgements)
        if each.kind is FigureKind.ENERGY and (each.score or 0) > 0
    ]
    registers = sorted(
        likely, key=lambda place: (-(judgements[place].score or 0), -_worth(figures[place]), place)
    )
    fields = {kind: best for kind in _ITS_WORD if (best := _best(judgements, kind)) is not None}
    return Ranking(judgements, tuple(registers), fields, _is_close(judgements, registers))


def scale_of_current(current: Decimal, voltage: Decimal, power: Decimal) -> str | None:
    """Return whether a current without a unit is in A or mA, by V * I = P; None where neither fits.

    ``voltage`` is in V, ``power`` in W. Both phases and power factor are allowed for.

    >>> scale_of_current(Decimal(1250), Decimal(230), Decimal(280))
    'mA'
    """
    if power <= 0 or voltage <= 0:
        return None
    for unit, factor in (("A", Decimal(1)), ("mA", _MILLI)):
        if _LEAST <= current * voltage / factor / power <= _MOST:
            return unit
    return None


def _judge(figure: Figure, kind: FigureKind, largest: int) -> Judgement:
    if kind is FigureKind.ENERGY:
        return _judge_register(figure, largest)
    if kind is FigureKind.OTHER:
        return Judgement(kind, None, _why_none(figure))
    return _judge_field(figure, kind)


def _judge_register(figure: Figure, largest: int) -> Judgement:
    if figure.value < 0 or is_sentinel(figure.value):
        reason = f"{figure.value} is no register: it stands for 'no value'."
        return Judgement(FigureKind.ENERGY, None, (reason,))
    points, reasons = _points(figure, _FOR_REGISTER, _AGAINST_REGISTER)
    if figure.unit is None:
        reasons.append(f"No unit is shown: {_DEFAULT_UNIT} is assumed, check it.")
    else:
        points += _UNIT_SHOWN
        reasons.insert(0, f"{figure.unit} is a unit of energy.")
    worth = _worth(figure)
    if worth == 0:
        points -= _LARGEST
        reasons.append("It shows zero.")
    elif worth == largest:
        points += _LARGEST
        reasons.append("It is the largest energy on the page.")
    if figure.is_guessed:
        points -= _LARGEST
        reasons.append("It may be a thousand times as much: check the decimal mark.")
    return Judgement(FigureKind.ENERGY, points, tuple(reasons))


def _judge_field(figure: Figure, kind: FigureKind) -> Judgement:
    wanted = {_ITS_WORD[kind]: _UNIT_SHOWN // 2} | _FOR_FIELD
    points, reasons = _points(figure, wanted, _AGAINST_FIELD)
    if figure.unit is not None:
        points += _UNIT_SHOWN
        reasons.insert(0, f"Its unit is {figure.unit}.")
    return Judgement(kind, points if points > 0 else None, tuple(reasons))


def _points(
    figure: Figure, wanted: dict[Word, int], unwanted: dict[Word, int]
) -> tuple[int, list[str]]:
    """Return the points of words, those for it first; a heading counts for half."""
    words, above = figure.words, words_in(figure.section) - figure.words
    points, reasons = 0, []
    for word, worth in wanted.items():
        if word in words:
            points += worth
            reasons.append(f"Its label says {word.value}.")
    for word, worth in unwanted.items():
        if word in words:
            points -= worth
            reasons.append(f"Its label says {word.value}.")
        elif word in above:
            points -= worth // _SECTION_SHARE
            reasons.append(f"The heading above says {word.value}.")
    return points, reasons


def _why_none(figure: Figure) -> tuple[str, ...]:
    words = figure.words
    told = [word for word in (Word.COST, Word.NOT_ACTIVE) if word in words]
    return tuple(f"Its label says {word.value}." for word in told)


def _worth(figure: Figure) -> int:
    """Return an energy in mWh, to be compared; beyond all counting it is none."""
    if not figure.value:
        return 0
    try:
        return to_milli(figure.value, figure.unit or _DEFAULT_UNIT, Quantity.ENERGY)
    except InvalidInputError:
        return 0


def _best(judgements: Sequence[Judgement], kind: FigureKind) -> int | None:
    scored = [
        (-each.score, place)
        for place, each in enumerate(judgements)
        if each.kind is kind and each.score is not None
    ]
    return min(scored)[1] if scored else None


def _is_close(judgements: Sequence[Judgement], registers: Sequence[int]) -> bool:
    scores = [judgements[place].score or 0 for place in registers[:2]]
    return len(scores) == len(registers[:2]) == 2 and scores[0] - scores[1] < CLOSE  # noqa: PLR2004 - the first two
