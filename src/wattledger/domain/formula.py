"""Texts in files that spreadsheets open: none may run as a formula, each comes back as it was."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_MARK = "'"


def defused(text: str) -> str:
    """Return a text as it goes into a cell: a mark in front keeps it from being a formula.

    >>> defused("=1+1"), defused("Rack A3"), defused("'s Bosch")
    ("'=1+1", 'Rack A3', "''s Bosch")
    """
    return f"{_MARK}{text}" if text.startswith((*_FORMULA_STARTS, _MARK)) else text


def undefused(cell: str) -> str:
    """Return the text of a cell that ``defused`` wrote, or that a person wrote without it.

    >>> undefused("'=1+1"), undefused("Rack A3"), undefused("''s Bosch"), undefused("'t Zand")
    ('=1+1', 'Rack A3', "'s Bosch", "'t Zand")
    """
    marked = cell.startswith(_MARK) and cell[1:].startswith((*_FORMULA_STARTS, _MARK))
    return cell[1:] if marked else cell
