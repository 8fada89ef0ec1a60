"""Settings: environment ``WATTLEDGER_*`` first, then a TOML file, then the defaults here."""

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from wattledger.domain.errors import WattledgerError
from wattledger.domain.zone import zone_names

_PREFIX = "WATTLEDGER_"
_FILE_VARIABLE = "WATTLEDGER_CONFIG"
_IN_ADDRESS = re.compile(r"(://[^:/@]*:).*@")
_IN_PARAMETER = re.compile(
    r"([?&;][^=&;]*(?:pass|pwd|secret|token|key)[^=&;]*=)[^&;]*", re.IGNORECASE
)


class SettingsError(WattledgerError):
    """A setting that cannot be used; the message names it and says what it takes."""


def _zone(name: str) -> str:
    if name not in zone_names():
        raise ValueError(f"'{name}' is not an IANA time zone; write it like Europe/Berlin")
    return name


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"'{text}' is not an address like https://power.example.com")
    return text.rstrip("/")


def _folder(value: object) -> object:
    """Refuse an empty name, which would mean the folder a command happens to run in."""
    if value == "":
        raise ValueError("it is empty; name a folder, or leave the setting out")
    return value


def _networks(value: object) -> object:
    """Split ``a,b`` from the environment; a TOML list passes as it is."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _lines(value: object) -> object:
    """Split a text at its line ends, also where a file of variables writes them as backslash n."""
    if isinstance(value, str):
        value = value.replace("\\n", "\n").split("\n")
    if isinstance(value, list | tuple):
        return [" ".join(str(part).split()) for part in value if str(part).strip()]
    return value


def _masked(address: str) -> str:
    """Return an address without a password, before its host or among its parameters.

    >>> _masked("postgresql://ada:s3cret@db/power?sslpassword=other&sslmode=require")
    'postgresql://ada:***@db/power?sslpassword=***&sslmode=require'
    """
    return _IN_PARAMETER.sub(r"\1***", _IN_ADDRESS.sub(r"\1***@", address))


def _file() -> Path | None:
    """Return the TOML file: the one WATTLEDGER_CONFIG names, else ./wattledger.toml if there."""
    named = os.environ.get(_FILE_VARIABLE)
    if named is None:
        usual = Path("wattledger.toml")
        return usual if usual.is_file() else None
    if not Path(named).is_file():
        raise SettingsError(
            f"{_FILE_VARIABLE} names '{named}', which is no file; correct the path or unset it."
        )
    return Path(named)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting in force, as it may be shown. ``value`` is None where it is not set, or secret.

    ``source`` is *command*, *environment*, *file* or *default*.
    """

    name: str
    value: str | None
    source: str


class Settings(BaseSettings):
    """All settings with their defaults. docs/reference/settings.md is made from this class."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True)

    data_dir: Annotated[Path, BeforeValidator(_folder)] = Field(
        default=Path("wattledger-data"),
        description="Folder for the database, the evidence and the key; made when missing.",
    )
    database_url: str | None = Field(
        default=None,
        description="A SQLite file, as `sqlite:////path/file.db`; in the data folder when not set.",
    )
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        default="UTC",
        description="IANA time zone of the first site: where a day and a month begin and end.",
    )
    browser: str | None = Field(
        default=None,
        description="Path of the Chromium to drive; found by itself when not set; "
        "'none' to do without a browser.",
    )
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(default=4000, ge=0, le=65535, description="Port the server listens on.")
    public_url: Annotated[str, AfterValidator(_web_address)] | None = Field(
        default=None,
        description="Address people reach the server at, as https://power.example.com, for links; "
        "with https, cookies go over TLS only. Host and port when not set.",
    )
    allow_loopback: bool = Field(
        default=False,
        description="Whether devices at loopback addresses (127.0.0.1) may be read, and messages "
        "sent there.",
    )
    allowed_networks: Annotated[
        tuple[IPv4Network | IPv6Network, ...], NoDecode, BeforeValidator(_networks)
    ] = Field(
        default=(),
        description="Networks outside the private ranges whose devices may be read, "
        "as 203.0.113.0/24, separated by commas. Messages may go to the internet anyway.",
    )
    http_concurrency: int = Field(
        default=256, ge=1, le=4096, description="Devices read over plain HTTP at once."
    )
    browser_concurrency: int = Field(
        default=0, ge=0, le=64, description="Pages open in the browser at once; 0: two a core."
    )
    poll_gap_seconds: int = Field(
        default=5, ge=0, le=3600, description="Least time between two polls of one device."
    )

    issuer: Annotated[
        tuple[Annotated[str, Field(max_length=120)], ...],
        NoDecode,
        BeforeValidator(_lines),
        Field(max_length=8),
    ] = Field(
        default=(),
        description="Who issues the statements, at the head of their PDF: name, address, VAT id; "
        "up to 8 lines, each on its own or `\\n` between them.",
    )

    log: Literal["auto", "json", "console"] = Field(
        default="auto",
        description="Form of the log: 'json' lines, 'console' for people; "
        "'auto' is 'console' on a terminal.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        description="From which level up the server logs; single commands log warnings and up, "
        "or all with 'debug'.",
    )
    metrics_open: bool = Field(
        default=False, description="Whether `/metrics` answers without a token."
    )
    metrics_meters: bool = Field(
        default=False, description="Whether `/metrics` tells the energy of each meter, by name."
    )
    key: SecretStr | None = Field(
        default=None,
        description="Keys that encrypt device passwords and addresses of channels, in place of the "
        "key file; separated by commas, the first encrypts. `wattledger key new` makes one.",
    )

    _sources: Mapping[str, str] = PrivateAttr(default_factory=dict)

    @property
    def database(self) -> str:
        """Return the address of the database in use."""
        return self.database_url or f"sqlite:///{self.data_dir / 'wattledger.db'}"

    @property
    def evidence_dir(self) -> Path:
        """Return the folder of the screenshots."""
        return self.data_dir / "evidence"

    @property
    def key_file(self) -> Path:
        """Return the file of the keys that encrypt device credentials."""
        return self.data_dir / "key"

    @property
    def shown_database(self) -> str:
        """Return the address of the database without its password."""
        return _masked(self.database)

    def told(self) -> Sequence[Setting]:
        """Return all settings without their secrets, and where each comes from."""
        return [
            Setting(_PREFIX + name.upper(), self._shown(name), self._sources.get(name, "default"))
            for name in type(self).model_fields
        ]

    def _shown(self, name: str) -> str | None:
        value = getattr(self, name)
        if value is None or isinstance(value, SecretStr):
            return None
        if isinstance(value, bool):
            return str(value).lower()
        text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        return _masked(text)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - we read no .env file
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - nor secret files
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources, first wins."""
        toml = TomlConfigSettingsSource(settings_cls, toml_file=_file())
        return init_settings, env_settings, toml


def load_settings(**overrides: Any) -> Settings:  # noqa: ANN401 - any setting's own type
    """Return the settings in force; SettingsError names every wrong one.

    ``overrides`` (by field name) win over environment and file.
    """
    _refuse_unknown_variables()
    try:
        settings = Settings(**overrides)
        settings._sources = _sources(overrides)  # noqa: SLF001 - it is ours
        return settings  # noqa: TRY300 - what is loaded is what is checked
    except ValidationError as error:
        lines = [_sentence(problem["loc"], problem["msg"]) for problem in error.errors()]
        raise SettingsError("\n".join(lines)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {_file()} is not valid TOML: {error}.") from None
    except OSError as error:
        raise SettingsError(f"The settings file {_file()}: {error.strerror}.") from None


def _sources(overrides: Mapping[str, object]) -> dict[str, str]:
    """Return where settings come from, by name; what has its default is left out."""
    told = TomlConfigSettingsSource(Settings, toml_file=_file())()
    given = [name for name in Settings.model_fields if _PREFIX + name.upper() in os.environ]
    sources = dict.fromkeys(told, "file") | dict.fromkeys(given, "environment")
    return sources | dict.fromkeys(overrides, "command")


def _refuse_unknown_variables() -> None:
    """Name a misspelt variable, which would be silently without effect."""
    known = {_PREFIX + name.upper() for name in Settings.model_fields} | {_FILE_VARIABLE}
    unknown = sorted(n for n in os.environ if n.startswith(_PREFIX) and n not in known)
    if unknown:
        raise SettingsError(
            f"{', '.join(unknown)}: no such setting. Known: {', '.join(sorted(known))}."
        )


def _sentence(location: tuple[int | str, ...], problem: str) -> str:
    name = str(location[0]) if location else "settings"
    reason = problem.removeprefix("Value error, ")
    return f"{_PREFIX}{name.upper()} (or '{name}' in the settings file): {reason}."


def settings_reference() -> str:
    """Return the page docs/reference/settings.md."""
    lines = [
        "# Settings",
        "",
        "By environment variable, or by the lower-case name in a TOML file: `wattledger.toml` in",
        "the folder a command runs in, or the file that `WATTLEDGER_CONFIG` names. The environment",
        "wins over the file. A wrong setting is an error that names it. This page is made from the",
        "settings themselves by `make docs`.",
        "",
        "| environment | file | default | meaning |",
        "|---|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "not set" if field.default in (None, ()) else f"`{field.default}`"
        lines.append(f"| `{_PREFIX}{name.upper()}` | `{name}` | {default} | {field.description} |")
    return "\n".join([*lines, ""])
