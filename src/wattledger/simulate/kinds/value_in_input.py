"""The register stands in a read-only input, its unit in the label."""

from wattledger.simulate.kind import Kind, Meter, RecipeJson, one_page
from wattledger.simulate.page import ENERGY_BUTTON, page
from wattledger.simulate.spec import MeterSpec


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {
        "authType": "none",
        "scrapingConfig": {
            "valueSelector": "#energy-total@value",
            "decimal": ".",
            "fields": {"power": {"selector": "#power@value"}},
        },
    }


def _body(meter: Meter) -> str:
    face = meter.face()
    return page(
        meter,
        f"""<form action="/save" method="post">
<p><label for="power">Active power (W)</label>
<input id="power" name="p" value="{face.watts}" readonly></p>
<p><label for="energy-today">Energy today (kWh)</label>
<input id="energy-today" name="e1" value="{face.today_kwh}" readonly></p>
<p><label for="energy-total">Total energy (kWh)</label>
<input id="energy-total" name="e2" value="{face.kwh}" readonly></p>
{ENERGY_BUTTON}
</form>""",
    )


VALUE_IN_INPUT = Kind(
    "value-in-input", "the value of a read-only input", _recipe, pages=one_page(_body)
)
