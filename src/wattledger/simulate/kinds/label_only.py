"""A page without any id or class: the label is the only thing to go by."""

from wattledger.simulate.kind import Kind, Meter, RecipeJson, one_page
from wattledger.simulate.page import page
from wattledger.simulate.spec import MeterSpec


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {
        "authType": "none",
        "scrapingConfig": {
            "valueSelector": "text:Total energy",
            "decimal": ".",
            "fields": {"power": {"selector": "text:Output power"}},
        },
    }


def _body(meter: Meter) -> str:
    face = meter.face()
    return page(
        meter,
        f"""<table>
<tr><td>Output power</td><td>{face.watts}</td><td>W</td></tr>
<tr><td>Daily energy</td><td>{face.today_kwh}</td><td>kWh</td></tr>
<tr><td>Total energy</td><td>{face.kwh}</td><td>kWh</td></tr>
</table>""",
    )


LABEL_ONLY = Kind("label-only", "no ids, only labels", _recipe, pages=one_page(_body))
