"""Tariffs are created and changed by date, and read from files digit by digit."""

from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert

from wattledger.domain.errors import ConflictError, InvalidInputError, NotFoundError
from wattledger.domain.period import parse_month
from wattledger.domain.tariff import Tariff
from wattledger.domain.tariff_form import parse_tariff
from wattledger.services.keep_client import change_client, create_client
from wattledger.services.keep_tariff import (
    all_tariffs,
    change_tariff,
    create_tariff,
    load_tariff,
    set_tariff,
    show_tariff,
    tariff_page,
)
from wattledger.store.billing_tables import month_close
from wattledger.store.client_tariffs import tariffs_by_client
from wattledger.store.database import Database

FILE = """\
name: Rack with 5 kW
prices:
  - fromOn: 2026-01-01
    currency: EUR
    energyPrice: 0.12345678
    includedKwh: 1000
"""


def tariff(name: str, *periods: tuple[str, str]) -> Tariff:
    prices = [{"fromOn": day, "currency": "EUR", "energyPrice": p} for day, p in periods]
    return parse_tariff({"name": name, "prices": prices})


def test_a_file_is_read_digit_by_digit(tmp_path: Path) -> None:
    path = tmp_path / "tariff.yaml"
    path.write_text(FILE.replace("0.12345678", "123456789.12345678"))
    [period] = load_tariff(path).prices
    assert period.energy_price == Decimal("123456789.12345678")
    assert period.included_kwh == 1000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (FILE.replace("0.12345678", "dear"), r"prices.0.energyPrice: 'dear' is not a number"),
        (FILE.replace("energyPrice", "price"), "prices.0.energyPrice is missing"),
        ("- [", "is not valid YAML"),
        ("just text", "tariff.yaml"),
    ],
)
def test_a_file_that_is_wrong_is_named_with_the_key(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "tariff.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInputError, match=told):
        load_tariff(path)


def test_a_tariff_is_kept_as_it_was_given(database: Database) -> None:
    first = tariff("Rack", ("2026-01-01", "0.10"))
    assert create_tariff(database, first, 1).row.tariff == first
    with pytest.raises(ConflictError, match="named 'RACK' already"):
        create_tariff(database, tariff("RACK", ("2026-01-01", "0.10")), 1)
    changed = tariff("Rack", ("2026-01-01", "0.10"), ("2026-07-01", "0.12"))
    kept = set_tariff(database, changed, 2)
    assert (kept.row.tariff, kept.row.updated_at, kept.notices) == (changed, 2, [])
    assert show_tariff(database, "rack").tariff == changed
    with pytest.raises(NotFoundError, match="no tariff 'Hall'"):
        show_tariff(database, "Hall")
    set_tariff(database, tariff("Hall", ("2026-01-01", "1")), 3)
    assert [row.tariff.name for row in all_tariffs(database)] == ["Hall", "Rack"]
    page = tariff_page(database, None, 1)
    assert [row.tariff.name for row in tariff_page(database, page.following, 1).tariffs] == ["Rack"]


def test_a_client_pays_by_a_tariff_or_by_none(database: Database) -> None:
    create_tariff(database, tariff("Rack", ("2026-01-01", "0.10")), 1)
    client = create_client(database, "Client  XYZ", "rack")
    assert (client.name, client.tariff) == ("Client XYZ", "Rack")
    with database.connect() as connection:
        assert tariffs_by_client(connection)[client.public_id].name == "Rack"
    changed = change_client(database, "client xyz", "Client Z", None, changes_tariff=True)
    assert (changed.name, changed.tariff, changed.public_id) == ("Client Z", None, client.public_id)
    with pytest.raises(NotFoundError, match="no tariff 'Hall'"):
        create_client(database, "Other", "Hall")
    with pytest.raises(NotFoundError, match="no client 'Other'"):
        change_client(database, "Other", "New", None, changes_tariff=False)


def test_a_price_of_a_closed_month_changes_in_no_silence(database: Database) -> None:
    create_tariff(database, tariff("Rack", ("2026-01-01", "0.10")), 1)
    client = create_client(database, "X", "Rack")
    create_client(database, "Y", "Rack")
    with database.begin() as connection:
        closed = {
            "sequence": 1,
            "document": b"",
            "readings": b"",
            "sha256": "",
            "closed_at": 0,
            "closed_by": "me",
        }
        month = parse_month("2026-03")
        connection.execute(insert(month_close).values(client_id=client.id, month=month, **closed))
    later = tariff("Rack", ("2026-01-01", "0.10"), ("2026-04-01", "0.12"))
    assert change_tariff(database, "Rack", later, 2).notices == []
    inside = tariff("Rack", ("2026-01-01", "0.10"), ("2026-03-31", "0.12"))
    [notice] = change_tariff(database, "Rack", inside, 3).notices
    assert notice == (
        "X: the months up to 2026-03 are closed and keep the prices they were billed with."
    )
