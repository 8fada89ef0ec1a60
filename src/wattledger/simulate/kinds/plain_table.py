"""A table on one page, no login: the commonest rack PDU."""

from wattledger.simulate.kind import Kind, Meter, RecipeJson, one_page
from wattledger.simulate.page import FIGURES, figures_table, page
from wattledger.simulate.spec import MeterSpec


def _recipe(_spec: MeterSpec) -> RecipeJson:
    return {"authType": "none", "scrapingConfig": FIGURES}


def _body(meter: Meter) -> str:
    return page(meter, figures_table(meter.face()))


PLAIN_TABLE = Kind("plain-table", "a table on one page", _recipe, pages=one_page(_body))
