"""The register comes first, whatever stands beside it; where it is not clear, that is said."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.domain.figure import Figure, FigureKind
from wattledger.domain.rank_figures import rank, scale_of_current

TOTAL = Figure(Decimal("12543.5"), label="Total energy", unit="kWh")
TODAY = Figure(Decimal("56.9"), label="Energy today", unit="kWh")
POWER = Figure(Decimal(1250), label="Active power", unit="W")
LABELS = (
    "Total energy",
    "Energy",
    "Zählerstand",
    "Import",
    "Outlet 3",
    "",
    "Peak",
    "Monat",
    "Cost",
)

figures = st.lists(
    st.builds(
        Figure,
        value=st.decimals(min_value=-10, max_value=10**9, places=2),
        label=st.sampled_from(LABELS),
        section=st.sampled_from(("", "Today", "Overview")),
        unit=st.sampled_from(("kWh", "Wh", "MWh", "W", "V", "A", "kVAh", "%", None)),
        is_guessed=st.booleans(),
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    "other",
    [
        TODAY,
        Figure(Decimal(99999), label="Energie Monat", unit="kWh"),
        Figure(Decimal(99999), label="Peak energy", unit="kWh"),
        Figure(Decimal(99999), label="Energy exported", unit="kWh"),
        Figure(Decimal(99999), label="Energy limit", unit="kWh"),
        Figure(Decimal(99999), label="Estimated energy", unit="kWh"),
        Figure(Decimal(99999), label="Outlet 7 energy", unit="kWh"),
        Figure(Decimal(99999), label="Energy", section="Today", unit="kWh"),
        Figure(Decimal(99999), label="Apparent energy", unit="kVAh"),
        Figure(Decimal(-1), label="Total energy", unit="kWh"),
        Figure(Decimal(65535), label="Total energy", unit="kWh"),
        Figure(Decimal(0), label="Total energy", unit="kWh"),
        Figure(Decimal(10) ** 40, label="Energy", unit="kWh"),
        Figure(Decimal(99999), label="Energy"),
        POWER,
    ],
)
def test_the_total_comes_before(other: Figure) -> None:
    for order in ([TOTAL, other], [other, TOTAL]):
        ranking = rank(order)
        assert order[ranking.registers[0]] is TOTAL
        assert not ranking.is_close


def test_two_alike_are_close_and_the_larger_comes_first() -> None:
    smaller = replace(TOTAL, value=Decimal(11))
    ranking = rank([smaller, TOTAL])
    assert ranking.registers == (1, 0)
    assert ranking.is_close


def test_reasons_are_told() -> None:
    ranking = rank([TOTAL, TODAY, Figure(Decimal(7), label="Energy"), POWER])
    told = [" ".join(each.reasons) for each in ranking.judgements]
    assert "kWh is a unit of energy" in told[0]
    assert "largest" in told[0]
    assert "a day, month or other period" in told[1]
    assert "No unit is shown" in told[2]
    assert "Its unit is W" in told[3]
    guessed = rank([replace(TOTAL, is_guessed=True)]).judgements[0]
    assert "check the decimal mark" in " ".join(guessed.reasons)
    [cost] = rank([Figure(Decimal(3), label="Energy cost", unit="kWh")]).judgements
    assert cost.reasons == ("Its label says a cost.",)


def test_fields_are_the_likeliest_of_their_kind() -> None:
    page = [
        Figure(Decimal(9000), label="Peak power", unit="W"),
        Figure(Decimal(300), label="L1 power", unit="W"),
        POWER,
        Figure(Decimal(230), label="Voltage", unit="V"),
        Figure(Decimal("0.9"), label="Power factor"),
        Figure(Decimal(16), label="Rated current", unit="A"),
    ]
    assert rank(page).fields == {
        FigureKind.POWER: 2,
        FigureKind.VOLTAGE: 3,
        FigureKind.POWER_FACTOR: 4,
    }


@given(figures)
def test_a_ranking_names_each_register_once_and_only_energies(page: list[Figure]) -> None:
    ranking = rank(page)
    assert len(set(ranking.registers)) == len(ranking.registers)
    assert len(ranking.judgements) == len(page)
    for place in ranking.registers:
        assert page[place].kind is FigureKind.ENERGY
        assert page[place].value >= 0
    scores = [ranking.judgements[place].score or 0 for place in ranking.registers]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)
    for kind, place in ranking.fields.items():
        assert page[place].kind is kind


@given(figures, st.randoms(use_true_random=False))
def test_the_order_of_a_page_changes_no_score(page: list[Figure], random: Random) -> None:
    places = list(range(len(page)))
    random.shuffle(places)
    before, after = rank(page), rank([page[place] for place in places])
    assert [before.judgements[place] for place in places] == list(after.judgements)


@given(figures, st.sampled_from((" today", " month", " peak", " limit", " outlet 3")))
def test_a_word_against_it_never_helps(page: list[Figure], word: str) -> None:
    alone = [replace(figure, section="") for figure in page]
    for figure in alone:
        [before] = rank([figure]).judgements
        [after] = rank([replace(figure, label=figure.label + word)]).judgements
        if before.kind is after.kind is FigureKind.ENERGY and before.score is not None:
            assert after.score is not None
            assert after.score <= before.score


@pytest.mark.parametrize(
    ("current", "voltage", "power", "unit"),
    [
        ("5.43", "230", "1200", "A"),
        ("5430", "230", "1200", "mA"),
        ("16.3", "230", "7500", "A"),
        ("54", "230", "1200", None),
        ("5", "230", "0", None),
        ("5", "0", "100", None),
    ],
)
def test_the_unit_of_a_current_follows_from_voltage_and_power(
    current: str, voltage: str, power: str, unit: str | None
) -> None:
    assert scale_of_current(Decimal(current), Decimal(voltage), Decimal(power)) == unit
