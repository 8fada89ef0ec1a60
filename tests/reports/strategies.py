"""Statements of every kind, for property tests."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from tests.reports.statements import MONTH

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.earlier import Earlier
from wattledger.domain.month_report import (
    Break,
    Flag,
    MonthLine,
    MonthState,
    NamedRead,
    Peak,
    Segment,
)
from wattledger.domain.quality import Quality
from wattledger.domain.statement import (
    Adjustment,
    ChangedReads,
    Priced,
    Schema,
    Seal,
    SealedReadings,
    ServedPart,
    Statement,
)
from wattledger.domain.tariff import PricePeriod, Tariff

MOST = 2**63 - 1

texts = st.text(max_size=12)
instants = st.integers(0, 4_102_444_800_000_000)
energies = st.integers(-MOST, MOST)
maybe_energies = st.none() | energies
money = st.integers(-(10**12), 10**12).map(lambda cents: Decimal(cents).scaleb(-2))
prices = st.integers(-(10**9), 10**9).map(lambda parts: Decimal(parts).scaleb(-5))
months = st.dates(date(2000, 1, 1), date(2040, 12, 1)).map(lambda day: day.replace(day=1))
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)

numbers = st.integers(0, 2**31)
named_reads = st.builds(NamedRead, instants, st.none() | numbers, st.none() | hashes)
_segment = texts, instants, energies, instants, energies, st.sampled_from(["1", "40", "0.5"])
segments = st.builds(Segment, *_segment)
_reads = st.lists(named_reads, max_size=2).map(tuple)
segments_with_reads = st.builds(Segment, *_segment, _reads, _reads)
breaks = st.builds(Break, texts, instants, instants, energies)
peaks = st.builds(
    Peak, energies, instants, energies, st.sampled_from([15, 30, 60]), prices, st.booleans()
)
qualities = st.dictionaries(st.sampled_from(Quality), energies).map(
    lambda codes: tuple(sorted(codes.items()))
)


@st.composite
def days(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the days of a line, and what of them is estimated."""
    known = draw(st.lists(maybe_energies, max_size=4))
    dated = tuple((MONTH + timedelta(days=n), energy) for n, energy in enumerate(known))
    parts = [(day, draw(st.integers(0, 10**9))) for day, energy in dated if energy is not None]
    return {"days": dated, "estimated_days": tuple((day, part) for day, part in parts if part)}


@st.composite
def more_of_lines(draw: st.DrawFn) -> dict[str, Any]:
    """Draw what schema 2 says of a line beyond schema 1."""
    flags = ("previous_in_part", "year_ago_in_part", "opening_between", "closing_between")
    zone = draw(st.none() | st.sampled_from(["UTC", "Asia/Tokyo"]))
    return {"zone": zone} | {name: draw(st.booleans()) for name in flags}


@st.composite
def lines(draw: st.DrawFn, client_id: str, client: str, schema: Schema) -> MonthLine:
    """Draw a line of a client."""
    parts = segments_with_reads if schema >= Schema.EVIDENCED else segments
    return MonthLine(
        endpoint_id=draw(texts),
        endpoint=draw(texts),
        meter_id=draw(st.integers(0, 2**31)),
        meter=draw(texts),
        client_id=client_id,
        client=client,
        location=draw(st.none() | texts),
        start_at=draw(instants),
        end_at=draw(instants),
        share_ppm=draw(st.integers(1, 1_000_000)),
        opening_milliwh=draw(maybe_energies),
        closing_milliwh=draw(maybe_energies),
        energy_milliwh=draw(maybe_energies),
        previous_milliwh=draw(maybe_energies),
        year_ago_milliwh=draw(maybe_energies),
        quality=draw(qualities),
        uncertainty_milliwh=draw(maybe_energies),
        flags=tuple(draw(st.lists(st.sampled_from(Flag), max_size=3))),
        segments=tuple(draw(st.lists(parts, max_size=2))),
        breaks=tuple(draw(st.lists(breaks, max_size=2))),
        peak=draw(st.none() | peaks),
        **draw(days()),
        **(draw(more_of_lines()) if schema >= Schema.COMPARED else {}),
    )


charges = st.builds(
    Charge,
    st.sampled_from(ChargeKind),
    texts,
    money,
    st.none() | prices,
    st.sampled_from(["", "kWh", "kW", "month", "%"]),
    st.none() | prices,
)
_first = months, texts, texts, energies, st.none() | money, texts
_compared = *_first, maybe_energies, maybe_energies
_changed = st.builds(ChangedReads, numbers, named_reads, named_reads)
_parts = st.builds(ServedPart, instants, instants, numbers)
_tariffs = st.builds(
    lambda name, day, price: Tariff(
        name=name, prices=(PricePeriod(from_on=day, currency="EUR", energy_price=price),)
    ),
    st.text(min_size=1, max_size=12),
    months,
    st.decimals(0, 9, places=4),
)
_priced = st.builds(Priced, money, texts, st.none() | money, st.none() | _tariffs)
adjustments = {
    Schema.FIRST: st.builds(Adjustment, *_first),
    Schema.COMPARED: st.builds(Adjustment, *_compared),
    Schema.EVIDENCED: st.builds(
        Adjustment,
        *_compared,
        st.none() | texts,
        st.none() | numbers,
        st.none() | _changed,
        st.none() | st.lists(_parts, max_size=2).map(tuple),
        st.none() | _priced,
    ),
}
sealed_readings = st.builds(SealedReadings, numbers, hashes, numbers, hashes)
earlier_months = st.builds(Earlier, st.none() | money, st.booleans(), st.integers(0, 999))
seals = st.builds(Seal, st.integers(1, 10**6), hashes, st.none() | hashes, instants, texts)


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    """Draw a statement."""
    client_id, client, schema = draw(texts), draw(texts), draw(st.sampled_from(Schema))
    own, is_compared = lines(client_id, client, schema), schema >= Schema.COMPARED
    readings = draw(st.none() | sealed_readings) if schema >= Schema.EVIDENCED else None
    return Statement(
        month=draw(months),
        zone=draw(st.sampled_from(["UTC", "Europe/Berlin", "America/Sao_Paulo"])),
        state=draw(st.sampled_from(MonthState)),
        client_id=client_id,
        client=client,
        peak=draw(st.none() | peaks),
        lines=tuple(draw(st.lists(own, max_size=2))),
        currency=draw(st.none() | texts),
        charges=tuple(draw(st.lists(charges, max_size=2))),
        adjustments=tuple(draw(st.lists(adjustments[schema], max_size=2))),
        notes=tuple(draw(st.lists(texts, max_size=2))),
        seal=draw(st.none() | seals),
        previous=draw(earlier_months) if is_compared else None,
        year_ago=draw(earlier_months) if is_compared else None,
        readings=readings,
        schema=schema,
    )
