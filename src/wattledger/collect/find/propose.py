"""Recipes for the numbers that may be the register: each was read on the page it is for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wattledger.collect.attempt import Document
from wattledger.collect.errors import AttemptError
from wattledger.collect.extract import extract
from wattledger.collect.find.find_numbers import FoundNumber, FoundNumbers
from wattledger.domain.figure import FigureKind
from wattledger.domain.reading import Sample
from wattledger.domain.recipe import Engine, FieldName, PageConfig, ScrapingConfig, ValueField

MOST_REGISTERS = 10

_FIELDS: dict[FigureKind, FieldName] = {
    FigureKind.POWER: "power",
    FigureKind.VOLTAGE: "voltage",
    FigureKind.CURRENT: "current",
    FigureKind.POWER_FACTOR: "powerFactor",
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A recipe that read a register from the page: of the number at ``place``, as ``sample``."""

    place: int
    scraping_config: ScrapingConfig
    sample: Sample


def propose(
    found: FoundNumbers, documents: Sequence[Document], page: PageConfig, engine: Engine
) -> tuple[Proposal, ...]:
    """Return recipes for the likeliest registers, the likeliest first.

    ``engine`` is that which brought the documents. What needed the browser is read by it from then
    on: without scripts the same selector may find another number, such as a zero to be replaced.
    """
    lasting = page.model_copy(update={"engine": engine}) if engine is Engine.BROWSER else page
    fields = {
        _FIELDS[kind]: _field(found.numbers[place]) for kind, place in found.ranking.fields.items()
    }
    return tuple(_proposals(found, documents, lasting, fields))


def _proposals(
    found: FoundNumbers,
    documents: Sequence[Document],
    page: PageConfig,
    fields: dict[FieldName, ValueField],
) -> Iterator[Proposal]:
    for place in found.ranking.registers[:MOST_REGISTERS]:
        scraping = _recipe(found.numbers[place], page, fields)
        try:
            sample = extract(documents, scraping)
        except AttemptError:
            continue
        kept = {name: field for name, field in scraping.fields.items() if _is_read(sample, name)}
        yield Proposal(place, scraping.model_copy(update={"fields": kept}), sample)


def _recipe(
    number: FoundNumber, page: PageConfig, fields: dict[FieldName, ValueField]
) -> ScrapingConfig:
    return ScrapingConfig(
        engine=page.engine,
        steps=page.steps,
        value_selector=number.selector,
        value_pattern=number.pattern,
        unit=number.declared_unit,
        decimal=number.decimal,
        fields=fields,
    )


def _field(number: FoundNumber) -> ValueField:
    return ValueField(
        selector=number.selector,
        pattern=number.pattern,
        unit=number.declared_unit,
        decimal=number.decimal,
    )


def _is_read(sample: Sample, name: FieldName) -> bool:
    values = {
        "power": sample.power_mw,
        "voltage": sample.voltage_mv,
        "current": sample.current_ma,
        "powerFactor": sample.pf_milli,
    }
    return values[name] is not None
