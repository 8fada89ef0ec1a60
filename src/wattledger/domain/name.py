"""Names people give: of endpoints, meters, clients, tokens."""

from wattledger.domain.errors import InvalidInputError

LONGEST_NAME = 200
LONGEST_METER_KEY = 100


def parse_name(text: str, what: str, longest: int = LONGEST_NAME) -> str:
    """Return a name as one clean line; InvalidInputError says what is wrong with which name.

    >>> parse_name(" Rack  A3 ", "endpoint")
    'Rack A3'
    """
    if not text.isprintable():
        raise InvalidInputError(
            f"the name of the {what} has a line break or a control character; write it in one line."
        )
    name = " ".join(text.split())
    if not name:
        raise InvalidInputError(f"the name of the {what} is empty.")
    if len(name) > longest:
        raise InvalidInputError(
            f"the name of the {what} has {len(name)} characters; {longest} is the most."
        )
    return name
