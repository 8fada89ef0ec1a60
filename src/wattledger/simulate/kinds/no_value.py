"""Faulty: the card lost its meter and shows dashes where the numbers were."""

from wattledger.domain.outcome import Outcome
from wattledger.simulate.kind import Expected, Kind, Meter, RecipeJson, one_page
from wattledger.simulate.page import page
from wattledger.simulate.spec import MeterSpec


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {"authType": "none", "scrapingConfig": {"valueSelector": ".total-consumption"}}


def _body(meter: Meter) -> str:
    return page(
        meter,
        """<table>
<tr><th>Active power</th><td class="power">---</td></tr>
<tr><th>Total energy</th><td class="total-consumption">---</td></tr>
</table><p>Communication with the metering unit lost.</p>""",
    )


NO_VALUE = Kind(
    "no-value",
    "faulty: dashes instead of the number",
    _recipe,
    pages=one_page(_body),
    expected=Expected(Outcome.ABSENT, "---"),
)
