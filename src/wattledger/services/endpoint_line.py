"""A line of a list of endpoints: a meter, whom it serves, and how its endpoint is set up and read.

The first columns are those of lists people keep; the others move a whole configuration.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from pydantic import ValidationError

from wattledger.collect.address import parse_address
from wattledger.domain.errors import InvalidInputError
from wattledger.domain.formula import undefused
from wattledger.domain.name import LONGEST_METER_KEY, parse_name
from wattledger.domain.number import is_absent, parse_pointed
from wattledger.domain.recipe import AuthConfig, AuthType, ScrapingConfig
from wattledger.domain.register import parse_multiplier
from wattledger.domain.unit import Quantity, to_milli
from wattledger.services.csv_lines import CsvColumns
from wattledger.services.json_rows import JsonObject, objects_of, spelling
from wattledger.services.set_up_endpoint import LONGEST_POLL_MINUTES
from wattledger.store.endpoints import TOTAL

ENDPOINT_COLUMNS = CsvColumns(
    required=("endpoint",),
    optional=(
        "meter",
        "client",
        "location",
        "address",
        "resolution_kwh",
        "p_max_kw",
        "modulus_kwh",
        "multiplier",
        "site",
        "type",
        "vendor",
        "enabled",
        "poll_interval",
        "auth_type",
        "username",
        "password",
        "login_url",
        "login",
        "steps",
        "recipe",
        "feed",
        "rack",
    ),
)

_LONGEST = {"location": 200, "type": 50, "vendor": 100}
_MAY_BE_ABSENT = (
    *("client", "location", "address", "site", "type", "vendor", "feed", "rack"),
    *("resolution_kwh", "p_max_kw", "modulus_kwh", "multiplier"),
)
"""Cells in which "n/a" or "-" says that there is nothing; a password may be any text."""
_YES = frozenset({"true", "yes", "1", "ja", "oui"})
_NO = frozenset({"false", "no", "0", "nein", "non"})
_IN_LIST = {"name": "endpoint", "ipAddress": "address", "clientName": "client"} | {
    "authConfig": "login",
    "scrapingConfig": "recipe",
}
_METERS = "meters"

_Model = TypeVar("_Model", AuthConfig, ScrapingConfig)


@dataclass(frozen=True, slots=True)
class LoginLine:
    """What a line says of the login; ``None`` is nothing, and leaves what is there."""

    auth_type: AuthType | None
    config: Mapping[str, Any]

    @property
    def says_nothing(self) -> bool:
        """Tell whether the line leaves the login as it is."""
        return self.auth_type is None and not self.config


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """A good line: what it sets of the endpoint, of its recipe, and of the meter."""

    endpoint: str
    meter: str
    client: str
    site: str
    columns: dict[str, Any]
    login: LoginLine
    scraping: Mapping[str, Any]
    register: dict[str, int | str]
    place: dict[str, str]


def rows_of(endpoint: JsonObject) -> Iterable[JsonObject]:
    """Return the rows of an endpoint of a JSON list, as its export has it: one for each meter."""
    of_endpoint = {_IN_LIST.get(name, name): each for name, each in endpoint.items()}
    meters = of_endpoint.pop(_METERS, None)
    if meters is None or not (found := objects_of(meters)):
        return [of_endpoint]
    name = {key: each for key, each in of_endpoint.items() if spelling(key) == "endpoint"}
    rows = []
    for number, each in enumerate(found):
        of_meter = {"meter" if key == "key" else key: value for key, value in each.items()}
        # What is the endpoint's is said once; the client of its first line is the endpoint's.
        of_first = of_endpoint if number == 0 else name
        rows.append(of_meter | of_first)
    return rows


def endpoint_line(cells: list[str]) -> EndpointLine:
    """Return what a line says; InvalidInputError when it cannot be used."""
    names = (*ENDPOINT_COLUMNS.required, *ENDPOINT_COLUMNS.optional)
    line = {name: undefused(cell) for name, cell in zip(names, cells, strict=True)}
    line |= {name: "" for name in _MAY_BE_ABSENT if is_absent(line[name])}
    return EndpointLine(
        endpoint=parse_name(line["endpoint"], "endpoint"),
        meter=parse_name(line["meter"] or TOTAL, "meter", LONGEST_METER_KEY),
        client=line["client"] and parse_name(line["client"], "client"),
        site=line["site"],
        columns=_endpoint_columns(line),
        login=_login(line),
        scraping=_scraping(line),
        register=_register(line),
        place=_place(line),
    )


def _endpoint_columns(line: Mapping[str, str]) -> dict[str, Any]:
    columns: dict[str, Any] = {
        name: parse_name(line[name], name, longest)
        for name, longest in _LONGEST.items()
        if line[name]
    }
    if line["address"]:
        parsed = parse_address(line["address"])
        columns |= {"address": parsed.url, "host_port": parsed.host_port}
    if line["enabled"]:
        columns["enabled"] = _yes_or_no(line["enabled"])
    if line["poll_interval"]:
        columns["poll_minutes"] = _minutes(line["poll_interval"])
    return columns


def _yes_or_no(cell: str) -> bool:
    word = cell.lower()
    if word in _YES or word in _NO:
        return word in _YES
    raise InvalidInputError(f"enabled '{cell}' is neither true nor false.")


def _minutes(cell: str) -> int:
    value = parse_pointed(cell)
    if value is None or value != int(value) or not 1 <= value <= LONGEST_POLL_MINUTES:
        raise InvalidInputError(
            f"poll_interval '{cell}' is not a whole number of minutes up to {LONGEST_POLL_MINUTES}."
        )
    return int(value)


def _login(line: Mapping[str, str]) -> LoginLine:
    auth_type = None
    if line["auth_type"]:
        known = [each.value for each in AuthType]
        if line["auth_type"].lower() not in known:
            raise InvalidInputError(
                f"auth_type '{line['auth_type']}' is none of {', '.join(known)}."
            )
        auth_type = AuthType(line["auth_type"].lower())
    told = {"username": line["username"], "password": line["password"]}
    told["loginUrl"] = line["login_url"]
    config = _object("login", line["login"]) | {name: each for name, each in told.items() if each}
    config = {name: each for name, each in config.items() if each is not None}
    config.pop("hasPassword", None)
    checked("login", AuthConfig, config)
    return LoginLine(auth_type, config)


def _scraping(line: Mapping[str, str]) -> dict[str, Any]:
    scraping = _object("recipe", line["recipe"])
    if line["steps"]:
        scraping["steps"] = _json("steps", line["steps"])
    if "valueSelector" in scraping:
        checked("recipe", ScrapingConfig, scraping)
    return scraping


def checked(column: str, model: type[_Model], fields: Mapping[str, Any]) -> _Model:
    """Return what a column's JSON means; InvalidInputError names the key that is wrong."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]
        where = ".".join(map(str, problem["loc"]))
        raise InvalidInputError(f"{column}: {where}: {problem['msg']}.") from None


def _object(column: str, cell: str) -> dict[str, Any]:
    if not cell:
        return {}
    found = _json(column, cell)
    if not isinstance(found, dict):
        raise InvalidInputError(f"{column} is not a JSON object, as {{...}}.")
    return found


def _json(column: str, cell: str) -> Any:  # noqa: ANN401 - whatever is written there
    try:
        return msgspec.json.decode(cell)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        # The cell may hold a password: it is not repeated.
        raise InvalidInputError(f"{column} is not JSON.") from None


def _register(line: Mapping[str, str]) -> dict[str, int | str]:
    register: dict[str, int | str] = {}
    for name, column, unit, quantity in (
        ("resolution_milliwh", "resolution_kwh", "kWh", Quantity.ENERGY),
        ("p_max_mw", "p_max_kw", "kW", Quantity.POWER),
        ("modulus_milliwh", "modulus_kwh", "kWh", Quantity.ENERGY),
    ):
        if line[column]:
            register[name] = _positive(name, line[column], unit, quantity)
    if line["multiplier"]:
        parse_multiplier(line["multiplier"])
        register["multiplier"] = line["multiplier"]
    return register


def _positive(name: str, cell: str, unit: str, quantity: Quantity) -> int:
    value = parse_pointed(cell)
    milli = 0 if value is None else to_milli(value, unit, quantity)
    if milli <= 0:
        raise InvalidInputError(f"{name.rpartition('_')[0]} '{cell}' is not a positive number.")
    return milli


def _place(line: Mapping[str, str]) -> dict[str, str]:
    place = {}
    if line["feed"]:
        if line["feed"] not in {"A", "B"}:
            raise InvalidInputError(f"feed '{line['feed']}' is neither A nor B.")
        place["feed"] = line["feed"]
    if line["rack"]:
        place["rack"] = parse_name(line["rack"], "rack", LONGEST_METER_KEY)
    return place
