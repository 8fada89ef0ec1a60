"""A JSON document (as NETIO's ``/netio.json``): energy in Wh, current in mA."""

import json
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wattledger.simulate.face import digits
from wattledger.simulate.kind import Kind, Meter, RecipeJson
from wattledger.simulate.page import serial
from wattledger.simulate.spec import KWH, MeterSpec


def _recipe(_spec: MeterSpec) -> RecipeJson:
    measure = "json:$.GlobalMeasure"
    return {
        "authType": "none",
        "scrapingConfig": {
            "steps": [{"action": "navigate", "url": "/netio.json"}],
            "valueSelector": f"{measure}.TotalEnergy",
            "unit": "Wh",
            "fields": {
                "power": {"selector": f"{measure}.TotalLoad"},
                "voltage": {"selector": f"{measure}.Voltage"},
                "current": {"selector": f"{measure}.TotalCurrent", "unit": "mA"},
                "powerFactor": {"selector": f"{measure}.OverallPowerFactor"},
            },
        },
    }


def _document(meter: Meter) -> str:
    """Return the document; its numbers are written as digits, so none passes through a float."""
    face = meter.face()
    agent = {
        "Model": "PowerPDU 4KS",
        "DeviceName": meter.spec.name,
        "SerialNumber": serial(meter),
        "NumOutputs": 1,
    }
    return f"""{{"Agent": {json.dumps(agent)},
 "GlobalMeasure": {{"Voltage": {face.volts}, "TotalCurrent": {digits(face.current_ma, 1, 0)},
  "OverallPowerFactor": {face.power_factor}, "TotalLoad": {face.watts},
  "TotalEnergy": {digits(face.register_milliwh, KWH // 1000, 0)},
  "EnergyStart": "2020-01-01T00:00:00+00:00"}},
 "Outputs": [{{"ID": 1, "Name": "all", "State": 1, "Load": {face.watts},
  "Energy": {digits(face.today_milliwh, KWH // 1000, 0)}}}]}}"""


def _pages(meter: Meter) -> Sequence[Route]:
    async def show(_request: Request) -> Response:
        return Response(_document(meter), media_type="application/json")

    return [Route("/netio.json", show)]


JSON_STATUS = Kind("json", "a JSON document, energy in Wh", _recipe, _pages)
