"""What a list shows of logins: decrypted once, without passwords, and never beyond the keys."""

from pathlib import Path

import pytest

from wattledger.domain.recipe import AuthConfig, Recipe, ScrapingConfig
from wattledger.secrets.keys import KeyFile, new_key
from wattledger.secrets.vault import Vault, VaultError
from wattledger.services.device_target import sealed_recipe
from wattledger.services.stored_login import known_login, login_to_change
from wattledger.store.endpoints import EndpointRow


def row(auth: bytes | None) -> EndpointRow:
    named = (1, "e", "Rack", "", "", "PDU", None, None, 1, None, None)
    return EndpointRow(*named, auth, None, None, True, 1, None, 15, None, 0, 0)


def sealed(vault: Vault, password: str = "s3cret") -> bytes:  # noqa: S107 - a test's
    login = AuthConfig.model_validate({"username": "admin", "password": password})
    recipe = Recipe(auth_config=login, scraping_config=ScrapingConfig(value_selector="#kwh"))
    return sealed_recipe(recipe, vault)[1]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "key")


def test_a_login_is_known_without_its_password(vault: Vault) -> None:
    login = known_login(row(sealed(vault)), vault, vault.stamp)
    assert (login.config.username, login.config.password, login.has_password) == (
        *("admin", None),
        True,
    )


def test_an_endpoint_without_a_login_has_none(vault: Vault) -> None:
    login = known_login(row(None), vault, vault.stamp)
    assert (login.config, login.has_password) == (AuthConfig(), False)


def test_the_same_bytes_are_decrypted_once_and_others_anew(vault: Vault) -> None:
    kept, stored_anew = sealed(vault), sealed(vault)
    first = known_login(row(kept), vault, vault.stamp)
    assert known_login(row(kept), vault, vault.stamp) is first
    assert known_login(row(stored_anew), vault, vault.stamp) is not first


def test_what_other_keys_cannot_read_is_not_shown_from_memory(vault: Vault, tmp_path: Path) -> None:
    kept = sealed(vault)
    known_login(row(kept), vault, vault.stamp)
    KeyFile(tmp_path / "key").replace([new_key()])
    login = known_login(row(kept), vault, vault.stamp)
    assert (login.config, login.has_password) == (AuthConfig(), True)


def test_what_no_key_reads_can_be_replaced_by_a_whole_login_alone(
    vault: Vault, tmp_path: Path
) -> None:
    kept = row(sealed(vault))
    KeyFile(tmp_path / "key").replace([new_key()])
    whole = AuthConfig.model_validate({"username": "admin", "password": "new"})
    assert login_to_change(kept, vault, whole) == AuthConfig()
    for told in (None, AuthConfig(username="admin")):
        with pytest.raises(VaultError):
            login_to_change(kept, vault, told)
