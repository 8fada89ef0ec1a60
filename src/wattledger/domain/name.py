"""Names people give: of endpoints, meters, clients, tokens."""

from wattledger.domain.errors import InvalidInputError

LONGEST_NAME = 200
LONGEST_METER_KEY = 100
LONGEST_SERIAL = 100


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


def parse_name_field(text: str, what: str) -> str:
    """Return the name in the field ``name``; the error begins like a sentence and names the field.

    >>> parse_name_field("Site  B", "site")
    'Site B'
    """
    try:
        return parse_name(text, what)
    except InvalidInputError as error:
        sentence = str(error)
        raise InvalidInputError(sentence[:1].upper() + sentence[1:], field="name") from None
