"""What the words beside a number say of it, in five languages.

English, German, French, Spanish and Italian, as meters print them: in labels, and in the ids and
keys that stand behind them ("energyToday", "kwh_total").
"""

import re
import unicodedata
from enum import Enum


class Word(Enum):
    """What a word says; the value is how it is told to people."""

    ENERGY = "energy"
    COUNTER = "a total or counter"
    IMPORT = "import"
    EXPORT = "export"
    PERIOD = "a day, month or other period"
    EXTREME = "a peak, mean or demand"
    LIMIT = "a limit or rating"
    COST = "a cost"
    ESTIMATE = "an estimate"
    RESETTABLE = "a counter that is reset"
    PART = "a part: an outlet, phase or branch"
    TARIFF = "one tariff"
    NOT_ACTIVE = "reactive or apparent"
    POWER = "power"
    VOLTAGE = "voltage"
    CURRENT = "current"
    POWER_FACTOR = "power factor"


# Each is searched for in a text of lower-case words without accents, one space between and around
# them. A space in a pattern is the edge of a word; compounds ("Tagesverbrauch") need the others.
_PATTERNS: dict[Word, str] = {
    Word.ENERGY: r"energ| [kmg]?wh |kwh|kilowatt ?h|kwatt h|watt ?hour|arbeit|verbrauch"
    r"|consommation|consumo|consumption|usage|zahlerstand|zaehlerstand",
    Word.COUNTER: r" tot | totals? | totale? |total(?=energ|kwh|wh|act|active|import|consum|power)"
    r"|cumul|kumul|lifetime|gesamt|summe| sum |zahler|zaehler|compteur|contator|contador|lettura"
    r"|lectura|releve| index |register|registro|counter|meter reading|accumul|acumul|overall"
    r"|since install|seit inbetrieb",
    Word.IMPORT: r"import| bezug|bezogen|soutir|preliev|prelevat|delivered| forward |consumed",
    Word.EXPORT: r"export|einspeis|abgabe|lieferung|inject|immess|inyect|vertid| reverse |returned"
    r"|feed ?in|generat|erzeug",
    Word.PERIOD: r" today|yesterday| day | days |daily| weeks? |weekly|month| years? |yearly"
    r"| hours? (?!meter)|hourly| last \d| 24 ?h |previous| prev |interval| periods? |periode |trip"
    r"|heute|gestern| tag | tages?|vortag|monat|jahr|woche|stunde(?!n ?zahler)"
    r"|aujourd|journal| jour | hier | mois|mensuel|semaine|annee|annuel| heure "
    r"| hoy | ayer | dia |diari| mes |mensual|semana| ano |anual| hora "
    r"| oggi | ieri |giorn| mese |mensile|settiman| anno |annual| ora ",
    Word.EXTREME: r" peak|demand| max |maxim| min |minim| average| avg | mean |spitze|mittel"
    r"|durchschnitt| pic |pointe|moyen|pico|promedio|media |picco|highest|lowest",
    Word.LIMIT: r"limit|threshold|alarm|warning|grenz|schwelle|seuil|umbral|soglia| rated |rating"
    r"|nominal|nenn|capacity|kapazitat|overload|headroom",
    Word.COST: r" costs?|price|tarif ?price|kosten|preis| cout| prix|coste|precio|costo|prezzo"
    r"| eur | usd | chf | gbp |\u20ac|\$|\u00a3",
    Word.ESTIMATE: r"estimat|forecast|predict|projected|prognose|geschatzt|estime|previs|stima",
    Word.RESETTABLE: r"since reset|resettable|seit reset|partial|partiel|parcial|parzial| trip "
    r"|custom|teilzahler",
    Word.PART: r"outlet|socket|receptacle|steckdose| prise|\btoma\b| presa | prese | phase|fase"
    r"| l ?[123] | l ?[123] n |branch|breaker|circuit| bank | cord |infeed| inlet |abgang|strang"
    r"| output \d| port ",
    Word.TARIFF: r" t ?[1-4] |tariff? ?\d| ht | nt |heures? (?:pleines|creuses)|hochtarif"
    r"|niedertarif|off ?peak",
    Word.NOT_ACTIVE: r" reactiv|reactive|reaktiv|blind|reattiv|apparent|schein|aparente"
    r"| [kmg]?varh? | [kmg]?vah? |kvarh|kvah",
    Word.POWER: r"power(?! ?(?:factor|pdu|meter|strip))|leistung(?!s ?faktor)|puissance|potencia"
    r"|potenza| loads? |watts?(?! ?h)| last ",
    Word.VOLTAGE: r"volt|spannung|tension|\bu ?[123]\b",
    Word.CURRENT: r" currents? |current(?=l?\d| )|totalcurrent|strom|courant|corriente|corrente"
    r"|amper| amps? ",
    Word.POWER_FACTOR: r"power ?factor|leistungs ?faktor|facteur de puissance|factor de potencia"
    r"|fattore di potenza| cos ?(?:phi|\u03c6|\u03d5)?(?= )| pf |^ factor $",
}
_WORDS = {word: re.compile(pattern) for word, pattern in _PATTERNS.items()}

_CAMEL = re.compile(r"(?<=[a-z0-9])(?<!\b[km])(?=[A-Z])")
_BREAK = re.compile(r"[^0-9a-z\u20ac$\u00a3\u03c6\u03d5]+")
_LONGEST = 300
_FOLDED_OE = str.maketrans({"\u00df": "ss", "\u0153": "oe", "\u00e6": "ae"})


def words_in(text: str) -> frozenset[Word]:
    """Return what a text says of the number beside it.

    >>> sorted(word.name for word in words_in("Energie heute"))
    ['ENERGY', 'PERIOD']
    >>> sorted(word.name for word in words_in("energy-total"))
    ['COUNTER', 'ENERGY']
    """
    plain = plain_words(text)
    return frozenset(word for word, pattern in _WORDS.items() if pattern.search(plain))


def plain_words(text: str) -> str:
    """Return a text in lower case without accents and marks, its words between single spaces.

    >>> plain_words("Zählerstand (kWh)"), plain_words("totalEnergy")
    (' zahlerstand kwh ', ' total energy ')
    """
    cut = _CAMEL.sub(" ", text[:_LONGEST])
    parts = unicodedata.normalize("NFKD", cut.casefold().translate(_FOLDED_OE))
    bare = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return f" {_BREAK.sub(' ', bare).strip()} "
