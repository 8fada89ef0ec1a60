"""The key of the stored credentials is the right one, or the start says which is missing."""

from pathlib import Path

import pytest

from wattledger.domain.recipe import Recipe
from wattledger.secrets.vault import Vault, VaultError
from wattledger.services.device_target import sealed_recipe
from wattledger.services.open_vault import open_vault
from wattledger.store.database import Database
from wattledger.store.endpoints import NewEndpoint, insert_endpoint
from wattledger.store.sites import first_site

RECIPE = Recipe.model_validate(
    {
        "authType": "basic",
        "authConfig": {"username": "admin", "password": "s3cret"},
        "scrapingConfig": {"valueSelector": "#kwh"},
    }
)


def keep_credentials(database: Database, key_file: Path) -> None:
    recipe, auth = sealed_recipe(RECIPE, open_vault(key_file, database))
    with database.begin() as connection:
        site_id = first_site(connection, "Europe/Berlin")
        new = NewEndpoint(name="Rack 1", site_id=site_id, recipe=recipe, auth=auth)
        insert_endpoint(connection, new, 0)


def test_a_new_database_gets_a_key_and_keeps_it(database: Database, tmp_path: Path) -> None:
    keep_credentials(database, tmp_path / "key")
    written = (tmp_path / "key").read_bytes()
    open_vault(tmp_path / "key", database)
    assert (tmp_path / "key").read_bytes() == written


def test_a_lost_key_is_told_and_no_other_takes_its_place(
    database: Database, tmp_path: Path
) -> None:
    keep_credentials(database, tmp_path / "key")
    (tmp_path / "key").unlink()
    with pytest.raises(VaultError, match="put it back from the backup"):
        open_vault(tmp_path / "key", database)
    assert not (tmp_path / "key").exists()


def test_the_key_of_another_database_is_told(database: Database, tmp_path: Path) -> None:
    keep_credentials(database, tmp_path / "key")
    Vault(tmp_path / "other")
    with pytest.raises(VaultError, match="put back the key file that belongs"):
        open_vault(tmp_path / "other", database)
