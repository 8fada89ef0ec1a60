"""Meters that answer with JSON and XML."""

import json
from collections.abc import Callable
from decimal import Decimal
from xml.etree import ElementTree as ET

import httpx

from wattledger.domain.instant import Instant
from wattledger.simulate.farm import FarmDevice

Find = Callable[[str], FarmDevice]
Visit = Callable[[FarmDevice], httpx.Client]


def test_the_json_document_tells_energy_in_wh(device: Find, visit: Visit, noon: Instant) -> None:
    meter = device("json")
    answer = visit(meter).get("/netio.json")
    face = meter.face(noon)
    measure = json.loads(answer.text, parse_float=Decimal)["GlobalMeasure"]
    assert answer.headers["content-type"] == "application/json"
    assert measure["TotalEnergy"] * 1000 == face.register_milliwh
    assert measure["TotalCurrent"] == face.current_ma
    assert measure["TotalLoad"] * 1000 == face.power_mw
    assert measure["Voltage"] * 1000 == face.voltage_mv
    assert measure["OverallPowerFactor"] * 1000 == face.pf_milli


def test_the_xml_document_has_the_unit_beside_the_value(
    device: Find, visit: Visit, noon: Instant
) -> None:
    meter = device("xml")
    answer = visit(meter).get("/data.xml")
    root = ET.fromstring(answer.text)  # noqa: S314 - our own document
    total = root.find("measurement[@key='energy-total']")
    assert total is not None
    assert total.findtext("value") == meter.face(noon).kwh
    assert total.findtext("unit") == "kWh"
    assert len(root.findall("measurement")) == 5
