"""Try an endpoint before it is saved: read its device once as it is set up in a form."""

import asyncio
from dataclasses import dataclass, replace

from wattledger.collect.attempt import Attempt, Target
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Recipe
from wattledger.logs import hiding
from wattledger.secrets.redaction import login_secrets
from wattledger.services.set_up_endpoint import EndpointSetup, address_of, recipe_of
from wattledger.services.system import System
from wattledger.services.try_recipe import in_time
from wattledger.services.unsaved_login import unsaved_login

_BEFORE_THE_VALUE = frozenset(
    {
        Outcome.SELECTOR_MISSING,
        Outcome.PATTERN_MISSING,
        Outcome.NOT_A_NUMBER,
        Outcome.AMBIGUOUS_NUMBER,
        Outcome.UNIT_MISMATCH,
        Outcome.ABSENT,
    }
)
"""How a read ends on a page that its steps have not left for that of the value."""


@dataclass(frozen=True, slots=True)
class TrialOrder:
    """What to try.

    ``endpoint`` is whose stored password is used where none is given. ``steps`` is how many of the
    recipe's steps are taken, and then a picture; None for all. ``picture`` asks for one of a
    success, too.
    """

    setup: EndpointSetup
    endpoint: str | None = None
    steps: int | None = None
    picture: bool = False

    @property
    def pictured(self) -> bool:
        """Tell whether a picture is wanted however the trial ends."""
        return self.picture or self.steps is not None


async def try_setup(system: System, order: TrialOrder) -> Attempt:
    """Read the device of a form once; nothing is stored, and a failure is an Attempt too.

    With fewer steps than the recipe has, the trial succeeds when these were taken, whether or not
    the page they lead to shows the register. NotFoundError when there is no such endpoint;
    InvalidInputError where its stored password would go elsewhere than it was given for.
    """
    setup = order.setup
    address = address_of(setup)
    login = await asyncio.to_thread(unsaved_login, system, setup, order.endpoint, address)
    recipe = recipe_of(setup, login)
    is_part = order.steps is not None and order.steps < len(setup.scraping_config.steps)
    steps = _first_steps(recipe, order.steps)
    target = in_time(Target(address.url, steps, picture=order.pictured))
    with hiding(login_secrets(login)):
        attempt = await system.reader.read(target)
    if is_part and attempt.outcome in _BEFORE_THE_VALUE:
        attempt = replace(attempt, outcome=Outcome.OK, message=None)
    if target.picture or attempt.outcome is not Outcome.OK:
        attempt = await system.reader.picture(attempt)
    return attempt


def _first_steps(recipe: Recipe, count: int | None) -> Recipe:
    scraping = recipe.scraping_config
    cut = scraping.model_copy(update={"steps": scraping.steps[:count]})
    return recipe.model_copy(update={"scraping_config": cut})
