"""What a number measures is told by its unit, and without one by its words."""

from decimal import Decimal

import pytest

from wattledger.domain.figure import Figure, FigureKind, unit_of_key


@pytest.mark.parametrize(
    ("unit", "label", "kind"),
    [
        ("MWh", "", FigureKind.ENERGY),
        ("kW", "", FigureKind.POWER),
        ("V", "Energy", FigureKind.VOLTAGE),
        ("mA", "", FigureKind.CURRENT),
        ("kVAh", "Energy", FigureKind.OTHER),
        ("kvarh", "", FigureKind.OTHER),
        ("kWh", "Reactive energy", FigureKind.OTHER),
        ("kWh", "Energy cost", FigureKind.OTHER),
        ("Hz", "Frequency", FigureKind.OTHER),
        ("%", "Load", FigureKind.OTHER),
        ("%", "Power factor", FigureKind.POWER_FACTOR),
        (None, "Total energy", FigureKind.ENERGY),
        (None, "Leistung", FigureKind.POWER),
        (None, "Tensione", FigureKind.VOLTAGE),
        (None, "Corriente", FigureKind.CURRENT),
        (None, "Facteur de puissance", FigureKind.POWER_FACTOR),
        (None, "Temperature", FigureKind.OTHER),
    ],
)
def test_a_figure_has_a_kind(unit: str | None, label: str, kind: FigureKind) -> None:
    assert Figure(Decimal(1), label=label, unit=unit).kind is kind


def test_the_last_part_of_a_path_counts_before_what_it_is_a_part_of() -> None:
    figure = Figure(Decimal(230), label="ENERGY.Voltage", leaf="Voltage")
    assert figure.kind is FigureKind.VOLTAGE
    assert Figure(Decimal(9), label="ENERGY.Total", leaf="Total").kind is FigureKind.ENERGY


@pytest.mark.parametrize(
    ("path", "unit"),
    [
        ("EnergykWh.Reading", "kWh"),
        ("total_wh", "Wh"),
        ("current_ma", "mA"),
        ("power_mw", None),
        ("KWatt-hrs-Total.value", "kWh"),
        ("PowerWatts.Reading", "W"),
        ("PowerWatts.PowerFactor", None),
        ("GlobalMeasure.TotalEnergy", "Wh"),
        ("StatusSNS.ENERGY.Total", "kWh"),
        ("ENERGY.Today", None),
        ("a.b", None),
        ("", None),
    ],
)
def test_keys_name_units(path: str, unit: str | None) -> None:
    assert unit_of_key(path) == unit
