"""Closing a month at the shell: findings, seals, reports, bundles."""

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from tests.cli.conftest import Once, Run

FIRST = datetime(2026, 2, 28, 22, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def rows(endpoint: str, days: int, kw: int) -> str:
    """Return lines of half-hourly readings at a steady load."""
    return "".join(
        f"{endpoint},{FIRST + n * HALF_AN_HOUR:%Y-%m-%dT%H:%MZ},{1000 + n * kw / 2},{kw}000\n"
        for n in range(48 * days)
    )


@pytest.fixture
def billed(run: Run, tmp_path: Path, once: Once) -> Run:
    """Give two clients whose meters are read in March and April, and one whose meter died."""
    endpoints, readings = tmp_path / "endpoints.csv", tmp_path / "readings.csv"

    def bring_in() -> None:
        endpoints.write_text(
            "endpoint,client,p_max_kw\nRack A1,Alpha,11\nRack B1,Beta,11\nRack C1,Gamma,11\n",
            encoding="utf-8",
        )
        readings.write_text(
            "endpoint,timestamp,total_kwh,power_w\n"
            + rows("Rack A1", 40, 1)
            + rows("Rack B1", 40, 2)
            + rows("Rack C1", 12, 1),
            encoding="utf-8",
        )
        assert run("import", "endpoints", str(endpoints)).code == 0
        assert run("import", "readings", str(readings)).code == 0

    once(tmp_path / "data", bring_in)
    return run


def test_a_month_is_closed_but_for_who_is_blocked(billed: Run) -> None:
    ran = billed("close", "2026-03", "--by", "Erika")
    assert ran.code == 1
    assert "Alpha: closed, statement 2026-03/1\n" in ran.out
    assert "Gamma: blocked\n  silent: Rack C1, total: It was last read at 2026-03-12" in ran.out
    assert "closing clients: 3 of 3" in ran.err
    assert "--accept-estimates --reason TEXT" in ran.err
    again = billed("close", "2026-03")
    assert again.code == 1
    assert "Alpha: already\nBeta: already\nGamma: blocked" in again.out


def test_estimates_are_accepted_with_a_reason(billed: Run) -> None:
    refused = billed("close", "2026-03", "--accept-estimates")
    assert (refused.code, refused.out) == (1, "")
    assert "Say why the estimates are accepted." in refused.err
    options = ("--accept-estimates", "--reason", "the meter burnt", "--by", "Erika", "--json")
    ran = billed("close", "2026-03", *options)
    assert ran.code == 0
    told = json.loads(ran.out)
    assert told["month"] == "2026-03"
    assert [(each["client"], each["outcome"]) for each in told["clients"]] == [
        ("Alpha", "closed"),
        ("Beta", "closed"),
        ("Gamma", "closed"),
    ]
    assert all(len(each["sha256"]) == 64 for each in told["clients"])


def test_one_client_is_closed_alone_and_by_whoever_is_logged_in(
    billed: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOGNAME", "operator7")
    ran = billed("close", "2026-03", "--client", "alpha")
    assert (ran.code, ran.out) == (0, "Alpha: closed, statement 2026-03/1\n")
    bundle = tmp_path / "alpha.zip"
    assert billed("bundle", "2026-03", "--client", "Alpha", "--output", str(bundle)).code == 0
    with zipfile.ZipFile(bundle) as files:
        assert json.loads(files.read("seal.json"))["closedBy"] == "operator7"
    unknown = billed("close", "2026-03", "--client", "Nobody")
    assert unknown.code == 1
    assert "There is no client 'Nobody'." in unknown.err


def test_a_check_prints_what_is_at_risk_and_closes_nothing(billed: Run) -> None:
    ran = billed("close", "2026-03", "--check")
    assert ran.code == 1
    assert ran.out.startswith("Gamma:\n  silent: Rack C1, total: ")
    assert "Alpha" not in ran.out
    assert billed("close", "2026-03", "--check", "--client", "Alpha").code == 0
    told = json.loads(billed("close", "2026-03", "--check", "--json").out)
    [finding] = told["findings"]
    assert (finding["kind"], finding["blocks"], finding["client"]) == ("silent", True, "Gamma")
    assert json.loads(billed("report", "2026-03", "--format", "json").out)["state"] != "closed"


def test_what_cannot_be_closed_is_told(billed: Run) -> None:
    assert "2099-01 is not over yet" in billed("close", "2099-01").err
    assert billed("close", "2019-01").out != ""
    assert "is not a month" in billed("close", "March").err


def test_a_bundle_is_checked_without_a_database(
    billed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = tmp_path / "alpha.zip"
    command = ("bundle", "2026-03", "--client", "Alpha", "--output", str(bundle))
    refused = billed(*command)
    assert refused.code == 1
    assert "2026-03 is not closed" in refused.err
    billed("close", "2026-03")
    assert billed(*command).code == 0
    monkeypatch.setenv("WATTLEDGER_DATA_DIR", "/nowhere/at/all")
    checked = billed("verify-bundle", str(bundle))
    assert checked.code == 0
    assert "follow from the 1487 readings." in checked.out
    content = bytearray(bundle.read_bytes())
    content[len(content) // 2] ^= 1
    bundle.write_bytes(content)
    broken = billed("verify-bundle", str(bundle), "--json")
    assert broken.code == 1
    told = json.loads(broken.out)
    assert told["holds"] is False
    assert told["findings"]
    assert billed("verify-bundle", str(tmp_path / "none.zip")).code == 1


def test_reports_name_the_peak_the_epochs_and_the_quality(billed: Run) -> None:
    told = json.loads(billed("report", "2026-03", "--client", "Alpha", "--format", "json").out)
    [line] = told["lines"]
    assert line["client"] == "Alpha"
    assert line["peakKw"] == "1"
    assert line["p95Kw"] == "1"
    assert line["peakAt"] == "2026-02-28T23:00:00Z"
    assert line["uncertaintyKwh"] is not None
    assert line["quality"].keys() <= {"17", "9"}
    assert line["epochs"][0]["kind"] == "install"
    assert line["epochs"][0]["firstAt"] == "2026-02-28T23:00:00Z"
    assert line["epochs"][0]["lastAt"] == "2026-03-31T22:00:00Z"


def test_files_are_written_and_the_totals_of_all_are_the_same(billed: Run, tmp_path: Path) -> None:
    billed("close", "2026-03", "--accept-estimates", "--reason", "burnt")
    total = json.loads(billed("report", "2026-03", "--format", "json").out)["totals"]["kwh"]
    paths = {form: tmp_path / f"month.{form}" for form in ("xlsx", "pdf", "zip", "json", "csv")}
    for form, path in paths.items():
        options = ("--client", "Alpha") if form == "pdf" else ()
        ran = billed("report", "2026-03", "--format", form, *options, "--output", str(path))
        assert (ran.code, ran.out) == (0, ""), ran.err
    assert json.loads(paths["json"].read_text("utf-8"))["totals"]["kwh"] == total
    sheets = CalamineWorkbook.from_path(str(paths["xlsx"])).sheet_names
    assert sheets == ["Summary", "Alpha", "Beta", "Gamma"]
    text = PdfReader(paths["pdf"]).pages[0].extract_text()
    assert "Alpha" in text
    assert "2026-03/1" in text
    with zipfile.ZipFile(paths["zip"]) as files:
        assert "Alpha/2026-03 Alpha.pdf" in files.namelist()
    one = tmp_path / "alpha.xlsx"
    billed("report", "2026-03", "--format", "xlsx", "--client", "Alpha", "--output", str(one))
    assert CalamineWorkbook.from_path(str(one)).sheet_names == ["Alpha"]


def test_a_file_goes_into_a_pipe_and_never_onto_a_terminal(
    billed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), write_through=True))
    ran = billed("report", "2026-03", "--format", "zip")
    assert ran.code == 0
    terminal = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(terminal, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout", terminal)
    for command in (
        ("report", "2026-03", "--format", "zip"),
        ("bundle", "2026-03", "--client", "Alpha"),
    ):
        refused = billed(*command)
        assert refused.code == 1
        assert "not for a terminal; name a file with --output" in refused.err


def test_what_has_no_form_is_refused_with_what_has(billed: Run, tmp_path: Path) -> None:
    pdf = billed("report", "2026-03", "--format", "pdf", "--output", str(tmp_path / "a.pdf"))
    assert pdf.code == 1
    assert "--format zip" in pdf.err
    table = billed("report", "2026-03", "--output", str(tmp_path / "a.txt"))
    assert "choose a --format" in table.err
    nowhere = billed("report", "2026-03", "--format", "csv", "--output", "/nowhere/a.csv")
    assert "/nowhere/a.csv cannot be written" in nowhere.err


def test_a_client_without_meters_has_no_report(billed: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "a.pdf")
    options = ("--client", "Gamma", "--format", "pdf", "--output", path)
    assert billed("report", "2025-01", *options).code in {0, 1}
    shown = billed("report", "2026-03", "--client", "Alpha")
    assert "Rack A1" in shown.out
    assert "Rack B1" not in shown.out
