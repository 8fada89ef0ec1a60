"""All clients of a month in one ZIP: a folder a client, and the month as a whole beside them."""

from collections.abc import Sequence

from wattledger.domain.period import next_month
from wattledger.domain.statement import MonthBook, Statement
from wattledger.reports.csv import month_csv
from wattledger.reports.json import month_json
from wattledger.reports.names import file_names
from wattledger.reports.pdf import statement_pdf
from wattledger.reports.statement_json import statement_json
from wattledger.reports.stored_zip import Packed, stored_zip
from wattledger.reports.xlsx import month_workbook, statement_workbook


def month_archive(book: MonthBook, issuer: Sequence[str] = ()) -> bytes:
    """Return PDF, Excel and JSON of each client, and CSV, JSON and Excel of all.

    ``issuer`` is who issues the statements, as the PDF says it.
    """
    month, report, names = f"{book.month:%Y-%m}", book.report, file_names()
    files = [
        Packed(names.name_for(f"{month}.csv"), month_csv(report).encode("utf-8")),
        Packed(names.name_for(f"{month}.json"), month_json(report).encode("utf-8")),
        Packed(names.name_for(f"{month}.xlsx"), month_workbook(book)),
    ]
    for statement in book.statements:
        folder = names.name_for(statement.client)
        files += client_files(statement, f"{folder}/{month} {folder}", issuer)
    return stored_zip(files, next_month(book.month))


def client_files(statement: Statement, path: str, issuer: Sequence[str]) -> list[Packed]:
    """Return a client's statement in each form, under a path without an ending."""
    return [
        Packed(f"{path}.pdf", statement_pdf(statement, issuer)),
        Packed(f"{path}.xlsx", statement_workbook(statement)),
        Packed(f"{path}.json", statement_json(statement)),
    ]
