"""VAT by rate: its lines are taken once on sums that add up to all that is taxed."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.vat import Taxed, taxes

CENT = Decimal("0.01")
rates = st.none() | st.sampled_from([Decimal(each) for each in ("0", "7", "16", "19", "19.0")])
amounts = st.decimals(-10_000, 10_000, places=2)


def charge(amount: Decimal) -> Charge:
    return Charge(ChargeKind.ADJUSTMENT, "Adjustment of 2026-02", amount)


@given(st.lists(st.tuples(amounts, rates), max_size=9))
def test_the_sums_of_the_rates_add_up_to_what_is_taxed(
    told: list[tuple[Decimal, Decimal | None]],
) -> None:
    lines = taxes([Taxed(charge(amount), rate) for amount, rate in told], "EUR")
    taxed = sum((amount for amount, rate in told if rate is not None), Decimal(0))
    assert sum((line.quantity or Decimal(0) for line in lines), Decimal(0)) == taxed
    assert {line.unit_price for line in lines} == {rate for _, rate in told if rate is not None}
    assert len({line.unit_price for line in lines}) == len(lines)
    for line in lines:
        assert line.quantity is not None
        assert line.unit_price is not None
        exact = line.quantity * line.unit_price / 100
        assert line.amount == exact.quantize(CENT, ROUND_HALF_UP)


def test_a_charge_names_its_rate_where_that_is_not_the_statements() -> None:
    at_16, untaxed = Taxed(charge(CENT), Decimal(16)), Taxed(charge(CENT), None)
    assert at_16.told_beside(Decimal(16)).description == "Adjustment of 2026-02"
    assert at_16.told_beside(None).description == "Adjustment of 2026-02, VAT 16 %"
    assert untaxed.told_beside(Decimal(16)).description == "Adjustment of 2026-02, without VAT"
    assert untaxed.told_beside(None).description == "Adjustment of 2026-02"
