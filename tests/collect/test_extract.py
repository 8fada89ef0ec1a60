"""From pages of real devices to values; what is doubtful is refused with what to do."""

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattledger.collect.attempt import Document
from wattledger.collect.errors import AttemptError
from wattledger.collect.extract import extract, is_ready
from wattledger.domain.outcome import Outcome
from wattledger.domain.reading import Sample
from wattledger.domain.recipe import ScrapingConfig

KWH = 1_000_000


def scraping(selector: str, **more: object) -> ScrapingConfig:
    return ScrapingConfig.model_validate({"valueSelector": selector, **more})


def html(text: str) -> Document:
    return Document("http://pdu/", "text/html; charset=utf-8", text)


def read(page: str, selector: str, **more: object) -> Sample:
    return extract([html(page)], scraping(selector, **more))


def refusal(page: str, selector: str, **more: object) -> tuple[Outcome, str]:
    with pytest.raises(AttemptError) as refused:
        read(page, selector, **more)
    return refused.value.outcome, refused.value.message


@pytest.mark.parametrize(
    ("page", "selector", "more", "milliwh"),
    [
        ("<b id=t>12543.5</b>", "#t", {}, 12_543_500_000),
        ("<b id=t>12543.5 kWh</b>", "#t", {}, 12_543_500_000),
        ("<b id=t>12543.5&nbsp;kWh</b>", "#t", {}, 12_543_500_000),
        ("<b id=t>12.5435 MWh</b>", "#t", {}, 12_543_500_000),
        ("<b id=t>12543500 Wh</b>", "#t", {}, 12_543_500_000),
        ("<b id=t>Total: 12543.5 kWh since 2020</b>", "#t", {"valuePattern": "([0-9.]+) kWh"}, 12_543_500_000),
        ("<b id=t>12.543,50 kWh</b>", "#t", {}, 12_543_500_000),
        ("<b id=t>12.543</b>", "#t", {"valuePattern": "([0-9.]+)"}, 12_543_000),
        ("<b id=t>12,543</b>", "#t", {"decimal": ","}, 12_543_000),
        ("<input id=t value='12543.5'>", "#t", {}, 12_543_500_000),
        ("<input id=t value='12543.5'>", "#t@value", {}, 12_543_500_000),
        ("<p data-kwh='5.25'>x</p>", "p@data-kwh", {}, 5_250_000),
        ("<table><tr><td id=t>5</td><td>MWh</td></tr></table>", "#t", {}, 5_000 * KWH),
        ("<table><tr><td><b id=t>5</b></td><td>MWh</td></tr></table>", "#t", {}, 5_000 * KWH),
        ("<b id=t>5</b> MWh<br>", "#t", {}, 5_000 * KWH),
        ("<table><tr><td>Energy (MWh)</td><td id=t>5</td></tr></table>", "#t", {}, 5_000 * KWH),
        ("<table><tr><th>No</th><th>E [MWh]</th></tr><tr><td>1</td><td id=t>5</td></tr></table>", "#t", {}, 5_000 * KWH),
        ("<table><tr><th>No</th><th>MWh</th></tr><tr><td>1</td><td id=t>5</td></tr></table>", "#t", {}, 5_000 * KWH),
        ("<table><tr><th>Energy / MWh</th></tr><tr><td id=t>5</td></tr></table>", "#t", {}, 5_000 * KWH),
        ("<table><tr><td>Energy MWh:</td><td id=t>5</td></tr></table>", "#t", {}, 5_000 * KWH),
        ("<table><tr><td>MWh</td><td id=t>5</td></tr></table>", "#t", {}, 5_000 * KWH),
        ("<p id=t>Total MWh: 5 since 2020</p>", "#t", {"valuePattern": "([0-9.]+) since"}, 5_000 * KWH),
        ("<table><tr><td>Rack A</td><td id=t>5</td></tr></table>", "#t", {}, 5 * KWH),
        ("<table><tr><td>Power kW</td><td id=t>5</td></tr></table>", "#t", {}, 5 * KWH),
        ("<table><tr><td>7 MWh</td><td id=t>5</td></tr></table>", "#t", {}, 5 * KWH),
        ("<table><tr><td>7</td><td>MWh</td><td id=t>5</td></tr></table>", "#t", {}, 5 * KWH),
        ("<table><tr><td>7</td><td>MWh</td><td>5</td></tr></table>", "xpath://td[3]", {}, 5 * KWH),
        ("<table><tr><td>MWh</td><td>5</td></tr></table>", "xpath://td[2]", {}, 5_000 * KWH),
        ("<b id=t>5</b>", "#t", {"unit": "MWh"}, 5_000 * KWH),
        ("<b id=t>12 543.5 kWh</b>", "#t", {"valuePattern": "([0-9 .]+) kWh"}, 12_543_500_000),
        ("<b id=t>Rack 7 543.5 kWh</b>", "#t", {"valuePattern": r"Rack 7\s+([0-9.]+)"}, 543_500_000),
        ("<b id=t>L1 230 kWh</b>", "#t", {"valuePattern": r"([0-9.]+)\s*kWh"}, 230 * KWH),
        ("<b id=t>2026-11-30 230 kWh</b>", "#t", {"valuePattern": r"([0-9.]+)\s*kWh"}, 230 * KWH),
        ("<b class=x>no number</b><b class=x>7</b>", ".x", {}, 7 * KWH),
        ("<b class=x>7</b><i class=x>7.0</i>", ".x", {}, 7 * KWH),
        ("<b id=t>5</b>", "xpath://b", {}, 5 * KWH),
        ("<b id=t>5</b>", "xpath://b/@id", {"valuePattern": "t"}, None),
        ("<p data-v=5>x</p>", "xpath://p@data-v", {}, 5 * KWH),
        ("<p data-v=5>x</p>", "xpath://p/@data-v", {}, 5 * KWH),
        ("<b>5</b>", "xpath:number(//b)", {}, 5 * KWH),
        ("<p>Total energy: 5 kWh</p>", "text:total energy", {}, 5 * KWH),
        ("<p>Total energy - 5 kWh</p>", "text:total energy", {}, 5 * KWH),
        ("<table><tr><td>Total energy</td><td>5</td><td>MWh</td></tr></table>", "text:Total energy", {}, 5_000 * KWH),
        ("<table><tr><th>Day</th><th>Total energy</th></tr><tr><td>1</td><td>5 MWh</td></tr></table>", "text:Total energy", {}, 5_000 * KWH),
        ("<dl><dt>Total energy</dt><dd>5 MWh</dd></dl>", "text:Total energy", {}, 5_000 * KWH),
    ],
)  # fmt: skip
def test_the_register_is_read_with_its_unit(
    page: str, selector: str, more: dict[str, Any], milliwh: int | None
) -> None:
    if milliwh is None:
        with pytest.raises(AttemptError):
            read(page, selector, **more)
    else:
        assert read(page, selector, **more).total_milliwh == milliwh


def test_the_resolution_is_that_of_the_last_printed_digit() -> None:
    assert read("<b id=t>12543.50 kWh</b>", "#t").resolution_milliwh == 10_000
    assert read("<b id=t>12543 Wh</b>", "#t").resolution_milliwh == 1_000


@pytest.mark.parametrize(
    ("page", "selector", "more", "outcome", "told"),
    [
        ("<b>5</b>", "#t", {}, Outcome.SELECTOR_MISSING, "'#t'"),
        ("<b>5</b>", "#t", {}, Outcome.SELECTOR_MISSING, "correct the selector"),
        ("<b>5</b>", "b[", {}, Outcome.SELECTOR_MISSING, "is not a CSS selector"),
        ("<b>5</b>", "xpath://b[", {}, Outcome.SELECTOR_MISSING, "is not an XPath"),
        ("<b>5</b>", "text:Total", {}, Outcome.SELECTOR_MISSING, "text:Total"),
        ("<b id=t>n/a</b>", "#t", {"valuePattern": r"(\d+)"}, Outcome.PATTERN_MISSING, "'n/a'"),
        ("<b id=t>1,234.5</b>", "#t", {"valuePattern": "([0-9.]+)"}, Outcome.PATTERN_MISSING, "takes only '1'"),
        ("<b id=t>12543.5</b>", "#t", {"valuePattern": r"(\d+)"}, Outcome.PATTERN_MISSING, "takes only '12543'"),
        ("<b id=t>12543</b>", "#t", {"valuePattern": r"(\d{3})"}, Outcome.PATTERN_MISSING, "takes only '125'"),
        ("<b id=t>12 543.5 kWh</b>", "#t", {"valuePattern": r"([0-9.]+)\s*kWh"}, Outcome.PATTERN_MISSING, "takes only '543.5'"),
        ("<b id=t>12&nbsp;543.5 kWh</b>", "#t", {"valuePattern": "([0-9.,]+)"}, Outcome.PATTERN_MISSING, "takes only '12'"),
        ("<b id=t>1 234 567 kWh</b>", "#t", {"valuePattern": "Energy|([0-9.]+ [0-9]+)"}, Outcome.PATTERN_MISSING, "takes only '1 234'"),
        ("<b id=t>-1 kWh</b>", "#t", {"valuePattern": "([0-9.]+) kWh"}, Outcome.PATTERN_MISSING, "takes only '1'"),
        ("<b id=t>E: -1 kWh</b>", "#t", {"valuePattern": "([0-9.]+) kWh"}, Outcome.PATTERN_MISSING, "takes only '1'"),
        ("<b id=t>1.2543E+4 kWh</b>", "#t", {"valuePattern": "([0-9.]+) kWh"}, Outcome.PATTERN_MISSING, "takes only '4'"),
        ("<b id=t>1.2543E+4 kWh</b>", "#t", {"valuePattern": "([0-9.]+)"}, Outcome.PATTERN_MISSING, "takes only '1.2543'"),
        ("<b id=t>hello</b>", "#t", {}, Outcome.NOT_A_NUMBER, "'hello'"),
        ("<b id=t>1.234</b>", "#t", {}, Outcome.AMBIGUOUS_NUMBER, "1.234 or 1234"),
        ("<b class=x>5</b><b class=x>6</b>", ".x", {}, Outcome.AMBIGUOUS_NUMBER, "2 different numbers (5, 6)"),
        ("<b id=t>5 kVAh</b>", "#t", {}, Outcome.UNIT_MISMATCH, "kVAh"),
        ("<b id=t>5 kW</b>", "#t", {}, Outcome.UNIT_MISMATCH, "kW is not a unit of energy"),
        ("<b id=t>5 MWh</b>", "#t", {"unit": "kWh"}, Outcome.UNIT_MISMATCH, "shows MWh"),
        ("<b id=t>---</b>", "#t", {}, Outcome.ABSENT, "'---'"),
        ("<b id=t>---</b>", "#t", {}, Outcome.ABSENT, "look at the device"),
        ("<b id=t></b>", "#t", {}, Outcome.ABSENT, "no value"),
        ("<b id=t>-1</b>", "#t", {}, Outcome.ABSENT, "-1"),
        ("<b id=t>65535</b>", "#t", {}, Outcome.ABSENT, "65535"),
        ("<p>Total energy: -1</p>", "text:total energy", {}, Outcome.ABSENT, "-1"),
        ("<b id=t>-5.5</b>", "#t", {}, Outcome.ABSENT, "-5.5"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_register_is_refused_by_name(
    page: str, selector: str, more: dict[str, Any], outcome: Outcome, told: str
) -> None:
    refused, message = refusal(page, selector, **more)
    assert refused is outcome
    assert told in message


GROUPED = st.sampled_from(["", " ", "\u00a0", "\u2009", "\u202f", ",", "'", "\u2019"])
PATTERNS = st.sampled_from(
    ["([0-9.]+)", "([0-9.,]+)", r"([0-9.]+)\s*kWh", r"[-0-9., ]*?([0-9.,]+)\s*kWh", r"(\d+)"]
)


@given(
    st.decimals(-(10**9), 10**9, places=2),
    GROUPED,
    PATTERNS,
    st.sampled_from(["", "Total: ", "Energy "]),
    st.booleans(),
)
def test_a_pattern_takes_a_number_whole_or_is_refused(
    number: Decimal,
    mark: str,
    pattern: str,
    before: str,
    as_power: bool,  # noqa: FBT001 - drawn
) -> None:
    written = f"{number:E}" if as_power else f"{number:,}".replace(",", mark)
    config = scraping("#t", valuePattern=pattern, decimal=".")
    try:
        sample = extract([html(f"<b id=t>{before}{written} kWh</b>")], config)
    except AttemptError:
        return
    assert sample.total_milliwh == number * KWH


def test_a_number_of_json_has_one_meaning() -> None:
    """Its point is a decimal mark, however many digits stand behind it."""
    text = '{"total": 123.456, "power": 1.250, "note": "1.250"}'
    document = Document("http://pdu/", "application/json", text)
    fields = {"power": {"selector": "json:$.power", "unit": "kW"}}
    sample = extract([document], scraping("json:$.total", fields=fields))
    assert (sample.total_milliwh, sample.power_mw) == (123_456_000, 1_250_000)
    with pytest.raises(AttemptError, match=r"1\.250 or 1250"):
        extract([document], scraping("json:$.note"))


def test_a_pattern_that_would_run_for_ever_is_stopped() -> None:
    begun = time.monotonic()
    outcome, message = refusal(f"<b id=t>{'a' * 60}!</b>", "#t", valuePattern="(?:a|aa)+$")
    assert outcome is Outcome.PATTERN_MISSING
    assert "takes too long" in message
    assert time.monotonic() - begun < 2


FIELDS = {
    "power": {"selector": "#p"},
    "voltage": {"selector": "#u"},
    "current": {"selector": "#i"},
    "powerFactor": {"selector": "#f"},
}


def test_fields_beside_the_register_are_read_with_their_units() -> None:
    page = "<b id=t>5</b><b id=p>1.25 kW</b><b id=u>230.4 V</b><b id=i>400 mA</b><b id=f>93 %</b>"
    sample = read(page, "#t", fields=FIELDS)
    assert sample == Sample("total", 5 * KWH, KWH, 1_250_000, 230_400, 400, 930)


def test_a_field_without_a_unit_has_the_usual_one() -> None:
    page = "<b id=t>5</b><b id=p>1250</b><b id=u>230.4</b><b id=i>0.4</b><b id=f>0.93</b>"
    sample = read(page, "#t", fields=FIELDS)
    assert (sample.power_mw, sample.voltage_mv) == (1_250_000, 230_400)
    assert (sample.current_ma, sample.pf_milli) == (400, 930)


def test_a_field_that_is_missing_is_none_and_fails_nothing() -> None:
    page = "<b id=t>5</b><b id=p>n/a</b><b id=u>5 kWh</b><b id=i>x</b>"
    sample = read(page, "#t", fields=FIELDS)
    assert sample.total_milliwh == 5 * KWH
    assert (sample.power_mw, sample.voltage_mv, sample.current_ma) == (None, None, None)
    assert sample.pf_milli is None


@pytest.mark.parametrize(
    "power", ["65535", "-1", "32767 W", "4294967295", "9223372036854775807 mW"]
)
def test_a_field_that_shows_what_stands_for_no_value_is_none(power: str) -> None:
    sample = read(f"<b id=t>5</b><b id=p>{power}</b><b id=u>65535 V</b>", "#t", fields=FIELDS)
    assert (sample.power_mw, sample.voltage_mv) == (None, None)
    counted = read("<b id=t>5</b><b id=p>65535.0</b>", "#t", fields=FIELDS)
    assert counted.power_mw == 65_535_000


@pytest.mark.parametrize("number", ["1", "-1", "(1)"])
def test_a_number_in_the_next_cell_is_no_unit(number: str) -> None:
    page = f"<table><tr><td id=t>5</td><td>{number}</td><td id=f>1</td></tr></table>"
    sample = read(page, "#t", fields=FIELDS)
    assert (sample.total_milliwh, sample.pf_milli) == (5 * KWH, 1000)


def test_frames_are_searched_after_the_page() -> None:
    documents = [html("<frameset><frame src=a></frameset>"), html("<b id=t>5</b>")]
    assert extract(documents, scraping("#t")).total_milliwh == 5 * KWH


@pytest.mark.parametrize(
    ("text", "path", "milliwh"),
    [
        ('{"total": 12543.50}', "json:$.total", 12_543_500_000),
        ('{"total": 9007199254740993}', "json:$.total", None),
        ('{"total": 12543.123456}', "json:$.total", 12_543_123_456),
        ('{"total": 1.5e3}', "json:$.total", 1_500 * KWH),
        ('{"pdu": [{"e": "12543.5 kWh"}]}', "json:$.pdu[0].e", 12_543_500_000),
        ('{"total": null}', "json:$.total", None),
        ('{"total": 1}', "json:$.energy", None),
        ('{"total": 1}', "json:$[", None),
        ('{"total": true}', "json:$.total", None),
        ('{"total": [1, 2]}', "json:$.total", None),
        ('{"total": 1', "json:$.total", None),
        ("[" * 5000, "json:$.total", None),
        ('{"total": 1}', "#total", None),
    ],
)
def test_json_is_read_to_the_last_digit(text: str, path: str, milliwh: int | None) -> None:
    document = Document("http://pdu/api", "application/json", text)
    if milliwh is None:
        with pytest.raises(AttemptError):
            extract([document], scraping(path))
    else:
        assert extract([document], scraping(path)).total_milliwh == milliwh


XML = """<?xml version="1.0"?>
<status><device/><energy unit="kWh">12543.5</energy><power value="1250" /><none/></status>"""


@pytest.mark.parametrize(
    "selector", ["xpath://energy", "xpath:/status/energy/text()", "energy", "status > energy"]
)
def test_xml_is_read_by_path_or_by_name(selector: str) -> None:
    document = Document("http://pdu/status.xml", "text/xml", XML)
    sample = extract([document], scraping(selector, fields={"power": {"selector": "power@value"}}))
    assert sample.total_milliwh == 12_543_500_000
    assert sample.power_mw == 1_250_000


def test_xml_reaches_no_file_and_expands_no_entity() -> None:
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;5</a>'
    )
    with pytest.raises(AttemptError, match="&x;5"):
        extract([Document("http://pdu/", "text/xml", bomb)], scraping("xpath://a"))


@pytest.mark.parametrize(
    ("page", "ready"),
    [
        ("<b id=t>5</b>", True),
        ("<b id=t>Loading...</b>", False),
        ("<b id=t></b>", False),
        ("<p>", False),
        ("<b id=t>1.234</b>", True),
    ],
)
def test_a_page_is_ready_when_waiting_would_change_nothing(page: str, *, ready: bool) -> None:
    assert is_ready([html(page)], scraping("#t")) is ready


selectors = st.sampled_from(["b", "#t", "b@x", "xpath://b", "xpath://b/@x", "json:$.a", "text:5"])


@given(
    st.text(max_size=300), selectors, st.sampled_from(["text/html", "text/xml", "application/json"])
)
def test_any_answer_gives_a_value_or_a_named_outcome(text: str, selector: str, kind: str) -> None:
    for document in (text, f"<b x='{text}'>{text}</b>", f'{{"a": "{text}"}}'):
        try:
            sample = extract([Document("http://pdu/", kind, document)], scraping(selector))
        except AttemptError:
            continue
        assert sample.total_milliwh is not None


def test_a_page_costs_little() -> None:
    rows = "".join(f"<tr><td>Outlet {n}</td><td>{n}.5</td><td>W</td></tr>" for n in range(250))
    document = html(f"<table>{rows}</table><b id=t>12543.5 kWh</b>")
    config = scraping("#t", valuePattern="([0-9.]+)")
    begun = time.perf_counter()
    for _ in range(200):
        extract([document], config)
    each = (time.perf_counter() - begun) / 200
    assert each < 0.05, f"{len(document.text)} bytes took {each * 1e6:.0f} us"


TYPE_PLATE = (
    "<b id=t>5 kWh</b><footer>Firmware v3.9.2 | Serial 5A00000042</footer>"
    "<i id=since>2025-11-03 08:00</i><u id=none>n/a</u><s class=sn>A1</s><s class=sn>B2</s>"
)


@pytest.mark.parametrize(
    ("field", "serial"),
    [
        ({"selector": "footer", "pattern": r"Serial (\S+)"}, "5A00000042"),
        ({"selector": "footer"}, "Firmware v3.9.2 | Serial 5A00000042"),
        ({"selector": "#none"}, None),
        ({"selector": "#missing"}, None),
        ({"selector": "footer", "pattern": r"Serial No\. (\S+)"}, None),
        ({"selector": "footer", "pattern": r"Serial 5A(\d)"}, None),
        ({"selector": ".sn"}, None),
        ({"selector": ".sn", "pattern": "B2|A1"}, None),
    ],
)
def test_a_serial_is_taken_as_printed_or_not_at_all(
    field: dict[str, str], serial: str | None
) -> None:
    sample = read(TYPE_PLATE, "#t", fields={"serial": field})
    assert (sample.total_milliwh, sample.serial) == (5 * KWH, serial)


def test_a_reset_stamp_stands_beside_the_register() -> None:
    sample = read(TYPE_PLATE, "#t", fields={"resetStamp": {"selector": "#since"}})
    assert (sample.reset_stamp, sample.serial) == ("2025-11-03 08:00", None)


def test_identity_stands_in_json_as_well() -> None:
    document = Document("http://pdu/", "application/json", '{"kwh": 5, "id": {"sn": 4711}}')
    asked = scraping("json:$.kwh", fields={"serial": {"selector": "json:$.id.sn"}})
    assert extract([document], asked).serial == "4711"


def test_a_text_that_fits_no_column_is_none() -> None:
    page = f"<b id=t>5</b><i>{'x' * 101}</i>"
    assert read(page, "#t", fields={"serial": {"selector": "i"}}).serial is None
