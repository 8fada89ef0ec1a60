"""The unit stands in the next cell and changes with size: Wh, kWh, MWh; W, kW."""

from wattledger.simulate.face import Face, digits
from wattledger.simulate.kind import Kind, Meter, RecipeJson, one_page
from wattledger.simulate.page import page
from wattledger.simulate.spec import KWH, MeterSpec

_WH_BELOW = 10 * KWH
_KWH_BELOW = 10_000 * KWH
_KILOWATT_MW = 1_000_000


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {
        "authType": "none",
        "scrapingConfig": {
            "valueSelector": "#total",
            "decimal": ".",
            "fields": {"power": {"selector": "#power", "decimal": "."}},
        },
    }


def _energy_cells(face: Face) -> str:
    """Return number and unit; every unit shows the register to the same last digit."""
    register = face.register_milliwh
    if register < _WH_BELOW:
        return f'<td id="total">{digits(register, KWH // 1000, 0)}</td><td>Wh</td>'
    if register < _KWH_BELOW:
        return f'<td id="total">{face.kwh}</td><td>kWh</td>'
    return f'<td id="total">{digits(register, KWH * 1000, face.decimals + 3)}</td><td>MWh</td>'


def _power_cells(face: Face) -> str:
    if face.power_mw < _KILOWATT_MW:
        return f'<td id="power">{face.watts}</td><td>W</td>'
    return f'<td id="power">{digits(face.power_mw, _KILOWATT_MW, 3)}</td><td>kW</td>'


def _body(meter: Meter) -> str:
    face = meter.face()
    return page(
        meter,
        f"""<table>
<tr><th>Quantity</th><th>Value</th><th>Unit</th></tr>
<tr><td>Voltage L1</td><td id="voltage">{face.volts}</td><td>V</td></tr>
<tr><td>Active power</td>{_power_cells(face)}</tr>
<tr><td>Energy, today</td><td id="today">{face.today_kwh}</td><td>kWh</td></tr>
<tr><td>Energy, total</td>{_energy_cells(face)}</tr>
</table>""",
    )


UNIT_CELL = Kind(
    "unit-cell",
    "the unit in the next cell, switching with size",
    _recipe,
    pages=one_page(_body),
    # So narrow around 1 kW that the daily swing takes every meter over it and back each day.
    lightest_w=500,
    heaviest_w=1_700,
)
