"""Capitals make no difference, of no script: neither to names nor to what is looked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, literal, select

from wattledger.domain.errors import ConflictError
from wattledger.domain.tariff import Tariff
from wattledger.domain.tariff_form import parse_tariff
from wattledger.store.audit_subject import find_subject
from wattledger.store.channels import find_channel, insert_channel, list_channels, update_channel
from wattledger.store.clients import (
    find_client,
    find_or_create_client,
    insert_client,
    list_clients,
    rename_client,
)
from wattledger.store.database import Connection, Database
from wattledger.store.endpoints import (
    EndpointFilter,
    NewEndpoint,
    insert_endpoint,
    list_endpoints,
)
from wattledger.store.folded import folded
from wattledger.store.sites import find_site, first_site, insert_site, list_sites
from wattledger.store.tables import client
from wattledger.store.tariffs import find_tariff, insert_tariff, list_tariffs, update_tariff

PAIRS = [
    ("Müller GmbH", "MÜLLER GmbH"),
    ("Großkunde", "GROSSKUNDE"),
    ("Ελλάδα", "ΕΛΛΆΔΑ"),
    ("Завод", "ЗАВОД"),
    ("Rack", "rACK"),
]
CHANNEL = {
    "address": b"-",
    "service": "mailto",
    "destination": "-",
    "severity": "notice",
    "after_minutes": 0,
    "enabled": True,
    "not_before": 0,
}
PRICES = [{"fromOn": "2026-01-01", "currency": "EUR", "energyPrice": "0.29"}]


def tariff(name: str) -> Tariff:
    return parse_tariff({"name": name, "prices": PRICES})


def add_endpoint(connection: Connection, name: str, **more: str) -> None:
    site = first_site(connection, "UTC")
    insert_endpoint(connection, NewEndpoint(name=name, site_id=site, **more), 0)  # type: ignore[arg-type] # by name


@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_the_database_folds_as_python_does(database: Database, text: str) -> None:
    with database.connect() as connection:
        assert connection.scalar(select(folded(literal(text)))) == text.casefold()


def test_what_is_not_there_stays_so(database: Database) -> None:
    with database.connect() as connection:
        assert connection.scalar(select(folded(literal(None)))) is None


@pytest.mark.parametrize(("name", "other"), PAIRS)
def test_a_client_site_tariff_and_channel_has_one_name(
    database: Database, name: str, other: str
) -> None:
    with database.begin() as connection:
        number = find_or_create_client(connection, name)
        assert find_or_create_client(connection, f" {other} ") == number
        assert find_client(connection, other).id == number
        with pytest.raises(ConflictError, match="named"):
            insert_client(connection, other)
        elsewhere = insert_client(connection, "Elsewhere")
        with pytest.raises(ConflictError, match="named"):
            rename_client(connection, elsewhere, other)
        rename_client(connection, number, other)

        site = insert_site(connection, name, "UTC")
        assert find_site(connection, other).id == site
        with pytest.raises(ConflictError, match="named"):
            insert_site(connection, other, "UTC")

        priced = insert_tariff(connection, tariff(name), 0)
        assert find_tariff(connection, other).id == priced
        with pytest.raises(ConflictError, match="named"):
            insert_tariff(connection, tariff(other), 0)
        update_tariff(connection, priced, tariff(other), 0)

        told = insert_channel(connection, 0, name=name, **CHANNEL)
        assert find_channel(connection, other).public_id == told
        with pytest.raises(ConflictError, match="named"):
            insert_channel(connection, 0, name=other, **CHANNEL)
        update_channel(connection, find_channel(connection, told).id, 0, name=other)


@pytest.mark.parametrize(("name", "other"), PAIRS)
def test_what_is_looked_for_is_found(database: Database, name: str, other: str) -> None:
    with database.begin() as connection:
        insert_client(connection, f"1 {name} 1")
        insert_site(connection, f"1 {name} 1", "UTC")
        insert_tariff(connection, tariff(f"1 {name} 1"), 0)
        insert_channel(connection, 0, name=f"1 {name} 1", **CHANNEL)
        add_endpoint(connection, f"1 {name} 1")
        add_endpoint(connection, "2", location=f"Hall {name}")
        add_endpoint(connection, "3", location="Hall")
        for part in (name, other):
            found = list_endpoints(connection, EndpointFilter(search=part), None, 9)
            assert [each.name for each in found] == [f"1 {name} 1", "2"]
            assert len(list_clients(connection, part)) == 1
            assert len(list_sites(connection, search=part)) == 1
            assert len(list_tariffs(connection, search=part)) == 1
            assert len(list_channels(connection, part, None, 9)) == 1


def test_names_that_were_two_before_stay_two(database: Database) -> None:
    with database.begin() as connection:
        made = ("Müller", "MÜLLER")
        for name in made:
            connection.execute(insert(client).values(public_id=name.encode().hex(), name=name))
        for name in made:
            row = find_client(connection, name)
            assert row.name == name
            assert find_or_create_client(connection, name) == row.id
            subject = find_subject(connection, "client", name)
            assert subject is not None
            assert subject.name == name
            rename_client(connection, row.id, name)
        assert find_client(connection, "müller").name == "Müller"
        with pytest.raises(ConflictError, match="named"):
            insert_client(connection, "müller")
