"""All clients in one ZIP."""

import io
import json
import zipfile

from tests.reports.statements import built, month_book, priced, sealed, statement

from wattledger.reports.archive import month_archive
from wattledger.reports.csv import month_csv
from wattledger.reports.pdf import statement_pdf
from wattledger.reports.statement_json import statement_json

XYZ = sealed(priced(statement([built(0).line])))
FORMS = ("csv", "json", "XLSX")
BOOK = month_book(
    XYZ,
    statement([built(1).line], client="../../etc: <Łódź>"),
    statement([built(2).line], client="client xyz"),
    unassigned=[built(3).line],
)


def test_each_client_has_a_folder_with_pdf_excel_and_json() -> None:
    with zipfile.ZipFile(io.BytesIO(month_archive(BOOK))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "2026-03.csv",
            "2026-03.json",
            "2026-03.xlsx",
            *(
                f"{folder}/2026-03 {folder}.{form}"
                for folder in ("Client XYZ", "etc Łódź", "client xyz (2)")
                for form in ("pdf", "xlsx", "json")
            ),
        ]
        assert archive.read("2026-03.csv").decode() == month_csv(BOOK.report)
        assert len(json.loads(archive.read("2026-03.json"))["lines"]) == 4
        assert archive.read("Client XYZ/2026-03 Client XYZ.pdf") == statement_pdf(XYZ)
        assert archive.read("Client XYZ/2026-03 Client XYZ.json") == statement_json(XYZ)
        assert {each.date_time for each in archive.infolist()} == {(2026, 4, 1, 0, 0, 0)}


def test_no_client_s_folder_has_the_name_of_a_file_beside_it() -> None:
    book = month_book(*(statement([built(0).line], client=f"2026-03.{form}") for form in FORMS))
    with zipfile.ZipFile(io.BytesIO(month_archive(book))) as archive:
        names = archive.namelist()
    assert {name.partition("/")[0] for name in names[3:]}.isdisjoint(names[:3])


def test_the_same_month_gives_the_same_bytes() -> None:
    assert month_archive(BOOK) == month_archive(BOOK)
