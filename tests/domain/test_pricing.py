"""What a month costs: every line can be recomputed with a pocket calculator."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.test_tariff import since, tariffs, written

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.instant import HOUR
from wattledger.domain.month_report import Peak
from wattledger.domain.period import calendar
from wattledger.domain.pricing import EnergyPart, PricedMonth, charges
from wattledger.domain.tariff import Tariff, month_parts
from wattledger.domain.tariff_form import parse_tariff
from wattledger.domain.vat import Taxed

MARCH, APRIL, HALFWAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 3, 16)
BERLIN = calendar("Europe/Berlin")
K = ChargeKind


def peak(kilowatts: str, day: date = HALFWAY, coverage: str = "100.0") -> Peak:
    at = BERLIN.start_of(day) + HOUR
    milliwatts = int(Decimal(kilowatts) * 1_000_000)
    return Peak(milliwatts, at, milliwatts, 15, Decimal(coverage))


def energies(tariff: Tariff, *kwh: str | None) -> list[EnergyPart]:
    days = month_parts(tariff, MARCH)
    return [
        EnergyPart(*part, None if each is None else Decimal(each))
        for part, each in zip(days, kwh, strict=True)
    ]


def march(*kwh: str | None, drawn: Peak | None = None, **prices: object) -> PricedMonth:
    tariff = parse_tariff(written(**prices))
    return charges(tariff, MARCH, BERLIN, energies(tariff, *kwh), drawn)


def changing(*kwh: str | None, drawn: Peak | None = None, **changes: object) -> PricedMonth:
    """Price a March in the middle of which some prices change."""
    return changed({}, changes, *kwh, drawn=drawn)


def changed(
    before: dict[str, object],
    after: dict[str, object],
    *kwh: str | None,
    drawn: Peak | None = None,
) -> PricedMonth:
    first = written(**before)
    second = first["prices"][0] | {"fromOn": "2026-03-16"} | after
    tariff = parse_tariff(first | {"prices": [first["prices"][0], second]})
    return charges(tariff, MARCH, BERLIN, energies(tariff, *kwh), drawn)


def lines(month: PricedMonth) -> list[tuple[ChargeKind, str | None, str]]:
    """Return kind, quantity and amount of each charge."""
    return [
        (charge.kind, None if charge.quantity is None else str(charge.quantity), str(charge.amount))
        for charge in month.charges
    ]


def net(priced: Sequence[Charge]) -> Decimal:
    return sum((each.amount for each in priced if each.kind is not K.VAT), Decimal(0))


@given(
    tariffs,
    st.lists(st.none() | st.decimals(0, 10**6, places=6), min_size=5, max_size=5),
    st.none() | st.integers(0, 10**9),
    st.integers(1, 31),
)
def test_every_line_is_quantity_times_price_and_the_net_is_their_sum(
    tariff: Tariff, kwh: list[Decimal | None], power: int | None, day: int
) -> None:
    days = month_parts(tariff, MARCH)
    parts = [EnergyPart(*part, each) for part, each in zip(days, kwh, strict=False)]
    at = BERLIN.start_of(date(2026, 3, day))
    drawn = None if power is None else Peak(power, at, power, 15, Decimal("100.0"))
    month = charges(tariff, MARCH, BERLIN, parts, drawn)
    cent = Decimal("0.01")
    for charge in month.charges:
        assert charge.amount == charge.amount.quantize(cent)
        assert charge.amount >= 0
        if charge.quantity is not None and charge.unit_price is not None:
            product = charge.quantity * charge.unit_price / (100 if charge.kind is K.VAT else 1)
            assert charge.amount == product.quantize(cent, ROUND_HALF_UP)
    taxes = [charge for charge in month.charges if charge.kind is K.VAT]
    assert len(taxes) <= 1
    assert all(tax.quantity == net(month.charges) for tax in taxes)
    assert charges(tariff, MARCH, BERLIN, parts, drawn) == month


@given(st.decimals(0, 10**6, places=6), st.decimals(0, 1000, places=3), st.decimals(1, 3, places=3))
def test_included_and_overage_are_all_of_the_energy(
    kwh: Decimal, included: Decimal, pue: Decimal
) -> None:
    month = march(str(kwh), includedKwh=str(included), pueFactor=str(pue))
    quantity = sum((charge.quantity or Decimal(0) for charge in month.charges), Decimal(0))
    third = Decimal("0.001")
    metered = kwh.quantize(third, ROUND_HALF_UP)
    assert quantity == (metered * pue).quantize(third, ROUND_HALF_UP)


@given(st.integers(2, 31), st.decimals(0, 1000, places=3))
def test_the_parts_of_a_month_add_up_to_the_whole(day: int, kilowatts: Decimal) -> None:
    first = written(committedKw=str(kilowatts), committedPrice="1", fixedFee="1")
    second = first["prices"][0] | {
        "fromOn": f"2026-03-{day:02}",
        "committedPrice": "2",
        "fixedFee": "2",
    }
    tariff = parse_tariff(first | {"prices": [first["prices"][0], second]})
    month = charges(tariff, MARCH, BERLIN, energies(tariff, None, None), None)
    for kind, whole in ((K.COMMITTED_POWER, kilowatts), (K.FIXED_FEE, Decimal(1))):
        parts = [each.quantity for each in month.charges if each.kind is kind]
        assert len(parts) == 2
        assert sum(part for part in parts if part is not None) == whole


def test_energy_is_rounded_once_then_priced() -> None:
    month = march("1000.0005")
    assert lines(month) == [(K.ENERGY, "1000.001", "250.00")]
    assert month.charges[0].description == "Energy"
    assert (month.currency, month.notes) == ("EUR", ())


def test_the_pue_factor_is_printed_with_what_it_multiplies() -> None:
    (energy,) = march("1000.0004", pueFactor="1.35").charges
    assert str(energy.quantity) == "1350.000"
    assert energy.description == "Energy, 1000.000 kWh x PUE 1.35"


def test_a_measured_zero_is_priced_and_an_unknown_energy_is_not() -> None:
    assert lines(march("0")) == [(K.ENERGY, "0.000", "0.00")]
    unknown = march(None, fixedFee="10")
    assert lines(unknown) == [(K.FIXED_FEE, "1", "10.00")]
    assert unknown.notes == (
        "The energy between 2026-03-01 and 2026-03-31 is not known and is not priced.",
    )


def test_included_energy_is_free_and_the_rest_is_not() -> None:
    assert lines(march("900", includedKwh="1000")) == [(K.INCLUDED, "900.000", "0.00")]
    dear = march("1200", includedKwh="1000", overagePrice="0.5")
    assert lines(dear) == [(K.INCLUDED, "1000", "0.00"), (K.OVERAGE, "200.000", "100.00")]
    free = march("1200", includedKwh="1000", overagePrice="0")
    assert lines(free)[1] == (K.OVERAGE, "200.000", "0.00")
    assert lines(march("1200", includedKwh="1000"))[1] == (K.OVERAGE, "200.000", "50.00")


def test_committed_power_is_charged_whether_drawn_or_not() -> None:
    power: dict[str, Any] = {"committedKw": "5", "committedPrice": "12.5"}
    power["powerOveragePrice"] = "20"
    assert lines(march(None, drawn=peak("4"), **power)) == [(K.COMMITTED_POWER, "5", "62.50")]
    above = march(None, drawn=peak("6.2185"), **power)
    assert lines(above)[1] == (K.POWER_OVERAGE, "1.219", "24.38")
    assert above.charges[1].description == "Power above 5 kW, peak 6.219 kW on 2026-03-16"


def test_without_a_peak_the_overage_is_not_charged_and_a_note_says_so() -> None:
    power: dict[str, Any] = {"committedKw": "5", "committedPrice": "12.5"}
    month = march("1", powerOveragePrice="20", **power)
    assert [charge.kind for charge in month.charges] == [K.ENERGY, K.COMMITTED_POWER]
    assert "power above the committed is not charged" in month.notes[0]
    assert march("1", **power).notes == ()


def test_a_peak_of_some_windows_says_so() -> None:
    power: dict[str, Any] = {"committedKw": "0", "committedPrice": "0", "powerOveragePrice": "1"}
    month = march("1", drawn=peak("1", coverage="93.2"), **power)
    assert month.notes == (
        "The peak power is that of the 93.2 % of the windows of 15 minutes that are known.",
    )
    assert lines(month)[2] == (K.POWER_OVERAGE, "1.000", "1.00")


def test_the_peak_is_held_against_what_is_committed_on_its_day() -> None:
    old: dict[str, object] = {
        "committedKw": "5",
        "committedPrice": "10",
        "powerOveragePrice": "20",
    }
    more: dict[str, object] = {"committedKw": "8"}
    late = changed(old, more, None, None, drawn=peak("9"))
    assert lines(late) == [
        (K.COMMITTED_POWER, "2.419355", "24.19"),
        (K.COMMITTED_POWER, "4.129032", "41.29"),
        (K.POWER_OVERAGE, "1.000", "20.00"),
    ]
    early = changed(old, more, None, None, drawn=peak("9", MARCH))
    assert lines(early)[2] == (K.POWER_OVERAGE, "4.000", "80.00")
    none: dict[str, object] = {
        "committedKw": None,
        "committedPrice": None,
        "powerOveragePrice": None,
    }
    assert lines(changed(old, none, None, None, drawn=peak("9"))) == [
        (K.COMMITTED_POWER, "2.419355", "24.19")
    ]


def test_included_energy_is_of_the_month_whatever_prices_change_in_it() -> None:
    month = changed({"includedKwh": "1000"}, {"energyPrice": "0.30"}, "500", "700")
    assert lines(month) == [
        (K.INCLUDED, "500.000", "0.00"),
        (K.INCLUDED, "500.000", "0.00"),
        (K.OVERAGE, "200.000", "60.00"),
    ]
    assert [each.description for each in month.charges] == [
        "Energy included, up to 1000 kWh, 2026-03-01 to 2026-03-15 (15 of 31 days)",
        (
            "Energy included, up to 500.000 kWh left of 1000 kWh, 2026-03-16 to 2026-03-31 "
            "(16 of 31 days)"
        ),
        "Energy above 1000 kWh, 2026-03-16 to 2026-03-31 (16 of 31 days)",
    ]
    early = changed({"includedKwh": "1000"}, {"energyPrice": "0.30"}, "1100", "100")
    assert lines(early) == [
        (K.INCLUDED, "1000", "0.00"),
        (K.OVERAGE, "100.000", "25.00"),
        (K.OVERAGE, "100.000", "30.00"),
    ]


def test_where_nothing_is_left_of_what_is_included_all_stands_above_it() -> None:
    same: dict[str, object] = {"includedKwh": "1000", "pueFactor": "1.5"}
    month = changed(same, same | {"energyPrice": "0.30"}, "700", "100")
    assert [each.description for each in month.charges][2:] == [
        "Energy above 1000 kWh, 2026-03-16 to 2026-03-31 (16 of 31 days), 100.000 kWh x PUE 1.5"
    ]
    idle = changed({"includedKwh": "1000"}, {"energyPrice": "0.30"}, "1100", "0")
    assert lines(idle)[2:] == [(K.OVERAGE, "0.000", "0.00")]


@pytest.mark.parametrize("change", [{"fixedFee": "9"}, {"vatPercent": "16"}, {"minimum": "1"}])
def test_included_energy_stays_one_line_where_its_price_does(change: dict[str, object]) -> None:
    month = changed({"includedKwh": "1000", "vatPercent": "19"}, change, "900", "100")
    energy = [each for each in month.charges if each.unit == "kWh"]
    assert [(each.kind, each.quantity) for each in energy] == [(K.INCLUDED, Decimal(1000))]


@given(
    st.integers(2, 31),
    st.decimals(0, 1000, places=3),
    st.decimals(0, 1000, places=3),
    st.decimals(0, 1000, places=3),
)
def test_a_change_of_price_neither_loses_nor_doubles_what_is_included(
    day: int, included: Decimal, early: Decimal, late: Decimal
) -> None:
    first = written(includedKwh=str(included))
    second = first["prices"][0] | {"fromOn": f"2026-03-{day:02}", "energyPrice": "0.3"}
    tariff = parse_tariff(first | {"prices": [first["prices"][0], second]})
    month = charges(tariff, MARCH, BERLIN, energies(tariff, str(early), str(late)), None)
    above = [each.quantity or Decimal(0) for each in month.charges if each.kind is K.OVERAGE]
    assert sum(above, Decimal(0)) == max(early + late - included, Decimal(0))


def test_another_number_of_included_kwh_counts_by_days_for_the_month_as_a_whole() -> None:
    month = changed({"includedKwh": "310"}, {"includedKwh": "620"}, "300", "200")
    # 15 of 31 days of 310 and 16 of 620 are 470 kWh, whenever they are used.
    assert lines(month) == [(K.INCLUDED, "470.000", "0.00"), (K.OVERAGE, "30.000", "7.50")]


def test_what_is_included_for_some_days_is_not_used_on_others() -> None:
    month = changed({"includedKwh": "310"}, {"includedKwh": None}, "100", "200")
    assert lines(month) == [(K.INCLUDED, "100.000", "0.00"), (K.ENERGY, "200.000", "50.00")]


def test_what_does_not_change_stays_one_line() -> None:
    month = changing("500", "700", fixedFee="31")
    assert lines(month) == [(K.ENERGY, "1200.000", "300.00"), (K.FIXED_FEE, "0.516129", "16.00")]


def test_the_known_part_of_a_run_is_priced_and_the_other_named() -> None:
    month = changing("500", None, fixedFee="31")
    assert lines(month)[0] == (K.ENERGY, "500.000", "125.00")
    assert month.notes == (
        "The energy between 2026-03-16 and 2026-03-31 is not known and is not priced.",
    )


def test_a_month_costs_its_minimum() -> None:
    month = march("100", minimum="99.99", vatPercent="19")
    assert lines(month) == [
        (K.ENERGY, "100.000", "25.00"),
        (K.MINIMUM, None, "74.99"),
        (K.VAT, "99.99", "19.00"),
    ]
    assert month.charges[1].description == "Top-up to the minimum of 99.99 EUR"
    assert lines(march("400", minimum="99.99")) == [(K.ENERGY, "400.000", "100.00")]


def test_the_minimum_is_for_the_days_for_which_it_is_agreed() -> None:
    month = changing("0", "0", minimum="31")
    assert lines(month)[1] == (K.MINIMUM, None, "16.00")


def test_vat_of_nought_is_printed_and_none_is_not() -> None:
    assert lines(march("0", vatPercent="0"))[1] == (K.VAT, "0.00", "0.00")
    assert lines(march("0")) == [(K.ENERGY, "0.000", "0.00")]
    assert lines(march(None, vatPercent="19")) == []


def test_the_vat_of_the_last_day_counts() -> None:
    month = changed({"vatPercent": "19"}, {"vatPercent": "16"}, "400", "0")
    assert lines(month)[-1] == (K.VAT, "100.00", "16.00")
    assert "that of its end counts" in month.notes[0]


def test_adjustments_are_taxed_but_do_not_count_to_the_minimum() -> None:
    tariff = parse_tariff(written(minimum="30", vatPercent="10"))
    adjustment = Charge(K.ADJUSTMENT, "2026-02", Decimal("-5.00"))
    parts, taxed = energies(tariff, "100"), Taxed(adjustment, Decimal(10))
    month = charges(tariff, MARCH, BERLIN, parts, None, [taxed])
    assert lines(month)[1:] == [
        (K.MINIMUM, None, "5.00"),
        (K.ADJUSTMENT, None, "-5.00"),
        (K.VAT, "25.00", "2.50"),
    ]


def test_before_a_tariff_begins_nothing_is_priced_and_a_note_says_so() -> None:
    tariff = since(HALFWAY)
    month = charges(tariff, MARCH, BERLIN, energies(tariff, "1", "2"), None)
    assert lines(month) == [(K.ENERGY, "2.000", "0.50")]
    assert month.notes == (
        "Between 2026-03-01 and 2026-03-15 nothing is priced: the tariff 'x' begins on 2026-03-16.",
    )
    later = since(APRIL)
    unpriced = charges(later, MARCH, BERLIN, energies(later, "1"), peak("9"))
    assert (unpriced.charges, unpriced.currency) == ((), "EUR")


def test_a_peak_before_the_tariff_is_not_charged_and_a_note_says_so() -> None:
    power = {"committedKw": "5", "committedPrice": "1", "powerOveragePrice": "2"}
    tariff = parse_tariff(written(fromOn="2026-03-16", **power))
    month = charges(tariff, MARCH, BERLIN, energies(tariff, None, None), peak("9", MARCH))
    assert [charge.kind for charge in month.charges] == [K.COMMITTED_POWER]
    assert "drawn on 2026-03-01, for which nothing is agreed" in month.notes[-1]


def test_a_contract_pays_for_its_days() -> None:
    tariff = parse_tariff(written(fixedFee="31"))
    parts = [
        EnergyPart(MARCH, date(2026, 3, 3), Decimal(1)),
        EnergyPart(date(2026, 3, 30), APRIL, Decimal(1)),
    ]
    month = charges(tariff, MARCH, BERLIN, parts, None)
    assert [line[1] for line in lines(month)] == ["1.000", "1.000", "0.064516", "0.064516"]
    assert month.charges[0].description == "Energy, 2026-03-01 to 2026-03-02 (2 of 31 days)"


def test_a_day_that_the_zone_skipped_costs_nothing() -> None:
    apia = calendar("Pacific/Apia")
    tariff = parse_tariff(written(fromOn="2011-12-30", fixedFee="30"))
    december = date(2011, 12, 1)
    parts = [EnergyPart(*part, None) for part in month_parts(tariff, december)]
    month = charges(tariff, december, apia, parts, None)
    assert month.charges[0].description == "Fixed fee, 2011-12-30 to 2011-12-31 (1 of 30 days)"
    assert month.charges[0].amount == Decimal("1.00")


@pytest.mark.parametrize(
    "days",
    [
        [(MARCH, HALFWAY), (MARCH, APRIL)],
        [(HALFWAY, HALFWAY)],
        [(APRIL, date(2026, 5, 1))],
        [(date(2026, 2, 28), MARCH)],
        [(HALFWAY, MARCH)],
    ],
)
def test_parts_are_days_of_the_month(days: list[tuple[date, date]]) -> None:
    parts = [EnergyPart(*each, None) for each in days]
    with pytest.raises(InvalidInputError, match="month_parts"):
        charges(since(MARCH), MARCH, BERLIN, parts, None)


def test_energy_over_a_change_of_prices_and_less_than_none_are_refused() -> None:
    with pytest.raises(InvalidInputError, match="2026-03-01 and 2026-03-31; cut the energy"):
        charges(since(MARCH, HALFWAY), MARCH, BERLIN, [EnergyPart(MARCH, APRIL, None)], None)
    with pytest.raises(InvalidInputError, match="not negative"):
        charges(since(MARCH), MARCH, BERLIN, [EnergyPart(MARCH, APRIL, Decimal(-1))], None)
