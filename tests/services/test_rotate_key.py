"""The key of stored passwords is replaced, and at no moment can one of them not be read."""

from pathlib import Path

import pytest

from wattledger.domain.errors import ConflictError
from wattledger.secrets.keys import VaultError, new_key
from wattledger.secrets.vault import Vault
from wattledger.services.progress import unwatched
from wattledger.services.rotate_key import add_key, drop_old_keys, key_use, renew_credentials
from wattledger.store.channels import insert_channel
from wattledger.store.credentials import BEGINNING, credentials_after
from wattledger.store.database import Database
from wattledger.store.deleted_endpoints import delete_endpoint
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.sites import first_site

COUNT = 250


@pytest.fixture
def vault(database: Database, tmp_path: Path) -> Vault:
    """Give the vault of a database with 250 secrets: one of a deleted endpoint, one a channel's."""
    opened = Vault(tmp_path / "key")
    with database.begin() as connection:
        site_id = first_site(connection, "UTC")
        for number in range(COUNT - 1):
            auth = opened.encrypt({"password": f"s3cret-{number}"})
            new = NewEndpoint(name=f"Rack {number}", site_id=site_id, auth=auth)
            insert_endpoint(connection, new, 0)
        delete_endpoint(connection, 1, 0)
        insert_channel(
            connection,
            0,
            name="Hook",
            address=opened.encrypt({"url": "json://s3cret-hook"}),
            service="Webhook (JSON)",
            destination="json://…",
            severity="warning",
            after_minutes=5,
        )
    return opened


def passwords(database: Database, vault: Vault) -> list[str]:
    with database.connect() as connection:
        rows = credentials_after(connection, BEGINNING, 10 * COUNT)
    documents = [vault.decrypt(each.sealed) for each in rows]
    return [document.get("password") or document["url"] for document in documents]


EXPECTED = [*(f"s3cret-{number}" for number in range(COUNT - 1)), "json://s3cret-hook"]


def keys(folder: Path) -> list[str]:
    return (folder / "key").read_text("ascii").split()


def test_a_new_key_takes_all_over_and_the_old_one_goes(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    [old] = keys(tmp_path)
    add_key(vault)
    assert key_use(database, vault).by_key == [0, COUNT]
    assert renew_credentials(database, vault, unwatched) == COUNT
    assert key_use(database, vault).by_key == [COUNT, 0]
    assert drop_old_keys(database, vault) == 1
    assert old not in keys(tmp_path)
    assert len(keys(tmp_path)) == 1
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert passwords(database, Vault(tmp_path / "key")) == EXPECTED


def test_an_old_key_stays_while_a_password_needs_it(database: Database, vault: Vault) -> None:
    add_key(vault)
    with pytest.raises(ConflictError, match="250 stored passwords still need"):
        drop_old_keys(database, vault)
    assert passwords(database, vault) == EXPECTED


def test_a_server_that_runs_follows(database: Database, vault: Vault, tmp_path: Path) -> None:
    rotating = Vault(tmp_path / "key")
    add_key(rotating)
    assert rotating.key_of(vault.encrypt({"password": "new"})) == 0
    renew_credentials(database, rotating, unwatched)
    drop_old_keys(database, rotating)
    assert passwords(database, vault) == EXPECTED


def test_a_server_goes_on_without_the_file_until_it_ends(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    (tmp_path / "key").unlink()
    assert passwords(database, vault) == EXPECTED
    assert not (tmp_path / "key").exists()


def test_a_password_no_key_opens_is_told_and_stops_none_of_the_others(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    with database.begin() as connection:
        sealed = Vault(tmp_path / "stranger").encrypt({"password": "s3cret"})
        new = NewEndpoint(name="Other", site_id=first_site(connection, "UTC"), auth=sealed)
        insert_endpoint(connection, new, 0)
    add_key(vault)
    with pytest.raises(VaultError, match="not encrypted with the key"):
        renew_credentials(database, vault, unwatched)
    use = key_use(database, vault)
    assert (use.by_key, use.lost) == ([COUNT, 0], 1)
    with pytest.raises(ConflictError, match="1 stored passwords still need"):
        drop_old_keys(database, vault)


@pytest.mark.usefixtures("vault")
def test_keys_may_be_a_setting_and_are_then_only_used(database: Database, tmp_path: Path) -> None:
    given = Vault(tmp_path / "none", f"{new_key()}, {keys(tmp_path)[0]}")
    assert not (tmp_path / "none").exists()
    assert renew_credentials(database, given, unwatched) == COUNT
    assert passwords(database, given) == EXPECTED
    for change in (lambda: add_key(given), lambda: drop_old_keys(database, given)):
        with pytest.raises(ConflictError, match="The keys are in WATTLEDGER_KEY"):
            change()


@pytest.mark.parametrize("given", ["", "no key", f"{'A' * 43}=,short"])
def test_a_wrong_setting_is_told_without_showing_it(given: str, tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="WATTLEDGER_KEY is no list of keys") as told:
        Vault(tmp_path / "none", given)
    assert not given or given not in str(told.value)
