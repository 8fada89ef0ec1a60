"""No secret leaves: marked ones are planted, everything is asked, and every output is searched."""

import base64
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from tests.e2e.echoing_device import COOKIE, echoing_devices
from tests.e2e.marked_channels import CHANNEL_MARKS, use_channels

from wattledger.bootstrap.database import prepare_database
from wattledger.clock import SystemClock
from wattledger.config import load_settings
from wattledger.domain.permission import Role
from wattledger.secrets.passwords import hash_password
from wattledger.services.issue_token import issue_token
from wattledger.store.users import NewUser, insert_user

HARD = "&<\"'/ü %+\\"
"""What is written otherwise in HTML, URLs and JSON."""
MARKS = {
    "basic": "MkrBasic71",
    "wrong": "MkrWrong72",
    "error": "MkrError73",
    "json": "MkrJson74",
    "redirect": "MkrRedirect75",
    "form": "MkrForm76",
    "number": "MkrNumber77",
    "plain": "operatormkr78",
    "browser-form": "MkrBrowser79",
    "browser-basic": "MkrBrowser80",
    "browser-form-shown": "MkrShown82",
    "browser-form-shown-too": "MkrOtherwise83",
}
PERSON = "MkrPerson81 with four words"
ROUNDS_SECONDS = 90
THIS_MONTH = time.gmtime().tm_mon


def password(name: str) -> str:
    """Return the password of a device: its mark, with what is hard to write around it."""
    return MARKS[name] if name == "plain" else f"{MARKS[name]}{HARD}{MARKS[name]}"


def recipe(name: str, selector: str = "#nothing", engine: str = "http") -> dict[str, Any]:
    """Return how a device is set up; most fail, so that what they answered is kept."""
    login: dict[str, Any] = {"username": "admin", "password": password(name)}
    if "form" in name:
        login |= {"loginUrl": "/form", "usernameField": "[name=user]", "passwordField": "[name=pw]"}
        login |= {"submitSelector": "[type=submit]"}
    if "shown" in name:
        login |= {"loginUrl": "/shown"}
    return {
        "authType": "form" if "form" in name else "basic",
        "authConfig": login,
        "scrapingConfig": {
            "engine": engine,
            "valueSelector": selector,
            "valuePattern": "([0-9.]+)" if selector == "#kwh" else None,
            "fields": {"serial": {"selector": "#pw"}},
        },
    }


SETUPS = {
    "basic": ("/basic", recipe("basic", "#kwh")),
    "wrong": ("/wrong", recipe("wrong")),
    "error": ("/error", recipe("error")),
    "json": ("/json", recipe("json", "json:$.kwh")),
    "redirect": ("/redirect", recipe("redirect")),
    "form": ("/home", recipe("form")),
    "number": ("/basic", recipe("number", "#pw")),
    "plain": ("/wrong", recipe("plain")),
    "browser-form": ("/home", recipe("browser-form", engine="browser")),
    "browser-basic": ("/wrong", recipe("browser-basic", engine="browser")),
    "browser-form-shown": ("/home", recipe("browser-form-shown", engine="browser")),
    "browser-form-shown-too": ("/home", recipe("browser-form-shown-too", engine="browser")),
}
"""By name, the page of an endpoint and how it is read; each has a device of its own."""
SHOWN = ("browser-form-shown", "browser-form-shown-too")
"""Endpoints whose failing page shows the password in a field; they differ in nothing else."""
OUTCOMES = {
    "basic": "ok",
    "error": "http_status",
    "number": "not_a_number",
    "form": "selector_missing",
    "browser-form": "selector_missing",
}


def secrets(folder: Path, token: str) -> dict[str, bytes]:
    """Return by name what must be found nowhere."""
    planted = {f"password of {name}": mark for name, mark in MARKS.items()}
    planted |= {"cookie": COOKIE, "token": token}
    planted |= {f"channel {number}": mark for number, mark in enumerate(CHANNEL_MARKS)}
    for number, key in enumerate((folder / "key").read_text("ascii").split()):
        planted[f"key {number}"] = key
    found = {name: text.encode() for name, text in planted.items()}
    for name, mark in MARKS.items():
        # As basic logins carry it, wherever in the text it begins.
        inner = base64.b64encode(f"admin:{password(name)}".encode())
        found[f"login of {name}"] = inner[: len(inner) // 2]
        found[f"base64 of {name}"] = base64.b64encode(password(name).encode())[:16]
        found[f"hex of {name}"] = mark.encode().hex().encode()
    return found


def leaks(outputs: dict[str, bytes], planted: dict[str, bytes]) -> list[str]:
    """Return where which secret was found, in capitals or not."""
    return [
        f"{secret} in {name}: ...{content[max(0, at - 60) : at + 60]!r}"
        for name, content in outputs.items()
        for secret, text in planted.items()
        if (at := content.lower().find(text.lower())) >= 0
    ]


class Wattledger:
    """A server on a data folder, and commands beside it, whose outputs are all kept."""

    def __init__(self, folder: Path, form: str) -> None:
        self.folder = folder
        self.outputs: dict[str, bytes] = {}
        self._environment = {k: v for k, v in os.environ.items() if "WATTLEDGER" not in k} | {
            "WATTLEDGER_DATA_DIR": str(folder),
            "WATTLEDGER_ALLOW_LOOPBACK": "true",
            "WATTLEDGER_POLL_GAP_SECONDS": "0",
            "WATTLEDGER_PORT": "0",
            "WATTLEDGER_LOG": form,
            "WATTLEDGER_LOG_LEVEL": "debug",
            "WATTLEDGER_METRICS_METERS": "true",
        }

    @contextmanager
    def serve(self, token: str) -> Iterator[httpx.Client]:
        """Run the server; gives who calls it. Its log is kept when it has ended."""
        log = self.folder.parent / "server.log"
        with (
            log.open("wb") as written,
            subprocess.Popen(
                [sys.executable, "-m", "wattledger", "serve"],
                env=self._environment,
                stdout=written,
                stderr=written,
            ) as process,
        ):
            try:
                with httpx.Client(
                    base_url=address(log),
                    headers={"Authorization": f"Bearer {token}"},
                    timeout=60,
                    event_hooks={"response": [self._keep]},
                ) as caller:
                    yield caller
            finally:
                process.send_signal(signal.SIGTERM)
                assert process.wait(60) == 0
        self.outputs["log of the server"] = log.read_bytes()

    def run(self, *arguments: str) -> None:
        """Run a command."""
        done = subprocess.run(
            [sys.executable, "-m", "wattledger", *arguments],
            env=self._environment,
            capture_output=True,
            check=False,
            timeout=120,
        )
        self.outputs[f"wattledger {' '.join(arguments)}"] = done.stdout + done.stderr

    def _keep(self, response: httpx.Response) -> None:
        response.read()
        request = response.request
        self.outputs[f"{request.method} {request.url} {len(self.outputs)}"] = (
            repr(response.headers.multi_items()).encode() + response.content
        )


def address(log: Path) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = re.search(r"Wattledger is at (http://[0-9.:]+)", log.read_text("utf-8"))
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


def ask_for_everything(caller: httpx.Client, ids: dict[str, list[Any]]) -> int:
    """Call every route that reads, with every id there is; returns how many answered 200."""
    document = caller.get("/openapi.json").json()
    fine = 0
    for path, methods in document["paths"].items():
        if "get" not in methods or path.endswith("/stream"):
            continue
        names = re.findall(r"\{(.*?)\}", path)
        for number in range(max((len(ids.get(name, [0])) for name in names), default=1)):
            values = {n: ids.get(n, [0])[number % len(ids.get(n, [0]))] for n in names}
            for query in ("", "?format=csv", "?format=json"):
                fine += caller.get(path.format(**values) + query).status_code == 200
    return fine


def stored_ids(folder: Path, public_ids: list[str]) -> dict[str, list[Any]]:
    """Return the ids of what is stored, by the name that routes give them."""
    with sqlite3.connect(folder / "wattledger.db") as database:

        def column(query: str) -> list[Any]:
            return [row[0] for row in database.execute(query)] or [0]

        found = {
            "endpoint": public_ids,
            "endpointId": public_ids,
            "meter": column("SELECT id FROM meter"),
            "attempt": column("SELECT id FROM attempt"),
            "capture": column("SELECT id FROM capture"),
            "job": column("SELECT public_id FROM job"),
            "run": column("SELECT id FROM job_run ORDER BY id DESC LIMIT 5"),
            "year": [2026],
            "month": [THIS_MONTH],
        }
    database.close()
    return found


def stored_bytes(folder: Path) -> dict[str, bytes]:
    """Return all that lies in the data folder but the key, what is deflated also as text."""
    found = {
        f"file {path.relative_to(folder)}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "key"
    }
    with sqlite3.connect(folder / "wattledger.db") as database:
        for number, body in database.execute("SELECT id, body FROM capture"):
            found[f"capture {number}"] = zlib.decompress(body)
        for table in [n for (n,) in database.execute("SELECT name FROM sqlite_master")]:
            if table.startswith(("ix_", "uq_", "sqlite_")):
                continue
            for row in database.execute(f"SELECT * FROM {table}"):  # noqa: S608 - our own tables
                known = [cell for cell in row if isinstance(cell, str)]
                found[f"table {table} {len(found)}"] = "\n".join(known).encode()
    database.close()
    return found


def wait_for_attempts(folder: Path, count: int) -> None:
    """Wait until the server has read every endpoint."""
    until = time.monotonic() + ROUNDS_SECONDS
    seen = 0
    while time.monotonic() < until and seen < count:
        time.sleep(0.5)
        with sqlite3.connect(folder / "wattledger.db") as database:
            [(seen,)] = database.execute(
                "SELECT count(DISTINCT endpoint_id) FROM attempt WHERE run_id IS NOT NULL"
            )
        database.close()
    assert seen == count, f"{seen} of {count} endpoints were read in {ROUNDS_SECONDS} s"


@pytest.mark.browser
@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("form", ["json", pytest.param("console", marks=pytest.mark.soak)])
def test_no_secret_is_in_any_output(form: str, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    token = new_token_in(folder)
    product = Wattledger(folder, form)
    with echoing_devices(len(SETUPS)) as devices, product.serve(token) as caller:
        ids = create_endpoints(caller, devices)
        channels = use_channels(caller, devices[0])
        for name, outcome in try_all(caller, ids).items():
            assert outcome == OUTCOMES.get(name, outcome), name
        wait_for_attempts(folder, len(ids))
        first, second = (picture_of(caller, ids[name]) for name in SHOWN)
        assert first == second, "a picture differs by the password alone: it shows it"
        assert ask_for_everything(caller, stored_ids(folder, list(ids.values())) | channels) > 50
        run_commands(product, tmp_path)
        session = sign_in(caller)
        wrong_again(caller, ids["form"])
        at_rest = stored_bytes(folder)
        force_a_defect(folder, caller)
    outputs = product.outputs | at_rest | unpacked(tmp_path / "backup.zip")
    log = outputs["log of the server"]
    assert b'"route"' in log or b"route=" in log
    assert b"Traceback" in log
    planted = secrets(folder, token) | {"session": session, "person": PERSON.encode()}
    assert leaks({"proof": password("basic").encode()}, planted), "the search finds nothing"
    assert leaks(outputs, planted) == []


def new_token_in(folder: Path) -> str:
    """Make a database with a token, and a person who can sign in."""
    database, now = prepare_database(load_settings(data_dir=folder)), SystemClock().now()
    token = issue_token(database, "tests", now)
    with database.begin() as connection:
        person = NewUser("person", "Person", Role.ADMIN, None, hash_password(PERSON))
        insert_user(connection, person, now)
    database.close()
    return token


def sign_in(caller: httpx.Client) -> bytes:
    """Sign in, rightly and wrongly, and call with the session; returns the session's secret."""
    shown = {"name": "person", "password": PERSON}
    with httpx.Client(base_url=caller.base_url) as unheard:
        assert unheard.post("/api/v1/session", json=shown).status_code == 201
        secret = unheard.cookies["wattledger_session"]
    for path in ("/api/v1/session", "/api/v1/audit", "/api/v1/endpoints/nothing"):
        headers = {"Cookie": f"wattledger_session={secret}"}
        request = caller.build_request("GET", path, headers=headers)
        del request.headers["Authorization"]
        caller.send(request)
    caller.post("/api/v1/session", json=shown | {"name": "nobody"})
    caller.post("/api/v1/session", json=shown | {"password": [PERSON]})
    return secret.encode()


def create_endpoints(caller: httpx.Client, devices: list[str]) -> dict[str, str]:
    """Create an endpoint for each device; returns their ids by name."""
    ids = {}
    for (name, (path, setup)), device in zip(SETUPS.items(), devices, strict=True):
        sent = {"name": name, "ipAddress": device + path, "pollInterval": 60, **setup}
        created = caller.post("/api/v1/endpoints", json=sent)
        assert created.status_code == 201, created.text
        ids[name] = created.json()["data"]["id"]
    return ids


def try_all(caller: httpx.Client, ids: dict[str, str]) -> dict[str, str]:
    """Try every recipe; returns the outcomes by name."""
    outcomes = {}
    for name, public_id in ids.items():
        tried = caller.post(f"/api/v1/endpoints/{public_id}/test")
        assert tried.status_code == 200, tried.text
        outcomes[name] = tried.json()["data"]["outcome"]
    return outcomes


def picture_of(caller: httpx.Client, public_id: str) -> Image.Image:
    """Return the picture of an endpoint's failing page, which not every try may take in time."""
    for _ in range(20):
        tried = caller.post(f"/api/v1/endpoints/{public_id}/test").json()["data"]
        assert tried["success"] is False
        if tried["screenshot"]:
            return Image.open(BytesIO(base64.b64decode(tried["screenshot"]))).convert("RGB")
    raise AssertionError("no picture was taken")


def run_commands(product: Wattledger, folder: Path) -> None:
    """Run what prints or writes something, beside the server."""
    product.run("doctor", "--json")
    product.run("collect", "--all")
    product.run("key", "status")
    product.run("token", "list")
    product.run("backup", str(folder / "backup.zip"))
    for form in ("table", "json", "csv"):
        product.run("report", f"2026-{THIS_MONTH:02}", "--format", form)


def unpacked(backup: Path) -> dict[str, bytes]:
    """Return the parts of a backup."""
    with zipfile.ZipFile(backup) as archive:
        return {f"backup {name}": archive.read(name) for name in archive.namelist()}


def wrong_again(caller: httpx.Client, public_id: str) -> None:
    """Send bodies that are refused: an error must not tell what was sent in a secret's place."""
    body = {"name": "x", "ipAddress": "10.0.0.1", **recipe("form")}
    caller.post("/api/v1/endpoints", json=body | {"authType": "nonsense"})
    login = body["authConfig"] | {"password": [password("form")]}
    caller.post("/api/v1/endpoints", json=body | {"authConfig": login})
    caller.put(f"/api/v1/endpoints/{public_id}", json=body | {"ipAddress": "10.0.0.2"})
    caller.get("/api/v1/endpoints", params={"password": password("form"), "limit": "x"})


def force_a_defect(folder: Path, caller: httpx.Client) -> None:
    """Store what no code of ours stores, so that reading it fails inside."""
    with sqlite3.connect(folder / "wattledger.db", timeout=30) as database:
        text = json.dumps(f"password={password('json')}")[:-1]
        database.execute("UPDATE endpoint SET recipe = ? WHERE name = 'json'", (text,))
    database.close()
    assert caller.get("/api/v1/endpoints").status_code == 500
