"""Lists that are read page by page: one query for each set of filters, built once.

To put a query together costs as much as to run it; here only its values are new each time.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    UnaryExpression,
    bindparam,
    or_,
    tuple_,
)

from wattledger.store.folded import folded

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
_AnySelect: TypeAlias = Select[*tuple[Any, ...]]
_Order: TypeAlias = Sequence[ColumnElement[Any] | UnaryExpression[Any]]

_LIMIT = "page_limit"
_BEHIND = "page_behind"


class Listing:
    """The rows of a list, in an order, and what can be asked of them.

    ``conditions`` are by the name of a filter; the values in them are bindparams of such names. A
    filter that is None, or not given, lets all rows pass. ``behind`` is the condition of the rows
    that come after a key; its values are those of ``key_part``.
    """

    def __init__(
        self,
        rows: _AnySelect,
        order: _Order,
        behind: ColumnElement[bool],
        conditions: Mapping[str, ColumnElement[bool]],
    ) -> None:
        self._rows = rows.order_by(*order).limit(bindparam(_LIMIT))
        self._conditions = {**conditions, _BEHIND: behind}
        self.queries: dict[frozenset[str], _AnySelect] = {}

    def page(
        self,
        connection: Connection,
        given: Mapping[str, object],
        after: Sequence[object] | None,
        limit: int | None,
    ) -> Sequence[AnyRow]:
        """Return at most ``limit`` rows that pass the filters given, from behind a key on."""
        values = {name: value for name, value in given.items() if value is not None}
        if after is not None:
            values[_BEHIND] = True
            values |= {_part(number): each for number, each in enumerate(after)}
        # SQLite takes -1 for no limit; a number beyond any table is one everywhere.
        values[_LIMIT] = _MOST if limit is None else limit
        return connection.execute(self._query(frozenset(values)), values).all()

    def _query(self, names: frozenset[str]) -> _AnySelect:
        query = self.queries.get(names)
        if query is None:
            asked = (each for name, each in self._conditions.items() if name in names)
            query = self.queries[names] = self._rows.where(*asked)
        return query


_MOST = 2**62


def _part(number: int) -> str:
    return f"page_key_{number}"


def key_part(number: int, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the value of a key at a place, for the condition ``behind`` of a list."""
    return bindparam(_part(number), type_=column.type)


def ascending(*columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition of the rows behind a key in the ascending order of columns.

    Databases go straight to that place of an index; the same said with OR has them read all rows
    before it, on every page again.
    """
    values = [key_part(number, column) for number, column in enumerate(columns)]
    return columns[0] > values[0] if len(columns) == 1 else tuple_(*columns) > tuple_(*values)


def has_part(*columns: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition ``search``: a column has a text in it; capitals do not count."""
    wanted: ColumnElement[str] = bindparam("search", type_=Text())
    conditions = [folded(column).contains(wanted, escape=_ESCAPE) for column in columns]
    return conditions[0] if len(conditions) == 1 else or_(*conditions)


_ESCAPE = "/"


def escaped(search: str | None) -> str | None:
    """Return the value of a filter ``search``: without capitals, and no character means any other.

    >>> escaped("50%_A/b")
    '50/%/_a//b'
    """
    if search is None:
        return None
    search = search.casefold()
    for special in (_ESCAPE, "%", "_"):
        search = search.replace(special, _ESCAPE + special)
    return search
