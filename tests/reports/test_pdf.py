"""The statement as PDF: what it says, on how many pages, and that nothing breaks it."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from pypdf import PdfReader
from reportlab.lib.pagesizes import A4
from tests.reports.statements import (
    END,
    KWH,
    MONTH,
    START,
    Shape,
    built,
    priced,
    sealed,
    statement,
    without_value,
)

from wattledger.domain.charge import Charge, ChargeKind
from wattledger.domain.earlier import Earlier
from wattledger.domain.instant import DAY, HOUR
from wattledger.domain.month_report import Break, MonthState, Peak
from wattledger.domain.period import calendar
from wattledger.domain.quality import Quality
from wattledger.domain.scaled import rounded
from wattledger.domain.statement import Adjustment, Statement
from wattledger.reports.happenings import happenings
from wattledger.reports.pages.chart import Day, days_of, tick_step
from wattledger.reports.pages.type import (
    BOLD,
    REGULAR,
    broken,
    in_drawing_order,
    shown,
    width_of,
)
from wattledger.reports.pdf import statement_pdf

FIVE = priced(
    statement(
        [
            built(0).line,
            built(1, Shape(reset_at=40)).line,
            built(2, Shape(gap=(30, 50))).line,
            built(3, Shape(begins_at=20)).line,
            without_value(4),
        ]
    )
)


def pages(made: Statement) -> list[str]:
    reader = PdfReader(io.BytesIO(statement_pdf(made)))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def text(made: Statement) -> str:
    return " ".join(pages(made))


def test_it_says_who_what_when_and_how_much() -> None:
    said = text(FIVE)
    for words in (
        "Energy statement, March 2026",
        "Client XYZ",
        "1 to 31 March 2026, midnight to midnight, Europe/Berlin",
        "5 meters, 1 without a value",
        "Rack A2",
        "total, Hall 2 / Row B",
        "2,012.176 1,046.411 1,539.435 1,400.886",
        "peak 1.501 kW, 10 Mar 2026 15:00",
        "99.5 % measured",
        "estimated 7.000 kWh (0.5 %)",
        "estimated, reset",
    ):
        assert words in said
    assert f"{FIVE.total_kwh:,}" in said


def test_money_is_quantity_times_price_with_net_vat_and_gross() -> None:
    said = text(FIVE)
    assert f"{FIVE.total_kwh:,} kWh 0.2875" in said
    assert f"Net {FIVE.net:,.2f}" in said
    assert "19 %" in said
    assert f"Gross EUR {FIVE.gross:,.2f}" in said
    assert "Rack A1, total 2026-02 A reading of 28 February" in said


def test_no_figure_is_broken_over_two_lines() -> None:
    large = Adjustment(
        date(2026, 2, 1), "Hall 1", "total", -KWH * 1_234_567, Decimal("-12345678.90"), "Swapped."
    )
    said = text(replace(FIVE, currency="INR", adjustments=(large,)))
    assert "-1,234,567.000" in said
    assert "-12,345,678.90" in said


def test_the_peak_of_all_meters_and_a_currency_without_cents() -> None:
    peak = Peak(7_600_000, START + 33 * HOUR, 6_500_000, 15, Decimal("99.8"))
    said = text(replace(FIVE, peak=peak, currency="JPY"))
    assert "Peak, kW" in said
    assert "7.600" in said
    assert "2 Mar 2026 09:00" in said
    assert "95th percentile, kW 6.500 99.8 % of windows" in said
    assert f"Gross JPY {rounded(FIVE.gross, 0):,}" in said


def test_the_peak_of_a_meter_says_how_much_of_it_is_known_and_whose_it_is() -> None:
    line = FIVE.lines[0]
    assert line.peak is not None
    said = text(replace(FIVE, lines=(line,)))
    assert "peak: 99.8 % of windows" in said
    assert "together" not in said
    of_rack = replace(line, peak=replace(line.peak, is_of_rack=True))
    assert "peak of the rack's feeds together" in text(replace(FIVE, lines=(of_rack,)))


def test_a_charge_may_be_a_lump_sum() -> None:
    lump = Charge(ChargeKind.VAT, "Tax as agreed", Decimal("5.00"))
    said = text(replace(FIVE, charges=(lump,), adjustments=(), notes=()))
    assert "Tax as agreed 5.00" in said
    assert "Net 0.00" in said


def test_it_explains_what_happened_and_what_flags_and_codes_mean() -> None:
    said = text(FIVE)
    for words in (
        "Between 10 Mar 2026 17:55 and 10 Mar 2026 23:55 the register was reset, from 2,498.450",
        "to 0.250 kWh as displayed; 7.000 kWh are booked for the time between.",
        "9 estimated: reckoned, not measured 7.000 0.1 %",
        "17 validated: measured between good readings",
        "missing: no reading in or around the month, so no value.",
        "Estimates accepted by Erika Mustermann",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("rollover", "passed its highest value"),
        ("swap", "exchanged, as an operator entered"),
        ("odd", "the register broke (odd)"),
    ],
)
def test_a_break_of_any_kind_has_words(kind: str, words: str) -> None:
    line = replace(built(0).line, breaks=(Break(kind, START, START + DAY, 3 * KWH),), segments=())
    assert [words in sentence for sentence in happenings([line], "Europe/Berlin")] == [True]


def test_a_figure_that_is_missing_is_a_dash_and_no_zero() -> None:
    said = text(statement([without_value(0)], state=MonthState.OPEN))
    assert "Rack Z9 total, Hall 1 / Row A - - - - - missing" in said
    assert "OPEN: the month is running" in said
    assert "Energy by day" not in said
    assert " 0 " not in said
    assert "0.000" not in said


def test_it_names_who_issues_it_where_that_is_set() -> None:
    issuer = ("Colocation GmbH", "Ring 1, 10115 Berlin", "VAT id DE123456789")
    first = PdfReader(io.BytesIO(statement_pdf(FIVE, issuer))).pages[0].extract_text()
    assert " ".join(first.split()).startswith(" ".join(issuer))
    assert statement_pdf(FIVE, ()) == statement_pdf(FIVE)


def test_a_provisional_statement_says_so_on_each_page() -> None:
    for number, page in enumerate(pages(FIVE), 1):
        assert "PROVISIONAL" in page
        assert "not sealed" in page
        assert f"Page {number} of 2" in page


def test_a_closed_statement_carries_its_seal_on_each_page() -> None:
    closed = sealed(FIVE, previous="ab" * 32, sequence=17)
    assert closed.seal is not None
    for page in pages(closed):
        assert f"Seal, SHA-256: {closed.seal.sha256}" in page
        assert f"Seal before it: {'ab' * 32}" in page
        assert "Statement 2026-03/17, closed 2 Apr 2026 09:15 (Europe/Berlin)" in page
        assert "by Erika Mustermann, for Client XYZ" in page
    assert "Statement 2026-03/17 of Client XYZ" in pages(closed)[0]
    assert "CLOSED and sealed: the figures are final." in pages(closed)[0]


def test_the_header_of_300_meters_repeats_on_each_page() -> None:
    many = pages(sealed(statement([built(n).line for n in range(300)])))
    assert len(many) == 14
    assert sum("Opening kWh Closing kWh" in page for page in many) >= 13
    assert all(f"Page {number} of 14" in page for number, page in enumerate(many, 1))
    assert "Rack A300" in " ".join(many)


def test_names_in_greek_and_cyrillic_are_printed() -> None:
    line = built(0, endpoint="Стойка 1 — Ντουλάπα 2", meter="Łódź").line
    said = text(statement([line], client="«Центр обработки данных»"))
    assert "Стойка 1 — Ντουλάπα 2" in said
    assert "«Центр обработки данных»" in said
    assert "A box stands for" not in said


def test_a_name_without_glyphs_is_boxed_and_explained() -> None:
    said = text(statement([built(0, endpoint="機架 3").line]))
    assert "□□ 3" in said
    assert "A box stands for a character that this page's font lacks" in said


@pytest.mark.parametrize(
    ("written", "drawn"),
    [
        ("\u05e9\u05dc\u05d5\u05dd", "\u05dd\u05d5\u05dc\u05e9"),
        ("Rack \u05d0\u05d1 (\u05d2) x", "Rack (\u05d2) \u05d1\u05d0 x"),
        ("\u05d0\u05d1 12.5, total", "12.5 \u05d1\u05d0, total"),
        ("\u05d0\u05b8\u05d1", "\u05d1\u05d0\u05b8"),
        ("Client XYZ (12)", "Client XYZ (12)"),
    ],
)
def test_what_is_read_from_the_right_is_drawn_so(written: str, drawn: str) -> None:
    assert in_drawing_order(written) == drawn


def test_whatever_name_is_boxed_is_explained() -> None:
    bare = statement([built(0).line])
    change = Adjustment(date(2026, 2, 1), "\u6f22", "total", KWH, None, "Swapped.")
    closed = sealed(bare)
    assert closed.seal is not None
    for made, issuer in (
        (replace(bare, adjustments=(change,)), ""),
        (replace(closed, seal=replace(closed.seal, closed_by="\u6f22")), ""),
        (bare, "\u6f22"),
    ):
        reader = PdfReader(io.BytesIO(statement_pdf(made, [issuer])))
        assert any("A box stands for" in page.extract_text() for page in reader.pages)


def test_names_are_no_markup_and_none_is_too_long() -> None:
    markup = built(0, endpoint="<b>& &amp; <font size=99>").line
    endless = built(1, endpoint="X" * 5_000, meter="y" * 5_000).line
    made = statement([markup, endless], client="Z" * 3_000)
    long = replace(made, notes=("A word. " * 3_000,))
    said = text(long)
    assert "<b>& &amp; <font size=99>" in said
    assert "X" * 20 in said
    assert said.count("word.") == 3_000


def test_long_registers_turn_the_page() -> None:
    long = replace(built(0).line, closing_milliwh=9_000_000_000_000_000)
    upright = PdfReader(io.BytesIO(statement_pdf(statement([built(0).line])))).pages[0].mediabox
    across = PdfReader(io.BytesIO(statement_pdf(statement([long])))).pages[0].mediabox
    assert (upright.width, upright.height) == pytest.approx(A4, abs=0.01)
    assert across.width > across.height
    assert "9,000,000,000.000" in text(statement([long]))


def test_a_part_of_the_month_a_share_and_a_multiplier_are_told() -> None:
    line = built(0, Shape(share_ppm=333_333, multiplier=40)).line
    said = text(statement([replace(line, start_at=START + DAY, end_at=END, location=None)]))
    assert "2 Mar 2026 00:00 to 1 Apr 2026 00:00" in said
    assert "share 33.3333 %" in said
    assert "registers times 40" in said


def test_an_idle_meter_has_used_a_measured_zero() -> None:
    idle = replace(
        built(0).line,
        energy_milliwh=0,
        quality=((Quality.EDITED, 0),),
        days=((date(2026, 3, 1), 0),),
        estimated_days=(),
    )
    said = text(statement([idle]))
    assert "0.000" in said
    assert "100.0 % measured" in said


def test_a_client_without_meters_gets_a_page() -> None:
    assert "0 meters" in text(statement())


def test_the_same_statement_gives_the_same_bytes() -> None:
    assert statement_pdf(sealed(FIVE)) == statement_pdf(sealed(FIVE))


def test_days_add_up_over_meters_and_are_unknown_only_where_none_is_known() -> None:
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    one = replace(built(0).line, days=((first, 5), (second, None)), estimated_days=((first, 2),))
    other = replace(built(1).line, days=((first, None), (second, None)), estimated_days=())
    assert days_of(statement([one, other])) == [
        Day(first, 5, 2, whole=False),
        Day(second, None, 0, whole=False),
    ]


def test_a_day_on_which_a_meter_did_not_serve_the_client_is_empty_and_not_unknown() -> None:
    days = tuple((day, None if day.day < 9 else energy) for day, energy in built(0).line.days)
    late = replace(built(0).line, days=days, start_at=START + 8 * DAY, end_at=END)
    assert all(day.whole for day in days_of(statement([late])))
    assert "unknown" not in text(statement([late]))
    assert not all(day.whole for day in days_of(statement([replace(late, start_at=START)])))


def test_the_month_before_is_the_clients_own_and_the_column_adds_up_to_it() -> None:
    line = replace(built(0).line, energy_milliwh=110_000_000, previous_milliwh=60_000_000)
    own = replace(
        statement([line]),
        previous=Earlier(Decimal("100.000")),
        year_ago=Earlier(Decimal("50.000"), in_part=True),
    )
    said = text(own)
    assert "+10.0 %" in said
    assert "Meters of then that are not above; rounding" in said
    assert "40.000" in said
    assert "known in part" in said
    assert "+120.0 %" not in said, "nothing to compare with"


def test_a_register_between_reads_and_a_month_known_in_part_are_marked() -> None:
    line = built(0).line
    marked = replace(line, opening_between=True, previous_in_part=True)
    said = text(statement([marked]))
    assert f"{(line.opening_milliwh or 0) / KWH:,.3f}*" in said
    assert "Nobody read the register at this instant" in said
    assert "known in part" in said
    assert "Nobody read" not in text(statement([line]))


def test_a_meter_in_another_zone_says_its_own() -> None:
    days = calendar("Asia/Tokyo").month_span(MONTH)
    line = replace(built(0).line, zone="Asia/Tokyo", start_at=days[0], end_at=days[1])
    broken = replace(built(1, Shape(reset_at=40)).line, zone="Asia/Tokyo")
    said = text(statement([line, broken]))
    assert "midnight to midnight at each meter: Europe/Berlin, Asia/Tokyo" in said
    assert "month and times in Asia/Tokyo" in said
    assert "Between 11 Mar 2026 01:55 and 11 Mar 2026 07:55 (Asia/Tokyo) the register" in said


def test_an_adjustment_can_be_reckoned_again_from_the_page() -> None:
    (first,) = FIVE.adjustments
    told = replace(first, before_milliwh=112_500_000, after_milliwh=100_000_000)
    said = text(replace(FIVE, adjustments=(told,)))
    assert "112.500 100.000 -12.500 -3.59" in said
    assert "The amount is that of a month as a whole" not in said
    both = text(replace(FIVE, adjustments=(told, replace(told, amount=None))))
    assert "The amount is that of a month as a whole" in both


@pytest.mark.parametrize(
    ("highest", "step"), [("0", "1"), ("0.37", "0.1"), ("4", "1"), ("99", "50"), ("100", "50")]
)
def test_an_axis_has_few_round_ticks(highest: str, step: str) -> None:
    assert tick_step(Decimal(highest)) == Decimal(step)


def test_text_is_broken_to_the_width_and_nothing_of_it_is_lost() -> None:
    words = f"Rechenzentrum {'w' * 90} Süd"
    lines = broken(words, REGULAR, 8, 100)
    assert "".join(lines).replace(" ", "") == words.replace(" ", "")
    assert all(width_of(line, REGULAR, 8) <= 100 for line in lines)
    assert width_of("W", BOLD, 8) > width_of("i", BOLD, 8)
    assert shown("a\tb\n\u0301c") == "a b \u0301c"


def test_days_that_nobody_knows_are_told_as_a_gap() -> None:
    line = built(0).line
    dark = tuple((day, None if day.day < 9 else energy) for day, energy in line.days)
    said = text(statement([replace(line, days=dark)]))
    assert "unknown, of some meters or all" in said
    assert "unknown" not in text(statement([line]))
