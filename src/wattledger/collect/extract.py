"""From what a device answered to the values of its meter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from wattledger.collect.attempt import Document
from wattledger.collect.errors import AttemptError
from wattledger.collect.match import Matched, implied_mark, match
from wattledger.collect.pattern import shown
from wattledger.collect.place import Place
from wattledger.collect.select import View, find
from wattledger.domain.errors import (
    AmbiguousNumberError,
    InvalidInputError,
    NotANumberError,
    UnitMismatchError,
)
from wattledger.domain.name import LONGEST_SERIAL
from wattledger.domain.number import is_absent, is_sentinel, parse_number
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Sample
from wattledger.domain.recipe import DecimalMark, FieldName, ScrapingConfig
from wattledger.domain.unit import (
    Quantity,
    find_unit,
    quantity_of,
    resolution_milli,
    spelled,
    to_milli,
)

KEY = "total"

_FIELDS: dict[FieldName, Quantity] = {
    "power": Quantity.POWER,
    "voltage": Quantity.VOLTAGE,
    "current": Quantity.CURRENT,
    "powerFactor": Quantity.POWER_FACTOR,
}
_REGISTER_UNIT = "kWh"
_WORDS = re.compile(r"[\s/,;:]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One value of a recipe: where it stands and what it measures.

    Without ``quantity`` any unit is right, and ``default_unit`` is what a number without one has.
    """

    selector: str
    pattern: str | None
    unit: str | None
    decimal: DecimalMark
    quantity: Quantity | None
    default_unit: str


@dataclass(frozen=True, slots=True)
class Value:
    """A number as printed, with its unit."""

    number: Decimal
    unit: str


def extract(documents: Sequence[Document], scraping: ScrapingConfig) -> Sample:
    """Return the values of the meter ``total``.

    The register decides: AttemptError says why it could not be had. Another value that is missing
    or cannot be used is ``None`` and fails nothing.
    """
    views = [View(document) for document in documents]
    register = _register(views, scraping)
    total, resolution = _milliwh(register)
    fields = {name: _field(views, scraping, name) for name in _FIELDS.keys() & scraping.fields}
    return Sample(
        key=KEY,
        total_milliwh=total,
        resolution_milliwh=resolution,
        power_mw=fields.get("power"),
        voltage_mv=fields.get("voltage"),
        current_ma=fields.get("current"),
        pf_milli=fields.get("powerFactor"),
        serial=_text(views, scraping, "serial"),
        reset_stamp=_text(views, scraping, "resetStamp"),
    )


def is_ready(documents: Sequence[Document], scraping: ScrapingConfig) -> bool:
    """Tell whether the register can be read: a page still being drawn shows it later."""
    try:
        _register([View(document) for document in documents], scraping)
    except AttemptError as error:
        return error.outcome in _NO_BETTER_LATER
    return True


# What a page that is drawn whole says; waiting would not change it.
_NO_BETTER_LATER = frozenset({Outcome.AMBIGUOUS_NUMBER, Outcome.UNIT_MISMATCH})


def _register(views: Sequence[View], scraping: ScrapingConfig) -> Value:
    wanted = Wanted(
        scraping.value_selector,
        scraping.value_pattern,
        scraping.unit,
        scraping.decimal,
        Quantity.ENERGY,
        _REGISTER_UNIT,
    )
    value = _one_value(views, wanted)
    if value.number < 0 or is_sentinel(value.number):
        raise AttemptError(
            Outcome.ABSENT,
            f"The meter shows {value.number}, which stands for 'no value'; it has no register "
            "there, or not now.",
        )
    return value


def _milliwh(register: Value) -> tuple[int, int]:
    """Return a register's value and the worth of its last digit."""
    number, unit = register.number, register.unit
    try:
        return (
            to_milli(number, unit, Quantity.ENERGY),
            resolution_milli(number, unit, Quantity.ENERGY),
        )
    except InvalidInputError as error:
        raise AttemptError(Outcome.NOT_A_NUMBER, f"{error} No register shows so much.") from None


def _field(views: Sequence[View], scraping: ScrapingConfig, name: FieldName) -> int | None:
    field, quantity = scraping.fields[name], _FIELDS[name]
    wanted = Wanted(
        field.selector, field.pattern, field.unit, field.decimal, quantity, quantity.value
    )
    try:
        value = _one_value(views, wanted)
        if is_sentinel(value.number):
            return None
        return to_milli(value.number, value.unit, quantity)
    except (AttemptError, InvalidInputError):
        return None


def _text(views: Sequence[View], scraping: ScrapingConfig, name: FieldName) -> str | None:
    """Return the text that all matching places agree on; what says nothing is no text."""
    field = scraping.fields.get(name)
    if field is None:
        return None
    texts: set[str] = set()
    try:
        for place in find(views, field.selector):
            found = place.text if field.pattern is None else match(place.text, field.pattern).text
            texts.add(" ".join(found.split()))
    except AttemptError:
        return None
    said = {text for text in texts if not is_absent(text)}
    text = said.pop() if len(said) == 1 else ""
    return text if 0 < len(text) <= LONGEST_SERIAL and text.isprintable() else None


def _one_value(views: Sequence[View], wanted: Wanted) -> Value:
    """Return the value that all matching places agree on; those without a number do not count."""
    return agreed(find(views, wanted.selector), wanted)


def agreed(places: Sequence[Place], wanted: Wanted) -> Value:
    """Return the value of places that a selector found; AttemptError where they do not agree."""
    if not places:
        raise AttemptError(
            Outcome.SELECTOR_MISSING,
            f"Nothing on the page matches the selector '{wanted.selector}'; the page may show "
            "something else than usual, or its layout changed: look at it, and correct the "
            "selector.",
        )
    values: list[Value] = []
    reason: AttemptError | None = None
    for place in places:
        try:
            values.append(value_at(place, wanted))
        except AttemptError as error:
            reason = reason or error
    if reason is not None and not values:
        raise reason
    if any(value != values[0] for value in values):
        numbers = ", ".join(str(value.number) for value in values[:5])
        raise AttemptError(
            Outcome.AMBIGUOUS_NUMBER,
            f"The selector '{wanted.selector}' finds {len(values)} different numbers ({numbers}); "
            "make it name one element.",
        )
    return values[0]


def value_at(place: Place, wanted: Wanted) -> Value:
    """Return the number and unit of a place; AttemptError says why there is none."""
    matched = _matched(place, wanted)
    mark = "." if place.is_number else implied_mark(wanted.pattern, wanted.decimal)
    try:
        number = parse_number(matched.text, mark)
    except AmbiguousNumberError as error:
        raise AttemptError(Outcome.AMBIGUOUS_NUMBER, str(error)) from None
    except NotANumberError:
        raise AttemptError(
            Outcome.NOT_A_NUMBER,
            f"'{shown(place.text)}' stands where the number should be; point the selector at the "
            "number, or take it out with valuePattern.",
        ) from None
    if number is None:
        raise AttemptError(
            Outcome.ABSENT,
            f"The page shows '{shown(place.text)}' where the number should be: no value now; "
            "look at the device when it stays so.",
        )
    return Value(number, _unit(matched, place, wanted))


def _matched(place: Place, wanted: Wanted) -> Matched:
    """Return the number's text: what the pattern takes, else all but the unit behind it."""
    if wanted.pattern is not None:
        return match(place.text, wanted.pattern)
    number = place.text.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%·*[]()")
    if number and number != place.text and find_unit(place.text[len(number) :]) is not None:
        return Matched(number, place.text[len(number) :])
    return Matched(place.text, "")


def _unit(matched: Matched, place: Place, wanted: Wanted) -> str:
    """Return the unit of a number: found beside it, else declared, else the usual one."""
    found = find_unit(matched.after)
    if found is None and not matched.after.strip():
        # The unit of a power factor is 1: what counts something in the next cell is no unit.
        behind = place.behind.strip("()[] ")
        found = None if behind[-1:].isdigit() else spelled(behind)
    if found is None:
        labels = (matched.before, *place.labels)
        named = (_named_in(label) or _ending(label, wanted.quantity) for label in labels)
        found = next(filter(None, named), None)
    declared = wanted.unit
    if found is None:
        return declared or wanted.default_unit
    if wanted.quantity is not None:
        _check_unit(found, wanted.quantity)
    if declared is not None and spelled(declared) != found:
        raise AttemptError(
            Outcome.UNIT_MISMATCH,
            f"The page shows {found}, the recipe says {declared}; correct 'unit', or leave it out "
            "to take the unit of the page.",
        )
    return found


def _check_unit(unit: str, quantity: Quantity) -> None:
    try:
        to_milli(Decimal(1), unit, quantity)
    except UnitMismatchError as error:
        raise AttemptError(Outcome.UNIT_MISMATCH, f"{error} It stands beside the number.") from None


def _named_in(label: str) -> str | None:
    """Return the unit a label names in brackets at its end, as "Energy (kWh)"."""
    opened = max(label.rfind("("), label.rfind("["))
    return find_unit(label[opened:]) if opened >= 0 else None


def _ending(label: str, quantity: Quantity | None) -> str | None:
    """Return the unit of a quantity that a label ends with, as "Energy / MWh" or "MWh:".

    One letter is a unit only alone: "Rack A" is no current. What stands behind a number there is
    that number's unit.
    """
    *before, last = _WORDS.split(f" {label.strip(' :=')}")
    unit = spelled(last) if len(last) > 1 or not any(before) else None
    if unit is None or quantity is None or quantity_of(unit) is not quantity:
        return None
    said = next((word for word in reversed(before) if word), "")
    return None if said[-1:].isdigit() else unit
