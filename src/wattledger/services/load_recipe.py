"""Recipes as YAML files, with errors that name the key."""

from pathlib import Path

from pydantic import ValidationError

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.recipe import Recipe
from wattledger.services.yaml_file import load_yaml


def load_recipe(path: Path) -> Recipe:
    """Read a recipe file; InvalidInputError names each key that is wrong and why."""
    return _recipe(path, load_yaml(path))


def load_way(path: Path, value_selector: str) -> Recipe:
    """Read a recipe file that need not say where the value is; then it is ``value_selector``."""
    document = load_yaml(path)
    if isinstance(document, dict):
        scraping = document.get("scrapingConfig", {})
        if isinstance(scraping, dict):
            whole = {"valueSelector": value_selector, **scraping}
            document = {**document, "scrapingConfig": whole}
    return _recipe(path, document)


def _recipe(path: Path, document: object) -> Recipe:
    try:
        return Recipe.model_validate(document)
    except ValidationError as error:
        lines = [f"  {_key(problem['loc'])}: {problem['msg']}" for problem in error.errors()]
        raise InvalidInputError(f"{path} is not a recipe:\n" + "\n".join(lines)) from None


def _key(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "the file"
