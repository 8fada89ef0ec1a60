"""Faulty: an error page that comes with status 200."""

from wattledger.domain.outcome import Outcome
from wattledger.simulate.kind import Expected, Kind, Meter, RecipeJson, one_page
from wattledger.simulate.page import FIGURES, page
from wattledger.simulate.spec import MeterSpec


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {"authType": "none", "scrapingConfig": FIGURES}


def _body(meter: Meter) -> str:
    return page(meter, "<p>Internal error, please reload this page.</p>")


ERROR_PAGE = Kind(
    "error-page",
    "faulty: an error page with status 200",
    _recipe,
    pages=one_page(_body),
    expected=Expected(Outcome.SELECTOR_MISSING, ".total-consumption"),
)
