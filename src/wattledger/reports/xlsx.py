"""The month as an Excel file: a summary and a sheet per client, with numbers one can reckon with.

The same values give the same bytes: the date of creation is the month's end, not the clock's.
"""

from wattledger.domain.statement import MonthBook, Statement
from wattledger.reports.sheets.book import Book
from wattledger.reports.sheets.client import write_client, write_unassigned
from wattledger.reports.sheets.summary import summary_rows, unassigned_row, write_summary
from wattledger.reports.wording import month_text


def month_workbook(month: MonthBook) -> bytes:
    """Return the workbook of all clients: the summary first, then a sheet each."""
    book = Book(f"Energy of all clients, {month_text(month.month)}", month.month)
    summary = book.add("Summary")
    sheets = [write_client(book, statement) for statement in month.statements]
    nobody = None
    if month.unassigned:
        nobody = unassigned_row(month, write_unassigned(book, month))
    write_summary(summary, month, summary_rows(month, sheets), nobody)
    return book.finished()


def statement_workbook(statement: Statement) -> bytes:
    """Return the workbook of one client."""
    book = Book(f"{statement.client}, {month_text(statement.month)}", statement.month)
    write_client(book, statement)
    return book.finished()
