"""Words beside numbers are understood in five languages, as labels and as keys."""

import pytest

from wattledger.domain.meter_words import Word, plain_words, words_in


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Total energy", "COUNTER ENERGY"),
        ("Zählerstand", "COUNTER ENERGY"),
        ("Zaehlerstand (kWh)", "COUNTER ENERGY"),
        ("Wirkarbeit Bezug", "ENERGY IMPORT"),
        ("Énergie active totale", "COUNTER ENERGY"),
        ("Energía activa importada", "ENERGY IMPORT"),
        ("Energia attiva totale", "COUNTER ENERGY"),
        ("energyToday", "ENERGY PERIOD"),
        ("kwh_month", "ENERGY PERIOD"),
        ("Tagesverbrauch", "ENERGY PERIOD"),
        ("Energie heute", "ENERGY PERIOD"),
        ("Énergie du mois", "ENERGY PERIOD"),
        ("Consumo de hoy", "ENERGY PERIOD"),
        ("Energia del mese", "ENERGY PERIOD"),
        ("Peak power", "EXTREME POWER"),
        ("Potencia máxima", "EXTREME POWER"),
        ("Energy cost", "COST ENERGY"),
        ("Blindarbeit", "ENERGY NOT_ACTIVE"),
        ("Énergie réactive", "ENERGY NOT_ACTIVE"),
        ("Scheinleistung", "NOT_ACTIVE POWER"),
        ("Power factor", "POWER_FACTOR"),
        ("cos φ", "POWER_FACTOR"),
        ("Spannung L1", "PART VOLTAGE"),
        ("Outlet 7", "PART"),
        ("TotalCurrent", "COUNTER CURRENT"),
        ("Stromverbrauch gesamt", "COUNTER CURRENT ENERGY"),
        ("Wirkarbeit Lieferung", "ENERGY EXPORT"),
        ("Rack PDU", ""),
    ],
)
def test_words_say_what_a_number_is(text: str, names: str) -> None:
    assert " ".join(sorted(word.name for word in words_in(text))) == names


def test_case_and_accents_make_no_difference() -> None:
    assert words_in("ÉNERGIE TOTALE") == words_in("energie totale") == {Word.ENERGY, Word.COUNTER}


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert Word.ENERGY not in words_in("x " * 1000 + "energy")
    assert len(plain_words("x" * 10_000)) < 1_000
