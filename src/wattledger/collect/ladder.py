"""Which transport reads an endpoint: the cheapest that works, remembered (SOURCES 1)."""

from wattledger.collect.attempt import Target
from wattledger.domain.recipe import Engine


def rungs(target: Target) -> tuple[Engine, ...]:
    """Return the transports to try, in order; a later one only where a browser is needed."""
    engine = target.recipe.scraping_config.engine
    if engine is not Engine.AUTO:
        return (engine,)
    if target.preferred is Engine.BROWSER:
        return (Engine.BROWSER,)
    return (Engine.HTTP, Engine.BROWSER)
