"""Names people give: of endpoints, meters, clients, tokens."""

from wattledger.domain.errors import InvalidInputError

LONGEST_NAME = 200


def parse_name(text: str, what: str) -> str:
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
    if len(name) > LONGEST_NAME:
        raise InvalidInputError(
            f"the name of the {what} has {len(name)} characters; {LONGEST_NAME} is the most."
        )
    return name
