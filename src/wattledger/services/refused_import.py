"""A file of which nothing was booked, because lines of it cannot be used."""

from wattledger.domain.errors import InvalidInputError
from wattledger.services.csv_lines import BadLines


class RefusedImportError(InvalidInputError):
    """Bad lines kept a file out; ``fields`` says of each where it stands and what is wrong."""

    def __init__(self, bad: BadLines) -> None:
        super().__init__(
            f"{bad.count} of the file's lines cannot be used, so nothing was booked. Correct them, "
            "or book the others with skipBad."
        )
        self.fields = {f"{bad.place} {line}": reason for line, reason in sorted(bad.kept)}
