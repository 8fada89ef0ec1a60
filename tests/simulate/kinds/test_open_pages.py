"""Meters without a login: their number stands where their recipe says."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest

from wattledger.domain.instant import DAY, HOUR, Instant
from wattledger.simulate.farm import Farm, FarmDevice
from wattledger.simulate.lineup import plain_farm, standard_farm
from wattledger.simulate.spec import KWH, MeterSpec

Find = Callable[[str], FarmDevice]
Visit = Callable[[FarmDevice], httpx.Client]
Shown = Callable[[httpx.Response, str], str | None]

TOTAL = ".total-consumption"


def test_the_plain_table_shows_the_register_among_decoys(
    device: Find, visit: Visit, shown: Shown, noon: Instant
) -> None:
    meter = device("plain-table")
    face, page = meter.face(noon), visit(meter).get("/")
    assert shown(page, TOTAL) == f"{face.kwh} kWh"
    assert shown(page, ".power") == f"{face.watts} W"
    assert shown(page, ".today") == f"{face.today_kwh} kWh"
    assert shown(page, ".apparent") == f"{face.kvah} kVAh"


def test_the_value_of_an_input_is_the_register(device: Find, visit: Visit, noon: Instant) -> None:
    meter = device("value-in-input")
    face, page = meter.face(noon), visit(meter).get("/")
    assert f'<input id="energy-total" name="e2" value="{face.kwh}" readonly>' in page.text


@pytest.mark.parametrize(
    ("start_kwh", "number", "unit"),
    [(3, "3700", "Wh"), (4321, "4321.7", "kWh"), (263_412, "263.4127", "MWh")],
)
def test_the_unit_in_the_next_cell_switches_with_size(
    visit: Visit, noon: Instant, start_kwh: int, number: str, unit: str
) -> None:
    spec = unit_cell_spec(noon, start_kwh * KWH + 700_000)
    with Farm.start([spec], frozen_at=noon) as farm:
        page = visit(farm.devices[0]).get("/")
    assert f'<td id="total">{number}</td><td>{unit}</td>' in page.text


def test_the_unit_of_power_switches_with_size(visit: Visit, noon: Instant) -> None:
    light = unit_cell_spec(noon, 0, lightest_w=50, heaviest_w=500)
    heavy = unit_cell_spec(noon, 0)
    with Farm.start([light, heavy], frozen_at=noon) as farm:
        pages = [visit(device).get("/").text for device in farm.devices]
        watts, kilowatts = (device.face(noon).power_mw for device in farm.devices)
    assert f'<td id="power">{watts // 1000}</td><td>W</td>' in pages[0]
    whole, rest = divmod(kilowatts // 1000, 1000)
    assert f'<td id="power">{whole}.{rest:03}</td><td>kW</td>' in pages[1]


def test_every_unit_cell_meter_of_the_farm_shows_watts_and_kilowatts_during_a_day(
    visit: Visit, noon: Instant
) -> None:
    specs = [spec for spec in standard_farm(3) if spec.kind == "unit-cell"]
    shown: defaultdict[str, set[str]] = defaultdict(set)
    with Farm.start(specs, frozen_at=noon) as farm:
        clients = {device.spec.name: visit(device) for device in farm.devices}
        for hour in range(24):
            farm.freeze(noon + hour * HOUR)
            for name, client in clients.items():
                _, _, behind = client.get("/").text.partition('<td id="power">')
                shown[name].add(behind.partition("</td><td>")[2].partition("</td>")[0])
    assert shown == {spec.name: {"W", "kW"} for spec in specs}


def unit_cell_spec(
    at: Instant, start_milliwh: int, *, lightest_w: int = 1_000, heaviest_w: int = 9_000
) -> MeterSpec:
    return replace(
        plain_farm(1)[0],
        kind="unit-cell",
        started_at=at,
        start_milliwh=start_milliwh,
        lightest_w=lightest_w,
        heaviest_w=heaviest_w,
    )


def test_the_german_page_has_a_decimal_comma_and_names_its_charset_only_inside(
    device: Find, visit: Visit, noon: Instant
) -> None:
    meter = device("decimal-comma")
    answer = visit(meter).get("/")
    page = answer.content.decode("iso-8859-1")
    number = page.partition('id="zaehlerstand">')[2].partition(" kWh<")[0]
    assert int(number.replace(".", "").replace(",", "")) * 100_000 == meter.register(noon)
    assert number.count(".") == 1
    assert number.count(",") == 1
    assert "Zählerstand" in page
    assert answer.headers["content-type"] == "text/html"


def test_a_page_without_ids_has_only_its_labels(device: Find, visit: Visit, noon: Instant) -> None:
    meter = device("label-only")
    page = visit(meter).get("/").text
    assert f"<td>Total energy</td><td>{meter.face(noon).kwh}</td><td>kWh</td>" in page
    assert " id=" not in page


def test_the_number_stands_in_a_frame_not_on_the_page_itself(
    device: Find, visit: Visit, shown: Shown, noon: Instant
) -> None:
    meter = device("frameset")
    client = visit(meter)
    assert '<frame name="main" src="status.htm">' in client.get("/").text
    assert shown(client.get("/status.htm"), TOTAL) == f"{meter.face(noon).kwh} kWh"
    for frame in ("/", "/banner.htm", "/menu.htm", "/about.htm"):
        assert shown(client.get(frame), TOTAL) is None


def test_the_linked_tab_leads_to_the_number(
    device: Find, visit: Visit, shown: Shown, noon: Instant
) -> None:
    meter = device("link-tab")
    client = visit(meter)
    assert shown(client.get("/"), TOTAL) is None
    assert 'id="energy-tab" href="e"' in client.get("/").text
    assert shown(client.get("/e"), TOTAL) == f"{meter.face(noon).kwh} kWh"


def test_the_drop_down_shows_the_number_of_the_chosen_unit_only(
    device: Find, visit: Visit, shown: Shown, noon: Instant
) -> None:
    meter = device("drop-down")
    client = visit(meter)
    assert shown(client.get("/"), TOTAL) is None
    assert shown(client.get("/show?unit=1"), TOTAL) is None
    assert shown(client.get("/show?unit=2"), TOTAL) == f"{meter.face(noon).kwh} kWh"


def test_a_name_with_marks_of_html_is_written_as_text(visit: Visit, noon: Instant) -> None:
    kinds = ("plain-table", "decimal-comma", "frameset", "script-login", "xml")
    specs = [replace(plain_farm(1)[0], kind=kind, name="<b>A&B Ω") for kind in kinds]
    with Farm.start(specs, frozen_at=noon + DAY) as farm:
        for device in farm.devices:
            path = "/data.xml" if device.spec.kind == "xml" else "/"
            page = visit(device).get(path)
            assert page.status_code == 200
            assert "<b>A" not in page.text
            assert "&lt;b&gt;A&amp;B" in page.text
