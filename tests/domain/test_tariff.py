"""Tariffs: prices by date, as JSON and back, and what is wrong with them."""

import json
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.period import next_month
from wattledger.domain.tariff import PricePeriod, Tariff, month_parts
from wattledger.domain.tariff_form import parse_tariff, tariff_document

MARCH = date(2026, 3, 1)


def written(**prices: object) -> dict[str, Any]:
    """Return a tariff as JSON has it, with one period."""
    first = {"fromOn": "2026-01-01", "currency": "EUR", "energyPrice": "0.25"} | prices
    return {"name": "Rack", "prices": [first]}


def since(*days: date) -> Tariff:
    price = {"currency": "EUR", "energyPrice": "0.25"}
    return parse_tariff({"name": "x", "prices": [{"fromOn": str(day)} | price for day in days]})


prices = st.decimals(0, 1000, places=4)
quantities = st.decimals(0, 10_000, places=3)


@st.composite
def periods(draw: st.DrawFn) -> PricePeriod:
    included = draw(st.none() | quantities)
    committed = draw(st.none() | quantities)
    return PricePeriod(
        from_on=draw(st.dates(date(2026, 1, 1), date(2026, 6, 30))),
        currency="EUR",
        energy_price=draw(prices),
        included_kwh=included,
        overage_price=None if included is None else draw(st.none() | prices),
        committed_kw=committed,
        committed_price=None if committed is None else draw(prices),
        power_overage_price=None if committed is None else draw(st.none() | prices),
        fixed_fee=draw(st.none() | prices),
        pue_factor=draw(st.decimals(1, 3, places=3)),
        minimum=draw(st.none() | prices),
        vat_percent=draw(st.none() | st.decimals(0, 100, places=2)),
    )


tariffs = st.builds(
    Tariff,
    name=st.text(min_size=1, max_size=20),
    prices=st.lists(periods(), min_size=1, max_size=4, unique_by=lambda each: each.from_on),
)


@given(tariffs)
def test_a_tariff_survives_json(tariff: Tariff) -> None:
    text = json.dumps(tariff_document(tariff))
    assert parse_tariff(json.loads(text)) == tariff


def test_decimals_are_strings_in_json() -> None:
    document = tariff_document(parse_tariff(written(minimum="1e3", fixedFee=100, energyPrice=0.25)))
    assert document == written(minimum="1000", fixedFee="100", pueFactor="1")


@given(tariffs, st.dates(date(2025, 12, 1), date(2026, 7, 31)))
def test_the_latest_prices_count(tariff: Tariff, day: date) -> None:
    begun = [period for period in tariff.prices if period.from_on <= day]
    assert tariff.on(day) == (max(begun, key=lambda period: period.from_on) if begun else None)


@given(tariffs)
def test_prices_stay_the_same_in_each_part_of_a_month(tariff: Tariff) -> None:
    parts = month_parts(tariff, MARCH)
    assert parts[0][0] == MARCH
    assert parts[-1][1] == next_month(MARCH)
    assert all(one[1] == two[0] for one, two in pairwise(parts))
    for first, end in parts:
        days = [date.fromordinal(n) for n in range(first.toordinal(), end.toordinal())]
        assert len({tariff.on(day) for day in days}) == 1


def test_a_contract_narrows_the_month() -> None:
    tariff = since(date(2026, 1, 1), date(2026, 3, 10))
    tenth, twentieth = date(2026, 3, 10), date(2026, 3, 20)
    assert month_parts(tariff, MARCH) == ((MARCH, tenth), (tenth, date(2026, 4, 1)))
    assert month_parts(tariff, MARCH, tenth, twentieth) == ((tenth, twentieth),)
    assert month_parts(tariff, MARCH, date(2026, 4, 1)) == ()
    assert month_parts(tariff, MARCH, None, MARCH) == ()


@pytest.mark.parametrize(
    ("document", "field", "sentence"),
    [
        ([], None, "The tariff: "),
        ({"prices": []}, "name", "name is missing; set it."),
        ({"name": "x", "prices": []}, "prices", "prices: "),
        (written(energyPrize="1"), "prices.0.energyPrize", "check its spelling or leave it out"),
        (written(energyPrice="0,25"), "prices.0.energyPrice", "'0,25' is not a number; write it"),
        (written(energyPrice=None), "prices.0.energyPrice", "'None' is not a number"),
        (written(energyPrice="NaN"), "prices.0.energyPrice", "'NaN' is not a number"),
        (written(energyPrice="-1"), "prices.0.energyPrice", "-1 is too small; set at least 0."),
        (written(energyPrice="0.123456789"), "prices.0.energyPrice", "more than 8 decimals"),
        (written(vatPercent=101), "prices.0.vatPercent", "101 is too large; set at most 100."),
        (written(pueFactor="0.9"), "prices.0.pueFactor", "0.9 is too small; set at least 1."),
        (written(fromOn="1.3.2026"), "prices.0.fromOn", "write it like 2026-03-01"),
        (written(fromOn=None), "prices.0.fromOn", "write it like 2026-03-01"),
        (written(currency="EUE"), "prices.0.currency", "'EUE' is not a currency of ISO 4217"),
        (written(overagePrice="1"), "prices.0.overagePrice", "needs 'includedKwh'"),
        (written(committedKw="5"), "prices.0.committedPrice", "set both, or neither"),
        (written(committedPrice="5"), "prices.0.committedPrice", "set both, or neither"),
        (written(powerOveragePrice="5"), "prices.0.powerOveragePrice", "needs 'committedKw'"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(
    document: object, field: str | None, sentence: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_tariff(document)
    assert sentence in str(refused.value)
    assert refused.value.field == field
    assert str(refused.value).startswith(field or "The tariff")


def test_a_wrong_number_is_not_blamed_on_what_needs_it() -> None:
    document = written(committedKw="x", committedPrice="1", powerOveragePrice="2")
    with pytest.raises(InvalidInputError) as refused:
        parse_tariff(document)
    assert refused.value.field == "prices.0.committedKw"


def test_two_periods_of_one_date_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="leave one of them out"):
        since(MARCH, MARCH)


def test_the_currency_changes_with_a_month() -> None:
    old = written()["prices"][0]
    new = old | {"fromOn": "2026-03-01", "currency": "USD"}
    tariff = parse_tariff({"name": "x", "prices": [new, old]})
    assert [period.currency for period in tariff.prices] == ["EUR", "USD"]
    with pytest.raises(InvalidInputError, match="first of a month"):
        parse_tariff({"name": "x", "prices": [new | {"fromOn": "2026-03-02"}, old]})


def test_exact_prices() -> None:
    assert parse_tariff(written()).prices[0].energy_price == Decimal("0.25")
