"""What the words above a column say it holds: English, German, French and their neighbours."""

import re
from enum import Enum

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.month_name import plain_words
from wattledger.domain.unit import spelled


class Role(Enum):
    """What a column without a date holds."""

    NAME = "name"
    METER = "meter"
    CLIENT = "client"
    LOCATION = "location"
    SERIAL = "serial"
    MULTIPLIER = "multiplier"


class Measure(Enum):
    """Whether a column's numbers are registers, energies, or one of the two by its unit alone."""

    READING = "reading"
    CONSUMPTION = "consumption"
    ENERGY_UNIT = "unit"


# In this order: a "meter serial" is a serial, a "client name" a client. Each is the beginning of a
# word, so that plurals and compounds ("Zählernummer") are known too.
_ROLES = (
    (Role.SERIAL, r"serial|serien|s/?n\b|zahler-?\s?(?:nr|nummer)|serie\b|n.? de serie|matric"),
    (
        Role.SERIAL,
        r"(?:meter|counter) (?:no|number|id|nr)\b|eigentumsn|serienummer|num\S* de serie",
    ),
    (Role.MULTIPLIER, r"multipl|factor|faktor|\S*faktor|ct\b|ct-|ratio|wandler|facteur|coeff"),
    (Role.CLIENT, r"client|customer|kunde|mieter|tenant|cliente|klant|company|firma|locataire"),
    (Role.LOCATION, r"location|standort|ort\b|raum|room|hall|salle|site\b|emplacement|lieu|floor"),
    (Role.LOCATION, r"etage|row\b|reihe|ubicac|locatie|posizion|position|building|gebaude"),
    (Role.METER, r"feed|einspeis|outlet|channel|kanal|circuit|stromkreis|phase|a/b\b"),
    (Role.NAME, r"endpoint|meter|zahler\b|zahlerbez|messstell|messpunkt|rack|schrank|cabinet|baie"),
    (Role.NAME, r"compteur|armoire|pdu|name|bezeichn|device|gerat|nom\b|contador|contatore|teller"),
)
_ROLE_WORDS = [(role, re.compile(rf"(?<![a-z])(?:{words})")) for role, words in _ROLES]
_READING = re.compile(
    r"reading|register|(?<![a-z])(?:stand|index|releve|lectura|lettura|ablesung|ablese|counter)"
    r"|stand(?![a-z])|zahlerst|meterstand"
)
_CONSUMPTION = re.compile(
    r"verbrauch|consum|consom|(?<![a-z])conso|usage|(?<![a-z])used|verbruik|differen"
    r"|(?<![a-z])(?:diff|delta|energie|energy|arbeit)(?![a-z])"
)
_UNIT = re.compile(r"(?<![a-z])[kmg]?wh(?![a-z])", re.IGNORECASE)
_TOTAL = re.compile(
    r"(?:total|totals|totaal|totale|summe|gesamt|gesamtsumme|zwischensumme|sum|subtotal|somme"
    r"|grand total|sous-total|suma)\b.*"
)
_NOTHING = frozenset({"", "-", "n/a", "na", "none", "\u2013", "?"})


def role_of(header: str) -> Role | None:
    """Return what a column holds by its header; ``None`` when the words say nothing.

    >>> role_of("Zähler-Nr."), role_of("Kundenname")
    (<Role.SERIAL: 'serial'>, <Role.CLIENT: 'client'>)
    """
    words = plain_words(header)
    return next((role for role, pattern in _ROLE_WORDS if pattern.search(words)), None)


def measure_of(header: str) -> Measure | None:
    """Return whether a header speaks of a register or of energy used.

    >>> measure_of("Zählerstand kWh"), measure_of("kWh Jan")
    (<Measure.READING: 'reading'>, <Measure.ENERGY_UNIT: 'unit'>)
    """
    words = plain_words(header)
    if _CONSUMPTION.search(words):
        return Measure.CONSUMPTION
    if _READING.search(words):
        return Measure.READING
    return Measure.ENERGY_UNIT if _UNIT.search(words) else None


def unit_of(header: str) -> str:
    """Return the unit of energy a header names; kWh where it names none.

    InvalidInputError for one that may be two: mwh.

    >>> unit_of("Stand [MWh]"), unit_of("31.01.2026")
    ('MWh', 'kWh')
    """
    found = _UNIT.search(header)
    unit = spelled(found[0]) if found else "kWh"
    if unit is None:
        raise InvalidInputError(
            f"'{header}' may be in MWh or in thousandths of a Wh; write MWh there, or name the "
            "column anew with --columns."
        )
    return unit


def is_unit(text: str) -> bool:
    """Tell whether a cell is nothing but a unit of energy.

    >>> is_unit(" MWh"), is_unit("12 MWh")
    (True, False)
    """
    return _UNIT.fullmatch(text.strip()) is not None


def is_total(text: str) -> bool:
    """Tell whether a row's name says that the row adds up others.

    >>> is_total("Summe Halle 1"), is_total("Rack 1")
    (True, False)
    """
    return _TOTAL.fullmatch(plain_words(text)) is not None


def is_blank(text: str) -> bool:
    """Tell whether a text cell says that there is nothing."""
    return text.strip().casefold() in _NOTHING
