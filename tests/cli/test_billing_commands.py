"""Clients, tariffs, sites and assignments from the shell."""

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run

TARIFF = """\
name: Rack
prices:
  - {fromOn: 2026-01-01, currency: EUR, energyPrice: 0.2512}
"""
ENDPOINTS = """\
endpoint,meter,client
Rack A3,,X
Rack A4,outlet-1,X
Rack A4,outlet-2,Y
"""


@pytest.fixture
def racks(run: Run, tmp_path: Path) -> None:
    """Import endpoints of the clients X and Y."""
    file = tmp_path / "endpoints.csv"
    file.write_text(ENDPOINTS)
    assert "2 endpoints created" in run("import", "endpoints", str(file)).out
    assert "0 endpoints created, 0 changed, 3 as they" in run("import", "endpoints", str(file)).out


@pytest.mark.usefixtures("racks")
def test_a_meter_moves_to_another_client(run: Run) -> None:
    moved = run("assign", "Rack A3", "--client", "y", "--from", "2026-03-10", "--json")
    assert json.loads(moved.out)["assignments"][1] == {
        "id": 4,
        "meterId": 1,
        "meter": "total",
        "endpoint": "Rack A3",
        "client": "Y",
        "from": "2026-03-09T23:00:00Z",
        "to": None,
        "sharePercent": "100",
    }
    ended = run("assign", "Rack A3", "--nobody", "--from", "2026-04-01")
    assert ended.out == (
        "total\tX\t100 %\tbeginning\t2026-03-09T23:00:00Z\n"
        "total\tY\t100 %\t2026-03-09T23:00:00Z\t2026-03-31T22:00:00Z\n"
    )


@pytest.mark.usefixtures("racks")
def test_outlets_serve_clients_of_their_own(run: Run) -> None:
    moved = run("assign", "Rack A4", "--meter", "outlet-2", "--client", "X", "--share", "25")
    assert moved.code == 1
    assert "0 are free" in moved.err
    moved = run("assign", "Rack A4", "--client", "X", "--from", "beginning")
    assert moved.out == ("outlet-1\tX\t100 %\tbeginning\ton\noutlet-2\tX\t100 %\tbeginning\ton\n")


def test_clients_are_kept(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rack.yaml").write_text(TARIFF)
    assert "The tariff Rack is kept" in run("tariff", "set", "rack.yaml").err
    assert run("client", "add", "Client XYZ", "--tariff", "Rack").code == 0
    assert run("client", "rename", "client xyz", "Client Z").code == 0
    [shown] = json.loads(run("client", "list", "--json").out)
    assert (shown["name"], shown["tariff"]) == ("Client Z", "Rack")
    assert "pays by no tariff" in run("client", "tariff", "Client Z", "--none").err
    assert run("client", "list", "--search", "z").out.startswith("Client Z\t(no tariff)\t")
    assert run("client", "tariff", "Client Z", "Rack").code == 0


def test_a_tariff_is_shown_as_the_file_that_sets_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "rack.yaml"
    file.write_text(TARIFF)
    run("tariff", "set", str(file))
    shown = run("tariff", "show", "rack").out
    assert "energyPrice: '0.2512'" in shown
    file.write_text(shown.replace("0.2512", "0.3"))
    assert run("tariff", "set", str(file)).code == 0
    document = json.loads(run("tariff", "show", "Rack", "--json").out)
    assert document["prices"][0]["energyPrice"] == "0.3"
    assert json.loads(run("tariff", "list", "--json").out) == [document]
    assert run("tariff", "list").out == "Rack\t2026-01-01\n"


def test_sites_are_kept(run: Run) -> None:
    assert run("site", "add", "Tokyo", "Asia/Tokyo").code == 0
    changed = run("site", "zone", "Main site", "UTC", "--from", "2026-05")
    assert "Main site: Europe/Berlin;2026-05=UTC." in changed.err
    assert run("site", "list").out == (
        "1\tMain site\tEurope/Berlin;2026-05=UTC\n2\tTokyo\tAsia/Tokyo\n"
    )
    assert json.loads(run("site", "list", "--json").out)[1] == {
        "id": "2",
        "name": "Tokyo",
        "timeZone": "Asia/Tokyo",
    }


@pytest.mark.usefixtures("racks")
def test_imported_endpoints_stand_at_the_site_they_name(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "sites.csv"
    file.write_text("endpoint,site\nRack A3,Tokyo\nRack T1,Tokyo\n")
    assert "There is no site 'Tokyo'" in run("import", "endpoints", str(file)).err
    run("site", "add", "Tokyo", "Asia/Tokyo")
    assert "1 endpoints created, 1 changed" in run("import", "endpoints", str(file)).out
    assert "0 changed, 2 as they were" in run("import", "endpoints", str(file)).out
    moved = run("assign", "Rack T1", "--client", "X", "--from", "2026-03-10", "--json")
    assert json.loads(moved.out)["assignments"][0]["from"] == "2026-03-09T15:00:00Z"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("assign", "Rack A3"), "Name the client with --client"),
        (("assign", "Rack A3", "--client", "Z"), "There is no client 'Z'"),
        (("assign", "Rack A3", "--client", "X", "--share", "0"), "is not a share in percent"),
        (("client", "tariff", "X"), "Name the tariff, or say --none"),
        (("client", "tariff", "X", "Hall"), "There is no tariff 'Hall'"),
        (("tariff", "set", "missing.yaml"), "missing.yaml cannot be read"),
        (("site", "zone", "Mars", "UTC", "--from", "2026-05"), "There is no site 'Mars'"),
        (("site", "add", "Mars", "Mars/Base"), "is not an IANA time zone"),
    ],
)
@pytest.mark.usefixtures("racks")
def test_an_error_says_what_to_do(run: Run, arguments: tuple[str, ...], told: str) -> None:
    refused = run(*arguments)
    assert refused.code == 1
    assert told in refused.err
