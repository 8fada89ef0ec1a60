"""Secrets at rest, and out of everything that is kept or shown."""

import base64
import html
import json
import time
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from wattledger.secrets.redaction import MASK, redact
from wattledger.secrets.tokens import hash_token, new_token
from wattledger.secrets.vault import Vault, VaultError


def test_a_document_comes_back_and_is_not_readable_meanwhile(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "data/key")
    sealed = vault.encrypt({"password": "s3cret"})
    assert b"s3cret" not in sealed
    assert Vault(tmp_path / "data/key").decrypt(sealed) == {"password": "s3cret"}


def test_the_key_is_the_owners_alone(tmp_path: Path) -> None:
    Vault(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "key").chmod(0o640)
    with pytest.raises(VaultError, match="chmod 600"):
        Vault(tmp_path / "key")


def test_another_key_cannot_read_it(tmp_path: Path) -> None:
    sealed = Vault(tmp_path / "one").encrypt({"password": "s3cret"})
    with pytest.raises(VaultError, match="put back the key file"):
        Vault(tmp_path / "other").decrypt(sealed)


def test_a_key_can_be_replaced_while_the_old_one_still_reads(tmp_path: Path) -> None:
    path = tmp_path / "key"
    sealed = Vault(path).encrypt({"a": 1})
    path.write_bytes(Fernet.generate_key() + b"\n" + path.read_bytes())
    both = Vault(path)
    assert both.decrypt(sealed) == {"a": 1}
    path.write_bytes(path.read_bytes().split(b"\n")[0])
    assert Vault(path).decrypt(both.encrypt({"a": 2})) == {"a": 2}


@pytest.mark.parametrize(("content", "told"), [("", "is empty"), ("no key", "cannot be used")])
def test_a_broken_key_file_is_told(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "key"
    path.touch(mode=0o600)
    path.write_text(content)
    with pytest.raises(VaultError, match=told):
        Vault(path)


def test_tokens_are_long_random_and_kept_as_hashes() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(token.startswith("wl_") and len(token) >= 46 for token in tokens)
    assert all(token not in hash_token(token) for token in tokens)


secrets = st.text(st.characters(min_codepoint=33, max_codepoint=0x24F), min_size=4, max_size=30)


@given(secrets, st.text(max_size=30), st.text(max_size=30))
def test_a_secret_is_in_no_spelling_in_what_is_kept(secret: str, before: str, after: str) -> None:
    for spelling in (secret, quote(secret), quote(secret, safe="")):
        kept = redact(f"{before}\n{spelling}\n{after}", [secret])
        assert kept.split("\n")[-2 if "\n" not in after else 1] == MASK or secret not in kept


HARD = "pw&<\"'/ü %+\\=é€"


@pytest.mark.parametrize(
    "spelling",
    [
        html.escape(HARD),
        html.escape(HARD, quote=False),
        html.escape(HARD).replace("&#x27;", "'"),
        html.escape(html.escape(HARD)),
        html.escape(HARD).replace("ü", "&uuml;").replace("€", "&#8364;"),
        quote(HARD),
        quote(quote(HARD, safe=""), safe=""),
        quote(HARD, safe="").lower(),
        quote_plus(HARD),
        json.dumps(HARD),
        json.dumps(json.dumps(HARD)),
        json.dumps(HARD, ensure_ascii=False),
        html.escape(json.dumps(HARD)),
        json.dumps(HARD).replace("/", r"\\/"),
        base64.b64encode(HARD.encode()).decode(),
        HARD.encode().decode("latin-1"),
    ],
)
def test_a_secret_is_found_however_a_page_writes_it(spelling: str) -> None:
    kept = redact(f"before {spelling} after", [HARD])
    assert MASK in kept
    assert "pw" not in kept
    assert kept.startswith("before ")
    assert kept.endswith(" after")
    assert len(kept) < len("before  after") + 20


def test_looking_for_secrets_takes_no_time_that_a_page_could_stretch() -> None:
    page = ("\\" * 50 + "&amp;" * 50 + "%25" * 50) * 100
    begun = time.process_time()
    assert redact(page, [HARD, "\\\\\\\\&&&&%%%%"]) == page
    assert time.process_time() - begun < 5


def test_a_longer_secret_is_not_left_in_part() -> None:
    assert redact("abcdefgh", ["abcd", "abcdefgh"]) == MASK


def test_what_is_too_short_to_be_a_secret_is_left() -> None:
    assert redact("12543.5 kWh", ["1", "25"]) == "12543.5 kWh"
