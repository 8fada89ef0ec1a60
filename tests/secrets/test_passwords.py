"""Passwords are kept as Argon2id hashes, and checking costs the same for everybody."""

import pytest
from argon2 import PasswordHasher

from wattledger.secrets import passwords
from wattledger.secrets.passwords import hash_password, is_outdated, is_password
from wattledger.secrets.tokens import csrf_token, is_csrf_token, new_secret

PASSWORD = "four words of mine"


def test_a_password_is_kept_as_an_argon2id_hash_of_its_own() -> None:
    one, two = hash_password(PASSWORD), hash_password(PASSWORD)
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert one != two, "each has its own salt"
    assert is_password(one, PASSWORD)
    assert not is_password(one, PASSWORD.upper())


@pytest.mark.parametrize("stored", ["", "plain text", "$argon2id$v=19$m=65536"])
def test_what_is_no_hash_is_nobody_s_password(stored: str) -> None:
    assert not is_password(stored, stored)


def test_without_a_stored_hash_the_same_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002
            hashed.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Watched())
    assert not is_password(None, PASSWORD)
    [nobodys] = hashed
    assert nobodys.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_a_hash_of_other_parameters_is_outdated() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=64).hash(PASSWORD)
    assert is_password(weak, PASSWORD), "people get in with it, and it is replaced then"
    assert is_outdated(weak)
    assert not is_outdated(hash_password(PASSWORD))


def test_a_csrf_token_belongs_to_one_session_and_does_not_tell_it() -> None:
    session, other = new_secret(), new_secret()
    assert is_csrf_token(session, csrf_token(session))
    assert not is_csrf_token(other, csrf_token(session))
    assert not is_csrf_token(session, "")
    assert session not in csrf_token(session)
