"""Charges follow from the lines: all of the energy is priced, and VAT is on all that bears it."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reports.statements import MONTH, ZONE, Shape, built, priced, statement

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.period import calendar
from wattledger.domain.recount_charges import recount_charges
from wattledger.domain.statement import Statement
from wattledger.domain.tariff_form import parse_tariff
from wattledger.domain.vat import Taxed
from wattledger.services.price_month import price_adjustments, price_month

LINES = [built(0).line, built(1, Shape(begins_at=20)).line]
BARE = statement(LINES)
PRICED = priced(BARE)
CHANGE = Taxed(Charge(ChargeKind.ADJUSTMENT, "Adjustment of 2026-02", Decimal("-3.50")), None)


def charged(*prices: dict[str, Any], adjustments: Sequence[Taxed] = ()) -> Statement:
    """Return the statement of two meters by a tariff."""
    dated = [
        {"fromOn": "2020-01-01", "currency": "EUR", "energyPrice": "0.25"} | each for each in prices
    ]
    tariff = parse_tariff({"name": "T", "prices": dated})
    month = price_month(tariff, MONTH, calendar(ZONE), LINES, None, adjustments)
    return replace(BARE, currency="EUR", charges=month.charges, notes=month.notes)


def found(made: Statement) -> list[str]:
    return list(recount_charges(made))


LATER = {"fromOn": "2026-03-12", "energyPrice": "0.3"}
SIXTEEN = CHANGE._replace(percent=Decimal(16))


@pytest.mark.parametrize(
    "made",
    [
        charged({}),
        charged({"vatPercent": "19", "pueFactor": "1.35", "fixedFee": "5", "minimum": "5000"}),
        charged({"includedKwh": "1000", "pueFactor": "1.1"}, LATER | {"includedKwh": "1000"}),
        charged({"includedKwh": "1", "pueFactor": "1.35"}, LATER | {"includedKwh": "1"}),
        charged({"includedKwh": "99999", "overagePrice": "1"}, LATER | {"pueFactor": "2"}),
        charged(LATER | {"vatPercent": "0"}),
        charged({"fromOn": "2026-03-31"}),
        charged({}, adjustments=[CHANGE, SIXTEEN]),
        charged({"vatPercent": "19"}, adjustments=[CHANGE, SIXTEEN]),
        charged({"vatPercent": "16"}, adjustments=[CHANGE, SIXTEEN]),
        BARE,
        PRICED,
    ],
)
def test_what_was_priced_follows(made: Statement) -> None:
    assert found(made) == []


dates = st.integers(1, 31).map(lambda day: f"2026-03-{day:02}")
terms = st.fixed_dictionaries(
    {"pueFactor": st.sampled_from(["1", "1.35", "1.333"])},
    optional={
        "includedKwh": st.integers(0, 9_999).map(str),
        "vatPercent": st.sampled_from(["0", "16", "19"]),
    },
)


@given(dates, terms, dates, terms)
def test_whatever_is_agreed_its_charges_follow(
    begun: str, first: dict[str, str], changed: str, second: dict[str, str]
) -> None:
    prices = [first | {"fromOn": min(begun, changed)}, second | {"fromOn": changed}]
    if begun >= changed:
        prices = prices[1:]
    assert found(charged(*prices, adjustments=[SIXTEEN])) == []


def test_a_client_that_is_charged_adjustments_alone_is_not_charged_its_energy() -> None:
    tariff = parse_tariff(
        {"name": "T", "prices": [{"fromOn": "2020-01-01", "currency": "EUR", "energyPrice": "1"}]}
    )
    month = price_adjustments(tariff, MONTH, [CHANGE])
    assert found(replace(BARE, currency="EUR", charges=month.charges)) == []


def test_energy_that_is_not_charged_is_found() -> None:
    first = replace(PRICED.charges[0], quantity=Decimal("2000.000"), amount=Decimal("575.00"))
    (finding, *_) = found(replace(PRICED, charges=(first, *PRICED.charges[1:])))
    assert finding == (
        f"Energy is charged for 2000.000 kWh, the lines have {BARE.total_kwh} kWh to be charged."
    )
    assert found(replace(PRICED, charges=PRICED.charges[1:]))[0].startswith(
        "Energy is charged for 0"
    )


def test_more_than_the_factor_gives_is_found() -> None:
    made = charged({"pueFactor": "1.35"})
    (line,) = made.charges
    more = replace(line, description=line.description.replace("1.35", "1.3"))
    assert found(replace(made, charges=(more,))) == [
        f"{more.description}: what is charged is not the energy times the factor."
    ]


def test_days_before_a_tariff_are_named_or_charged() -> None:
    made = charged(LATER)
    assert len(made.notes) == 1
    assert found(replace(made, notes=())) != []
    assert found(replace(made, notes=(made.notes[0].replace("03-11", "03-10"),))) != []


def test_vat_on_less_than_the_net_is_found() -> None:
    *others, tax = PRICED.charges
    less = replace(tax, quantity=Decimal("100.00"), amount=Decimal("19.00"))
    (finding,) = found(replace(PRICED, charges=(*others, less)))
    assert finding == f"VAT is taken on 100.00, the charges that bear it are {PRICED.net}."
    unstated = replace(tax, quantity=None)
    assert len(found(replace(PRICED, charges=(*others, unstated)))) == 1
