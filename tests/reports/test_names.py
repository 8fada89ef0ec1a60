"""Names of sheets and files, made from whatever a client is called."""

from hypothesis import given
from hypothesis import strategies as st

from wattledger.reports.names import file_names, sheet_names

NAMES = st.lists(st.text(max_size=60) | st.sampled_from(["A", "a", "Straße", "STRASSE", "con"]))


@given(NAMES)
def test_sheets_have_safe_names_and_no_two_alike(wanted: list[str]) -> None:
    names = sheet_names()
    given_names = [names.name_for(name) for name in ["Summary", *wanted]]
    assert len({name.casefold() for name in given_names}) == len(given_names)
    for name in given_names:
        assert 0 < len(name.encode("utf-16-le")) <= 62
        assert not set(name) & set("[]:*?/\\'")
        assert name.casefold() != "history"


@given(NAMES)
def test_files_have_safe_names_and_no_two_alike(wanted: list[str]) -> None:
    names = file_names()
    given_names = [names.name_for(name) for name in wanted]
    assert len({name.casefold() for name in given_names}) == len(given_names)
    for name in given_names:
        assert 0 < len(name.encode()) <= 100
        assert not set(name) & set('<>:"/\\|?*')
        assert name == name.strip(" .")
        assert name.upper() not in {"CON", "NUL", "COM1"}


def test_names_are_told_apart_by_a_number() -> None:
    names = sheet_names()
    long = "Rechenzentrum der Stadtwerke Musterstadt"
    assert names.name_for(long) == "Rechenzentrum der Stadtwerke Mu"
    assert names.name_for(long.upper()) == "RECHENZENTRUM DER STADTWERK (2)"
    assert names.name_for("History") == "History (2)"
    assert names.name_for("[]") == "Client"


def test_no_name_leads_out_of_its_folder() -> None:
    names = file_names()
    assert names.name_for("../../etc/passwd") == "etc passwd"
    assert names.name_for("..") == "Client"
    assert names.name_for("nul") == "nul (2)"
