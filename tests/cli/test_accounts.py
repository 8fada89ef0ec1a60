"""Who owns the machine lets people and programs in, without a password on any command line."""

import json
import sqlite3
from pathlib import Path

import pytest
from tests.cli.conftest import Ran, Run


def listed(run: Run, what: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = json.loads(run(what, "list", "--json").out)
    return rows


def audited(tmp_path: Path) -> list[tuple[str, str, str, str | None]]:
    """Return actor's kind, action, kind and name of each entry, the first one first."""
    database = sqlite3.connect(tmp_path / "data/wattledger.db")
    query = "select actor_kind, action, kind, object_name from audit order by id"
    rows = database.execute(query).fetchall()
    database.close()
    return rows


def assert_link(shown: Ran) -> None:
    assert shown.code == 0
    assert shown.out.startswith("http://127.0.0.1:4000/choose-password#")
    assert len(shown.out.strip().partition("#")[2]) >= 43


def test_a_user_is_added_and_given_a_link(run: Run) -> None:
    shown = run("user", "add", "Anna", "--role", "admin", "--display-name", "Anna Example")
    assert_link(shown)
    assert "anna (admin) chooses a password here, once:" in shown.err
    [user] = listed(run, "user")
    assert (user["name"], user["displayName"], user["state"]) == ("anna", "Anna Example", "invited")
    again = run("user", "add", "ANNA")
    assert (again.code, again.out) == (1, "")
    assert "There is a user named 'anna' already." in again.err


def test_links_lead_to_where_people_reach_the_server(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATTLEDGER_PUBLIC_URL", "https://power.example.com/")
    shown = run("user", "add", "anna")
    assert shown.out.startswith("https://power.example.com/choose-password#")
    assert run("user", "reset-link", "anna").out != shown.out


def test_a_user_of_a_client_needs_the_client(run: Run) -> None:
    run("client", "add", "Client XYZ")
    refused = run("user", "add", "kunde", "--role", "client")
    assert refused.code == 1
    assert "needs the client whose figures it sees" in refused.err
    assert_link(run("user", "add", "kunde", "--role", "client", "--client", "client xyz"))
    assert "Client XYZ" in run("user", "list").out


def test_users_get_another_role_are_disabled_and_enabled(run: Run) -> None:
    run("user", "add", "anna", "--role", "admin")
    run("user", "add", "bert")
    assert "bert is operator now." in run("user", "role", "bert", "operator").err
    assert run("user", "disable", "bert").code == 0
    assert "bert\toperator\tdisabled\tnever signed in" in run("user", "list").out
    assert "is disabled; enable the user first" in run("user", "reset-link", "bert").err
    assert run("user", "enable", "bert").code == 0
    assert_link(run("user", "reset-link", "bert"))
    for command in (("disable", "anna"), ("role", "anna", "viewer")):
        refused = run("user", *command)
        assert refused.code == 1
        assert "'anna' is the last administrator" in refused.err
    assert "There is no user 'nobody'." in run("user", "disable", "nobody").err


def test_no_command_takes_a_password(run: Run) -> None:
    for command in ("add", "role", "reset-link", "disable"):
        assert "--password" not in run("user", command, "--help").out


def test_a_token_is_limited_by_role_scopes_client_and_date(run: Run) -> None:
    run("client", "add", "Client XYZ")
    scopes = ("--scope", "see-own", "--scope", "bill")
    assert run("token", "create", "a", "--role", "operator", *scopes).code == 0
    shown = run("token", "create", "b", "--role", "client", "--client", "Client XYZ")
    assert shown.out.startswith("wl_")
    assert run("token", "create", "c", "--expires", "2099-12-31").code == 0
    assert run("token", "create", "d").code == 0
    a, b, c, d = listed(run, "token")
    assert (a["role"], a["scopes"]) == ("operator", ["bill", "see-own"])
    assert (b["role"], b["client"] is None) == ("client", False)
    assert c["expiresAt"] == "2099-12-31T23:00:00Z", "the end of that day in Berlin"
    assert (d["role"], d["scopes"], d["expiresAt"], d["works"]) == ("admin", None, None, True)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--role", "viewer", "--scope", "bill"), "The role 'viewer' has no bill"),
        (("--role", "client"), "needs the client"),
        (("--expires", "2020-01-01"), "expired already"),
        (("--expires", "soon"), "neither a date nor a timestamp"),
    ],
)
def test_a_token_that_cannot_be_is_told(run: Run, options: tuple[str, ...], told: str) -> None:
    refused = run("token", "create", "x", *options)
    assert (refused.code, refused.out) == (1, "")
    assert told in refused.err


def test_commands_are_in_the_audit_log_and_those_that_failed_are_not(
    run: Run, tmp_path: Path
) -> None:
    run("client", "add", "Client XYZ")
    run("client", "add", "client xyz")
    run("client", "rename", "Client XYZ", "Client ABC")
    run("user", "add", "Anna", "--role", "admin")
    run("user", "disable", "anna")
    secret = run("token", "create", "script").out.strip()
    run("token", "revoke", "1")
    run("client", "list")
    run("doctor")
    assert audited(tmp_path) == [
        ("command", "add", "client", "Client XYZ"),
        ("command", "rename", "client", "Client XYZ"),
        ("command", "add", "user", "anna"),
        ("command", "create", "token", "script"),
        ("command", "revoke", "token", "script"),
    ]
    assert secret not in str(audited(tmp_path))


def test_an_import_is_in_the_audit_log(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "endpoints.csv"
    path.write_text("endpoint\nA\n")
    assert run("import", "endpoints", str(path)).code == 0
    assert audited(tmp_path) == [
        ("command", "import-create", "endpoint", "A"),
        ("command", "endpoints", "import", str(path)),
    ]
