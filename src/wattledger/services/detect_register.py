"""Find the register on a device's page: which number it may be, and the recipe that reads it.

It proposes, and never decides; nothing is stored.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wattledger.collect.attempt import Attempt, Document, Target
from wattledger.collect.errors import AttemptError
from wattledger.collect.find.find_numbers import FoundNumbers, find_numbers, shows_register
from wattledger.collect.find.propose import Proposal, propose
from wattledger.collect.reader import Reader
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import AuthConfig, AuthType, PageConfig, ScrapingConfig
from wattledger.logs import hiding
from wattledger.secrets.redaction import MASK, login_secrets, redact
from wattledger.services.set_up_endpoint import EndpointSetup, address_of, recipe_of
from wattledger.services.system import System
from wattledger.services.try_recipe import in_time
from wattledger.services.unsaved_login import unsaved_login

SEARCH_SECONDS = 5.0
"""How long the numbers of one page are searched for and proved, in a thread of its own."""
_LOOK_SECONDS = 0.1
"""How long each look at a page that is still coming may take."""

WHOLE_PAGE = "body"
"""Where a recipe must name a value and all of the page is meant."""


@dataclass(frozen=True, slots=True)
class DetectOrder:
    """Where to look, and how to come there.

    ``endpoint`` is whose stored password is used where none is given.
    """

    address: str
    page: PageConfig
    auth_type: AuthType = AuthType.NONE
    auth_config: AuthConfig | None = None
    endpoint: str | None = None

    @property
    def setup(self) -> EndpointSetup:
        """Return it as what a person says of an endpoint."""
        whole = ScrapingConfig(
            engine=self.page.engine, steps=self.page.steps, value_selector=WHOLE_PAGE
        )
        return EndpointSetup(
            name="",
            address=self.address,
            scraping_config=whole,
            auth_type=self.auth_type,
            auth_config=self.auth_config,
        )


@dataclass(frozen=True, slots=True)
class Detection:
    """How the read went, the numbers found, and recipes for the likeliest registers, best first.

    ``found`` is None where the read failed.
    """

    attempt: Attempt
    found: FoundNumbers | None = None
    proposals: tuple[Proposal, ...] = ()

    @property
    def is_close(self) -> bool:
        """Tell whether the first two registers are about as likely."""
        return self.found is not None and self.found.ranking.is_close and len(self.proposals) > 1

    @property
    def advice(self) -> str | None:
        """Return what to know or to do: why the read failed, or what the page leaves open."""
        if self.found is None:
            return self.attempt.message
        if not self.found.numbers:
            return (
                "No number that can be read stands on this page; give the steps to the page that "
                "shows the energy."
            )
        if not self.proposals:
            return (
                f"None of the {len(self.found.numbers)} numbers on this page looks like the total "
                "of an energy register; give the steps to the page that shows it, or choose one."
            )
        if self.is_close:
            first, second = (self.found.numbers[each.place] for each in self.proposals[:2])
            return (
                f"Two numbers are about as likely: {first.text} ({first.figure.label}) and "
                f"{second.text} ({second.figure.label}); compare with the device's display."
            )
        return None


async def detect_register(system: System, order: DetectOrder) -> Detection:
    """Look at a device's page once; a failed read is a Detection too.

    NotFoundError when there is no such endpoint; InvalidInputError where its stored password would
    go elsewhere than it was given for, or the address is none.
    """
    setup = order.setup
    address = address_of(setup)
    login = await asyncio.to_thread(unsaved_login, system, setup, order.endpoint, address)
    target = in_time(Target(address.url, recipe_of(setup, login)))
    with hiding(login_secrets(login)):
        detection = await detect_on(system.reader, target)
    if detection.found is not None:
        return detection
    return Detection(await system.reader.picture(detection.attempt))


async def detect_on(reader: Reader, target: Target) -> Detection:
    """Look at a device's page once with a reader; the recipe's steps lead there."""
    attempt = await reader.look(target, _shows_register)
    if attempt.outcome is not Outcome.OK:
        return Detection(attempt)
    try:
        return await asyncio.to_thread(_search, attempt, target)
    except AttemptError as error:  # the page cannot be searched
        return Detection(replace(attempt, outcome=error.outcome, message=error.message))


def _shows_register(documents: Sequence[Document]) -> bool:
    return shows_register(documents, _LOOK_SECONDS)


def _search(attempt: Attempt, target: Target) -> Detection:
    documents, scraping = attempt.fetched.documents, target.recipe.scraping_config
    secrets = login_secrets(target.recipe.auth_config)

    def hidden(text: str) -> bool:
        return MASK in text or redact(text, secrets) != text

    found = find_numbers(documents, SEARCH_SECONDS, hidden)
    page = PageConfig(engine=scraping.engine, steps=scraping.steps)
    return Detection(attempt, found, propose(found, documents, page, attempt.transport))
