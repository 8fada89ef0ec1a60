"""The worked example of docs/reference/tariffs.md is what the code makes of it."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from wattledger.domain.charge import Charge
from wattledger.domain.instant import HOUR
from wattledger.domain.month_report import Peak
from wattledger.domain.period import calendar
from wattledger.domain.pricing import EnergyPart, PricedMonth, charges
from wattledger.domain.tariff import PricePeriod, month_parts
from wattledger.domain.tariff_form import parse_tariff

PAGE = (Path(__file__).parents[2] / "docs/reference/tariffs.md").read_text(encoding="utf-8")


def example() -> PricedMonth:
    text = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    tariff = parse_tariff(json.loads(text[0]))
    local, march = calendar("Europe/Berlin"), date(2026, 3, 1)
    kwh = [Decimal(each) for each in re.findall(r"([\d.]+) kWh (?:up to|from) the 1", PAGE)]
    days = month_parts(tariff, march)
    parts = [EnergyPart(*part, each) for part, each in zip(days, kwh, strict=True)]
    at = local.start_of(date(2026, 3, 17)) + HOUR
    peak = Peak(6_218_400, at, 5_000_000, 15, Decimal("100.0"))
    return charges(tariff, march, local, parts, peak)


def row(charge: Charge) -> str:
    quantity = "" if charge.quantity is None else f"{charge.quantity} {charge.unit}"
    if charge.unit == "%":
        quantity = f"{charge.quantity}"
    price = "" if charge.unit_price is None else f"{charge.unit_price:f}"
    if charge.unit == "%":
        price += " %"
    return f"| {charge.description} | {quantity} | {price} | {charge.amount} |"


def test_the_worked_example_is_right() -> None:
    month = example()
    table = [
        line for line in PAGE.splitlines() if re.match(r"\| .* \| \S* ?\S* \| .* \d\S* \|$", line)
    ]
    assert table == [row(charge) for charge in month.charges]
    assert month.notes == ()


def test_the_page_names_every_price() -> None:
    named = set(re.findall(r"`([a-zA-Z]+)`", PAGE))
    assert {field.alias for field in PricePeriod.model_fields.values()} <= named
