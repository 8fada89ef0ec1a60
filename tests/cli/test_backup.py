"""``wattledger backup`` and ``restore``: made while readings are booked, whole or not at all."""

import json
import shutil
import sqlite3
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.conftest import Once, Run

from wattledger.bootstrap.database import open_database
from wattledger.config import Settings, load_settings
from wattledger.domain.instant import MINUTE, Instant, parse_instant
from wattledger.secrets.vault import Vault
from wattledger.store.database import Database
from wattledger.store.endpoints import NewEndpoint, find_or_create_meter, insert_endpoint
from wattledger.store.folder_lock import UNFINISHED, use_folder
from wattledger.store.ledger import book
from wattledger.store.readings import NewReading
from wattledger.store.recompute import all_meters, differences
from wattledger.store.sites import first_site

BEGIN = parse_instant("2026-01-31T12:00:00Z")
PASSWORD = "s3cret-of-rack-1"


@pytest.fixture
def settings(tmp_path: Path, run: Run, once: Once) -> Settings:
    """Give a data folder with meters, readings over a month's end, a password and a picture."""
    del run
    made = load_settings(data_dir=tmp_path / "data")
    once(made.data_dir, lambda: fill(made))
    return made


def fill(made: Settings) -> None:
    with open_database(made) as database, database.begin() as connection:
        site_id = first_site(connection, "Europe/Berlin")
        auth = Vault(made.key_file).encrypt({"password": PASSWORD})
        for number in range(20):
            new = NewEndpoint(name=f"Rack {number}", site_id=site_id, auth=auth)
            find_or_create_meter(connection, insert_endpoint(connection, new, 0), "total")
        book(connection, {meter: series(meter, 0, 500) for meter in range(1, 21)})
    picture = made.evidence_dir / "2026/01/31/one.png"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a picture")


def series(meter: int, first: int, count: int) -> list[NewReading]:
    return [
        NewReading(at(n), 1_000_000 * (1_000 * meter + n), 1_000)
        for n in range(first, first + count)
    ]


def at(number: int) -> Instant:
    return BEGIN + 15 * MINUTE * number


@contextmanager
def writer(settings: Settings) -> Iterator[list[int]]:
    """Book a reading of each meter time and again meanwhile; gives the rounds that are booked."""
    rounds: list[int] = []
    stopping = threading.Event()

    def write() -> None:
        with open_database(settings) as database:
            for number in range(500, 100_000):
                with database.begin() as connection:
                    book(connection, {m: series(m, number, 1) for m in range(1, 21)})
                rounds.append(number)
                if stopping.is_set():
                    return

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield rounds
    finally:
        stopping.set()
        thread.join()


def stored(database: Database) -> int:
    with database.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM reading").scalar_one())


def test_a_backup_made_while_readings_are_booked_is_of_one_moment(
    settings: Settings, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.zip"
    with writer(settings) as rounds:
        while len(rounds) < 3:
            pass
        before = len(rounds)
        made = run("backup", str(file))
        after = len(rounds)
    assert made.code == 0, made.err
    assert after > before, "nothing was booked meanwhile"
    assert file.stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.zip", "data"]
    monkeypatch.setenv("WATTLEDGER_DATA_DIR", str(tmp_path / "elsewhere"))
    restored = run("restore", str(file))
    assert restored.code == 0, restored.err
    assert "20 meters: the ledger is what their readings give." in restored.err
    elsewhere = settings.model_copy(update={"data_dir": tmp_path / "elsewhere"})
    with open_database(elsewhere) as database:
        readings = stored(database)
        with database.connect() as connection:
            faults = [f for ids in all_meters(connection) for f in differences(connection, ids)]
    assert faults == []
    assert readings % 20 == 0, "a transaction was cut"
    assert 20 * (500 + before) <= readings <= 20 * (500 + after + 1)
    assert (elsewhere.evidence_dir / "2026/01/31/one.png").read_bytes() == b"a picture"


def test_without_the_key_passwords_cannot_be_read_and_this_is_said(
    settings: Settings, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.zip"
    made = run("backup", str(file))
    assert "The key is NOT in it" in made.err
    with zipfile.ZipFile(file) as archive:
        content = b"".join(archive.read(name) for name in archive.namelist())
        assert "key" not in archive.namelist()
    for key in settings.key_file.read_bytes().split():
        assert key not in content
    assert PASSWORD.encode() not in content
    monkeypatch.setenv("WATTLEDGER_DATA_DIR", str(tmp_path / "elsewhere"))
    restored = run("restore", str(file))
    assert restored.code == 0
    assert "put it back from the backup" in restored.err
    shutil.copy(settings.key_file, tmp_path / "elsewhere/key")
    assert run("key", "status").code == 0


def test_with_the_key_it_goes_on_elsewhere(
    settings: Settings, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.zip"
    assert "can read the passwords" in run("backup", str(file), "--with-key").err
    monkeypatch.setenv("WATTLEDGER_DATA_DIR", str(tmp_path / "elsewhere"))
    assert run("restore", str(file), "--no-verify").code == 0
    key = tmp_path / "elsewhere/key"
    assert key.read_bytes() == settings.key_file.read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    assert run("key", "status").code == 0


def test_data_that_is_there_is_kept_aside_and_only_when_asked(
    settings: Settings, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    run("backup", str(file))
    with open_database(settings) as database, database.begin() as connection:
        book(connection, {1: series(1, 500, 1)})
    (settings.evidence_dir / "later.png").write_bytes(b"later")
    refused = run("restore", str(file))
    assert refused.code == 1
    assert "--force moves it aside" in refused.err
    assert run("restore", str(file), "--force").code == 0
    with open_database(settings) as database:
        assert stored(database) == 20 * 500
    [aside] = settings.data_dir.glob("before-restore-*")
    assert (aside / "evidence/later.png").read_bytes() == b"later"
    kept = sqlite3.connect(aside / "wattledger.db")
    assert kept.execute("SELECT count(*) FROM reading").fetchone() == (20 * 500 + 1,)
    kept.close()
    assert settings.key_file.exists(), "a backup without a key leaves the key that is there"
    assert run("key", "status").code == 0


def test_nothing_is_restored_under_a_running_server(
    settings: Settings, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    run("backup", str(file))
    with use_folder(settings.data_dir):
        refused = run("restore", str(file), "--force")
        assert run("backup", str(file)).code == 0
    assert refused.code == 1
    assert "stop the server" in refused.err
    assert not list(settings.data_dir.glob("before-restore-*"))


def spoil_byte(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1_000])


def no_zip(file: Path) -> None:
    file.write_text("no backup")


def repacked(file: Path, name: str, change: bytes | None) -> None:
    """Write a part of the archive anew, with a right checksum of the ZIP; None leaves it out."""
    with zipfile.ZipFile(file) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for each, content in (parts | {name: change}).items():
            if content is not None:
                archive.writestr(each, content)


def another_picture(file: Path) -> None:
    repacked(file, "evidence/2026/01/31/one.png", b"b picture")


def lost_picture(file: Path) -> None:
    repacked(file, "evidence/2026/01/31/one.png", None)


def smuggled_file(file: Path) -> None:
    repacked(file, "evidence/../../evil", b"evil")


@pytest.mark.parametrize(
    "spoil", [spoil_byte, cut, no_zip, another_picture, lost_picture, smuggled_file]
)
def test_a_damaged_backup_changes_nothing(
    spoil: object, settings: Settings, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    run("backup", str(file))
    assert callable(spoil)
    spoil(file)
    before = settings.database and (settings.data_dir / "wattledger.db").read_bytes()
    refused = run("restore", str(file), "--force")
    assert refused.code == 1
    assert "error:" in refused.err
    assert (settings.data_dir / "wattledger.db").read_bytes() == before
    assert not list(settings.data_dir.glob("before-restore-*"))
    assert not list(settings.data_dir.glob(".restore*"))
    assert not (tmp_path / "evil").exists()


def test_a_name_that_leads_elsewhere_is_refused_even_where_the_manifest_has_it(
    settings: Settings, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    run("backup", str(file))
    smuggled_file(file)
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["parts"].append({"name": "evidence/../../evil", "bytes": 4, "sha256": "0" * 64})
    repacked(file, "manifest.json", json.dumps(manifest).encode())
    refused = run("restore", str(file), "--force")
    assert (refused.code, "which no backup has" in refused.err) == (1, True)
    assert not (settings.data_dir.parent / "evil").exists()


@pytest.mark.parametrize("later", [{"format": 2}, {"schemaRevision": "9999"}])
def test_a_backup_of_a_later_version_is_refused(
    later: dict[str, object], settings: Settings, run: Run, tmp_path: Path
) -> None:
    del settings
    file = tmp_path / "backup.zip"
    run("backup", str(file))
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json")) | later
    repacked(file, "manifest.json", json.dumps(manifest).encode())
    refused = run("restore", str(file), "--force")
    assert refused.code == 1
    assert "of a later version of Wattledger" in refused.err


def test_what_an_interrupted_restore_left_begins_nothing(
    settings: Settings, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    run("backup", str(file))
    (settings.data_dir / UNFINISHED).touch()
    refused = run("ledger", "verify")
    assert (refused.code, "run it again with --force" in refused.err) == (1, True)
    assert run("restore", str(file), "--force").code == 0
    assert run("ledger", "verify").code == 0


def test_postgresql_is_left_to_its_own_tools(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATTLEDGER_DATABASE_URL", "postgresql+psycopg://u:s3cret@db/wattledger")
    for command in ("backup", "restore"):
        refused = run(command, str(tmp_path / "backup.zip"))
        assert refused.code == 1
        assert "pg_dump" in refused.err
        assert "s3cret" not in refused.err


def test_without_a_database_there_is_nothing_to_back_up(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data/wattledger.db").unlink()
    refused = run("backup", str(tmp_path / "backup.zip"))
    assert (refused.code, "There is no database" in refused.err) == (1, True)
    assert not (tmp_path / "backup.zip").exists()


@pytest.mark.usefixtures("settings")
def test_where_it_cannot_be_written_this_is_said(run: Run, tmp_path: Path) -> None:
    refused = run("backup", str(tmp_path / "nowhere/backup.zip"))
    assert (refused.code, "cannot be written" in refused.err) == (1, True)


def audited(settings: Settings) -> list[tuple[str, str, str | None]]:
    """Return action, kind of actor and details of the entries, the first one first."""
    with open_database(settings) as database, database.connect() as connection:
        rows = connection.exec_driver_sql("select action, actor_kind, details from audit")
        return [(action, kind, details) for action, kind, details in rows]


def test_the_audit_log_holds_each_backup_and_restoration(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    file = tmp_path / "backup.zip"
    assert run("backup", str(file)).code == 0
    assert run("backup", str(file), "--with-key").code == 0
    plain, with_key = audited(settings)
    assert plain == ("backup", "command", None)
    assert with_key[:2] == ("backup", "command")
    assert "with_key" in (with_key[2] or "")
    folder = run("backup", str(tmp_path))
    assert (folder.code, folder.out) == (1, "")
    assert f"{tmp_path} is a folder; name a file in it" in folder.err
    assert len(audited(settings)) == 2, "what is refused is not recorded"
    assert run("restore", str(file), "--force").code == 0
    assert [each[0] for each in audited(settings)] == ["backup", "backup", "restore"]


def test_a_database_without_an_audit_log_is_backed_up_all_the_same(
    run: Run, settings: Settings, tmp_path: Path
) -> None:
    with sqlite3.connect(settings.data_dir / "wattledger.db") as database:
        database.execute("DROP TABLE audit")
    database.close()
    made = run("backup", str(tmp_path / "backup.zip"))
    assert made.code == 0, made.err
    assert "The audit log does not hold this backup" in made.err
    assert (tmp_path / "backup.zip").is_file()
