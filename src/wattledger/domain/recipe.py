"""The web recipe: how to read one device. Data, with no template language beyond ``{name}``.

The keys are the API's (SOURCES 2): ``authType``, ``authConfig``, ``scrapingConfig``.
"""

import re
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    model_validator,
)
from pydantic.alias_generators import to_camel

MAX_STEPS = 50
MAX_WAIT_MILLISECONDS = 30_000


class _Model(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True
    )


def _pattern(text: str) -> str:
    try:
        compiled = re.compile(text)
    except re.error as error:
        raise ValueError(f"'{text}' is not a regular expression: {error}.") from None
    if compiled.groups > 1:
        raise ValueError(
            f"'{text}' has {compiled.groups} groups; put one pair of round brackets around "
            "the number and write the others as (?:...)."
        )
    return text


def _selector(text: str) -> str:
    if not text.strip():
        raise ValueError("The selector is empty; name the element that shows the value.")
    return text.strip()


Pattern = Annotated[str, Field(max_length=500), AfterValidator(_pattern)]
"""A regular expression with at most one group; the group, else the whole match, is the value."""

Selector = Annotated[str, Field(max_length=1000), AfterValidator(_selector)]
"""CSS, or ``xpath:``, ``json:`` (RFC 9535), ``text:`` (a label); ``@attr`` at the end for an
attribute, as in ``input@value``."""

DecimalMark = Literal["auto", ".", ","]


class Engine(StrEnum):
    """Which transport reads a page; ``auto`` takes the cheapest that works."""

    AUTO = "auto"
    HTTP = "http"
    BROWSER = "browser"


class AuthType(StrEnum):
    """How a device asks who we are."""

    NONE = "none"
    BASIC = "basic"
    DIGEST = "digest"
    FORM = "form"


LONGEST_LOGIN = 200
"""What no device asks for; to keep a longer password out of all texts would take long."""


class AuthConfig(_Model):
    """Login of a device. The password leaves this object only on its way to the device."""

    login_url: str = Field(default="/", max_length=2000)
    username_field: Selector | None = None
    password_field: Selector | None = None
    submit_selector: Selector | None = None
    username: str | None = Field(default=None, max_length=LONGEST_LOGIN)
    password: SecretStr | None = Field(default=None, max_length=LONGEST_LOGIN)
    logged_in_when: Selector | None = None
    logout_url: str | None = Field(default=None, max_length=2000)


class NavigateStep(_Model):
    """Open a page of the device."""

    action: Literal["navigate"]
    url: str = Field(max_length=2000)


class ClickStep(_Model):
    """Click a link, button or tab."""

    action: Literal["click"]
    selector: Selector


class TypeStep(_Model):
    """Type into a field; ``{username}`` and ``{password}`` stand for the secrets."""

    action: Literal["type"]
    selector: Selector
    text: str = Field(validation_alias=AliasChoices("text", "value"), max_length=2000)


class SelectStep(_Model):
    """Choose an option of a drop-down by its value."""

    action: Literal["select"]
    selector: Selector
    value: str = Field(max_length=2000)


class WaitStep(_Model):
    """Wait for a time, or for an element: exactly one of the two."""

    action: Literal["wait"]
    milliseconds: int | None = Field(default=None, ge=0, le=MAX_WAIT_MILLISECONDS)
    selector: Selector | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "WaitStep":
        if (self.milliseconds is None) == (self.selector is None):
            raise ValueError("A wait step takes either 'milliseconds' or 'selector'.")
        return self


Step = Annotated[
    NavigateStep | ClickStep | TypeStep | SelectStep | WaitStep, Field(discriminator="action")
]


class ValueField(_Model):
    """A further value beside the register.

    Without ``unit`` the unit on the page counts, else the base unit of the quantity (W, V, A). A
    text, such as ``serial``, is no number: it takes neither ``unit`` nor ``decimal``.
    """

    selector: Selector
    pattern: Pattern | None = None
    unit: str | None = Field(default=None, max_length=20)
    decimal: DecimalMark = "auto"


FieldName = Literal["power", "voltage", "current", "powerFactor", "serial", "resetStamp"]
"""``serial`` is who the device says it is; ``resetStamp`` when its register was last reset."""

TEXT_FIELDS: frozenset[FieldName] = frozenset({"serial", "resetStamp"})
"""The fields that are texts, taken as they are printed."""


class PageConfig(_Model):
    """Steps to the page where the register stands."""

    engine: Engine = Engine.AUTO
    steps: tuple[Step, ...] = Field(default=(), max_length=MAX_STEPS)


class ScrapingConfig(PageConfig):
    """Steps to the page, and where the register stands on it.

    Without ``unit`` the unit found beside the number counts, else kWh; with one, a unit found
    must be the same.
    """

    value_selector: Selector
    value_pattern: Pattern | None = None
    fields: dict[FieldName, ValueField] = Field(default_factory=dict)
    unit: str | None = Field(default=None, max_length=20)
    decimal: DecimalMark = "auto"

    @model_validator(mode="after")
    def _texts_have_no_unit(self) -> "ScrapingConfig":
        for name in sorted(TEXT_FIELDS & self.fields.keys()):
            field = self.fields[name]
            if field.unit is not None or field.decimal != "auto":
                raise ValueError(
                    f"fields.{name} is a text: leave out 'unit' and 'decimal'; a pattern may take "
                    "it out of what stands around it."
                )
        return self


class Recipe(_Model):
    """All it takes to read a device, but its address."""

    auth_type: AuthType = AuthType.NONE
    auth_config: AuthConfig = Field(default_factory=AuthConfig)
    scraping_config: ScrapingConfig

    @model_validator(mode="after")
    def _credentials_complete(self) -> "Recipe":
        needs = self.auth_type is not AuthType.NONE
        if needs and (self.auth_config.username is None or self.auth_config.password is None):
            raise ValueError(
                f"authType '{self.auth_type}' needs authConfig.username and authConfig.password."
            )
        return self
