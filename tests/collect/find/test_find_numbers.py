"""The register is found on pages as real devices have them, and read by what is proposed."""

from decimal import Decimal

import pytest
from tests.collect.find.pages import seen

from wattledger.collect.attempt import Document
from wattledger.collect.extract import extract
from wattledger.collect.find.find_numbers import MOST_NUMBERS, find_numbers, shows_register
from wattledger.collect.find.propose import propose
from wattledger.domain.figure import FigureKind
from wattledger.domain.recipe import Engine, PageConfig

SEVERAL = """<table><caption>Energy</caption><tr><th></th><th>kWh</th><th>Cost</th></tr>
<tr><td>Total</td><td>45210.7</td><td>$ 75425.28</td></tr>
<tr><td>This month</td><td>912.4</td><td>$ 109.49</td></tr>
<tr><td>Today</td><td>12.4</td><td>$1.49</td></tr></table>"""
GERMAN = """<html lang="de"><body><dl><dt>Wirkarbeit Bezug</dt><dd>123.456,78 kWh</dd>
<dt>Wirkarbeit Lieferung</dt><dd>0,00 kWh</dd><dt>Blindarbeit</dt><dd>234.567,8 kvarh</dd>
<dt>Tagesverbrauch</dt><dd>45,2 kWh</dd><dt>Leistung</dt><dd>2,34 kW</dd></dl></body></html>"""
OUTLETS = (
    "<table><tr><th>Outlet</th><th>Current (A)</th><th>Power (W)</th><th>Energy (kWh)</th></tr>"
    + "".join(
        f"<tr><td>Outlet {n}</td><td>{n}.1</td><td>{n * 230}</td><td>{n * 1000}.5</td></tr>"
        for n in range(1, 13)
    )
    + "<tr><td>Total</td><td>85.2</td><td>17940</td><td>78006.0</td></tr></table>"
)
# Kostal PIKO: a table without any id, spaces around the numbers (DEVICES.md).
PIKO = """<table><tr><td>AC-Leistung</td><td></td><td></td><td>Energie</td></tr>
<tr><td>aktuell</td><td align=right bgcolor="#fff">&nbsp; 2450</td><td>&nbsp; W</td>
<td>Gesamtenergie</td><td align=right bgcolor="#fff">&nbsp; 98765</td><td>&nbsp; kWh</td></tr>
<tr><td></td><td></td><td></td><td>Tagesenergie</td><td>&nbsp; 12.34</td><td>&nbsp; kWh</td></tr>
</table>"""
LINES = """<html><body><pre>Voltage: 230.4 V
Current: 5.2 A
Power: 1190 W
Energy today: 3.2 kWh
Energy total: 10234.5 kWh
Up since 2026-03-01 12:33:01, firmware 3.9.2, address 192.168.100.100</pre></body></html>"""
CARDS = """<div class="card"><div class="v1">12,345.6</div><div>kWh</div>
<div class="cap">Lifetime energy</div></div><div class="card"><div class="v2">3.4</div>
<div>kW</div><div class="cap">Active power</div></div>"""
HEADINGS = """<h3>Today</h3><table><tr><td>Energy</td><td>99912.1 kWh</td></tr></table>
<h3>Since installation</h3><table><tr><td>Energy</td><td>12.1 kWh</td></tr></table>"""
UNDER = """<table><tr><td>Power</td><td>Total energy</td><td>Energy today</td></tr>
<tr><td>1.2 kW</td><td>5432.1 kWh</td><td>3.2 kWh</td></tr></table>"""
FRENCH = """<table><tr><td>Énergie active totale</td><td>12 345,6 kWh</td></tr>
<tr><td>Énergie du mois</td><td>345,6 kWh</td></tr><tr><td>Puissance</td><td>1 250 W</td></tr>
<tr><td>Énergie réactive</td><td>999 999 kvarh</td></tr></table>"""
SPANISH = """<table><tr><td>Energía total</td><td>12.345,6 kWh</td></tr>
<tr><td>Energía hoy</td><td>99.345,6 kWh</td></tr><tr><td>Potencia máxima</td><td>3,1 kW</td></tr>
<tr><td>Potencia</td><td>2,1 kW</td></tr></table>"""
ITALIAN = """<ul><li>Energia attiva totale: <b>12.345,6</b> kWh</li>
<li>Energia di oggi: <b>5,6</b> kWh</li><li>Tensione: <b>230,1</b> V</li></ul>"""
SWISS = "<p>Energie total</p><p><b class=kwh>12'345.6</b> kWh</p><p>Leistung 1'250 W</p>"

PAGES = [
    (SEVERAL, "45210.7", "kWh", "text:Total"),
    (GERMAN, "123456.78", "kWh", "text:Wirkarbeit Bezug"),
    (OUTLETS, "78006.0", "kWh", "xpath://tr[*[1][normalize-space()='Total']]/*[4]"),
    (PIKO, "98765", "kWh", "text:Gesamtenergie"),
    (LINES, "10234.5", "kWh", "body > pre"),
    (CARDS, "12345.6", "kWh", ".v1"),
    (HEADINGS, "12.1", "kWh", "xpath://tr[*[1][normalize-space()='Energy']]/*[2]"),
    (UNDER, "5432.1", "kWh", "text:Total energy"),
    (FRENCH, "12345.6", "kWh", "text:Énergie active totale"),
    (SPANISH, "12345.6", "kWh", "text:Energía total"),
    (ITALIAN, "12345.6", "kWh", "text:Energia attiva totale"),
    (SWISS, "12345.6", "kWh", ".kwh"),
]


@pytest.mark.parametrize(("page", "value", "unit", "selector"), PAGES)
def test_the_register_of_a_page_comes_first(
    page: str, value: str, unit: str, selector: str
) -> None:
    looked = seen(page)
    assert looked.first.figure.value == Decimal(value)
    assert looked.first.figure.unit == unit
    if page is not HEADINGS:
        assert looked.first.selector == selector
    assert looked.proposals[0].sample.total_milliwh == Decimal(value) * 1_000_000


@pytest.mark.parametrize("page", [page for page, *_ in PAGES])
def test_what_is_proposed_reads_the_page_it_is_for(page: str) -> None:
    documents = [Document("http://127.0.0.1/", "text/html", page)]
    for proposal in seen(page).proposals:
        assert extract(documents, proposal.scraping_config) == proposal.sample


NETIO = """{"Agent": {"Model": "PowerPDU 4KS", "NumOutputs": 2},
 "GlobalMeasure": {"Voltage": 229.0, "TotalCurrent": 8150, "OverallPowerFactor": 0.96,
 "TotalLoad": 1792, "TotalEnergy": 131779752, "EnergyStart": "2020-01-01T00:00:00+00:00"},
 "Outputs": [{"ID": 1, "Load": 1792, "Energy": 131779752}, {"ID": 2, "Load": 0, "Energy": 0}]}"""
TASMOTA = """{"StatusSNS": {"Time": "2026-03-01T10:00:00", "ENERGY": {"Total": 1234.567,
 "Yesterday": 92.345, "Today": 1.234, "Power": 250, "ApparentPower": 260, "ReactivePower": 20,
 "Factor": 0.96, "Voltage": 231, "Current": 1.125}}}"""
REDFISH = """{"EnergykWh": {"Reading": 325675.5, "SensorResetTime": "2020-01-01T00:00:00Z"},
 "PowerWatts": {"Reading": 6438, "ApparentVA": 6300, "PowerFactor": 0.93}}"""
POINTS = """{"points": [{"name": "Energy day", "value": "95.6", "unit": "kWh"},
 {"name": "Energy 'total'", "value": "12345.6", "unit": "kWh"}]}"""
GEIST = """<?xml version="1.0"?><server><devices><device id="AB" type="pdu">
<field key="KWatt-hrs-Total" niceName="Energy" value="1234.5" type="1"/>
<field key="Volts" niceName="Volts" value="230"/></device></devices></server>"""
STECA = """<?xml version='1.0'?><root><Device Name='StecaGrid'><Measurements>
<Measurement Value='231.3' Unit='V' Type='AC_Voltage'/>
<Measurement Value='-nan' Unit='W' Type='AC_Power'/>
<Measurement Value='99.7' Unit='kWh' Type='TotalYield'/></Measurements></Device></root>"""
SPACED = """<?xml version="1.0"?><m:meter xmlns:m="urn:x"><m:energy>
<m:total>77.5 kWh</m:total><m:today>5.5 kWh</m:today></m:energy></m:meter>"""


@pytest.mark.parametrize(
    ("document", "kind", "milliwh", "selector"),
    [
        (NETIO, "application/json", 131_779_752_000, "json:$.GlobalMeasure.TotalEnergy"),
        (TASMOTA, "application/json", 1_234_567_000, "json:$.StatusSNS.ENERGY.Total"),
        (REDFISH, "application/json", 325_675_500_000, "json:$.EnergykWh.Reading"),
        (
            POINTS,
            "application/json",
            12_345_600_000,
            r"json:$.points[?@.name=='Energy \'total\''].value",
        ),
        (GEIST, "text/xml", 1_234_500_000, "xpath://field[@key='KWatt-hrs-Total']@value"),
        (STECA, "text/xml", 99_700_000, "xpath://Measurement[@Type='TotalYield']@Value"),
        (SPACED, "text/xml", 77_500_000, "xpath://*[local-name()='total']"),
    ],
)
def test_the_register_of_a_document_comes_first(
    document: str, kind: str, milliwh: int, selector: str
) -> None:
    looked = seen(document, content_type=kind)
    assert looked.first.selector == selector
    assert looked.proposals[0].sample.total_milliwh == milliwh


def test_a_document_without_names_is_addressed_by_what_is_left() -> None:
    rows = """<?xml version="1.0"?><r><row><name>Energy total</name><v>12.5</v><u>kWh</u></row>
    <row><name>Energy day</name><v>1.5</v><u>kWh</u></row></r>"""
    looked = seen(rows, content_type="text/xml")
    assert looked.first.selector == "xpath://row[normalize-space(name)='Energy total']/v"
    assert looked.first.figure.label.startswith("Energy total")
    bare = "<?xml version='1.0'?><kWh><v>12.5</v><v>1.5</v></kWh>"
    looked = seen(bare, content_type="text/xml")
    assert [each.selector for each in looked.found.numbers] == [
        "xpath:/kWh[1]/v[1]",
        "xpath:/kWh[1]/v[2]",
    ]
    nested = '{"total kwh": [[12.5, 7], {"id": 4, "kwh": 3}, true, null, "x", {"u": 5}]}'
    selectors = [each.selector for each in seen(nested, content_type="text/json").found.numbers]
    assert selectors == [
        "json:$['total kwh'][0][0]",
        "json:$['total kwh'][0][1]",
        "json:$['total kwh'][?@.id==4].id",
        "json:$['total kwh'][?@.id==4].kwh",
        "json:$['total kwh'][5].u",
    ]


def test_fields_come_with_the_register() -> None:
    looked = seen(NETIO, content_type="application/json")
    sample = looked.proposals[0].sample
    assert (sample.power_mw, sample.voltage_mv, sample.current_ma) == (1_792_000, 229_000, 8_150)
    assert looked.field(FigureKind.CURRENT).declared_unit == "mA"
    tasmota = seen(TASMOTA, content_type="application/json")
    assert tasmota.field(FigureKind.CURRENT).declared_unit == "A"
    assert tasmota.field(FigureKind.POWER).figure.value == 250


def test_dates_addresses_versions_and_names_are_no_numbers() -> None:
    values = [number.figure.value for number in seen(LINES).found.numbers]
    assert values == [Decimal(each) for each in ("230.4", "5.2", "1190", "3.2", "10234.5")]
    page = "<p>AP8853</p><p>12:30</p><p>1.2.3</p><p>5A00012</p><b>12</b><small>.5</small>"
    assert [number.text for number in seen(page).found.numbers] == ["12"]


def test_two_outlets_without_a_total_are_close() -> None:
    page = "<table><tr><th>Outlet</th><th>Energy (kWh)</th></tr>" + "".join(
        f"<tr><td>{n}</td><td>{n}000.5</td></tr>" for n in (1, 2, 3)
    )
    looked = seen(page)
    assert looked.found.ranking.is_close
    assert looked.first.figure.label == "3, Energy (kWh)"


def test_made_up_ids_are_passed_over() -> None:
    page = '<p>Total energy <b id="ember1042" class="css-1x2y3z4 odd">12.5</b> kWh</p>'
    assert seen(page).first.selector == "text:Total energy"
    bare = '<div><b id="ember1042">12.5</b> kWh</div><div><b id="ember1043">7</b> kWh</div>'
    assert seen(bare).first.selector == "body > div:nth-of-type(1) > b"


def test_selectors_by_what_people_named() -> None:
    page = """<p id="a.b">Total energy 5 kWh</p><input name="e2" value="6 kWh">
    <div id="now"><i>7 W</i></div><table><tr class="sum"><td>x</td><td class="v">8 V</td></tr>
    <tr class="one"><td>x</td><td class="v">9 V</td></tr></table><u class="odd A b">1 A</u>"""
    assert [number.selector for number in seen(page).found.numbers] == [
        '[id="a.b"]',
        'input[name="e2"]',
        "#now i",
        "tr.sum .v",
        "tr.one .v",
        ".A",
    ]


def test_an_ambiguous_number_is_taken_and_doubted() -> None:
    looked = seen("<p>Total energy <b>12.345</b> kWh</p>")
    assert (looked.first.figure.value, looked.first.figure.is_guessed) == (Decimal("12.345"), True)
    german = seen('<html lang="de"><p>Zählerstand <b>12.345</b> kWh</p></html>')
    assert (german.first.figure.value, german.first.decimal) == (Decimal(12345), ",")
    assert german.first.figure.is_guessed
    beside = seen("<p>Total energy <b>12.345</b> kWh</p><p>Power 1.5 kW</p>")
    assert (beside.first.figure.value, beside.first.figure.is_guessed) == (Decimal("12.345"), False)


def test_a_register_in_a_frame_is_found() -> None:
    menu = '<html><body><a href="a">Status</a><b id="kwh">menu</b></body></html>'
    assert seen(menu, SEVERAL).first.figure.value == Decimal("45210.7")


def test_hidden_fields_scripts_and_passwords_are_not_looked_at() -> None:
    page = """<input type=hidden value=5><input type=password value=6><script>var kWh = 7;</script>
    <style>b {width: 8px}</style><select><option>9</option></select><title>10</title>"""
    assert seen(page).found.numbers == ()


def test_what_must_be_hidden_is_left_out() -> None:
    documents = [Document("http://127.0.0.1/", "text/html", SEVERAL)]
    found = find_numbers(documents, 5, lambda text: "Total" in text)
    assert found.numbers[0].figure.label == "This month"
    assert propose(found, documents, PageConfig(), Engine.HTTP) == ()


def test_what_the_browser_drew_is_read_by_it_again() -> None:
    documents = [Document("http://127.0.0.1/", "text/html", SEVERAL)]
    found = find_numbers(documents, 5)
    [first, *_] = propose(found, documents, PageConfig(), Engine.BROWSER)
    assert first.scraping_config.engine is Engine.BROWSER


@pytest.mark.parametrize("text", ["", "<h1>Welcome</h1>", "{}", "[", "<?xml version='1.0'?>", "5"])
def test_pages_without_a_register_have_none(text: str) -> None:
    looked = seen(text)
    assert looked.proposals == ()
    assert not looked.found.ranking.is_close


def test_at_most_five_hundred_numbers_are_told() -> None:
    looked = seen("<ul>" + "".join(f"<li class=a{n}x>{n} V</li>" for n in range(900)))
    assert len(looked.found.numbers) <= MOST_NUMBERS
    assert looked.found.is_cut
    assert all(len(number.figure.label) <= 120 for number in looked.found.numbers)


def test_a_page_is_ready_once_it_shows_a_register_that_is_not_zero() -> None:
    def ready(text: str, kind: str = "text/html") -> bool:
        return shows_register([Document("http://127.0.0.1/", kind, text)], 1)

    assert ready(SEVERAL)
    assert ready(NETIO, "application/json")
    assert not ready("<p>Total energy <b>---</b></p>")
    assert not ready("<p>Total energy <b>0.0</b> kWh</p>")
    assert not ready("<p>Energy today <b>5.0</b> kWh</p><p>Power 5 W</p>")
    assert not ready("<div>" * 300_000)
