"""Recipes as YAML files, with errors that name the key."""

from pathlib import Path

import yaml
from pydantic import ValidationError

from wattledger.domain.errors import InvalidInputError
from wattledger.domain.recipe import Recipe

_LARGEST = 1_000_000


def load_recipe(path: Path) -> Recipe:
    """Read a recipe file; InvalidInputError names each key that is wrong and why."""
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidInputError(f"{path} is larger than {_LARGEST} bytes: no recipe is.")
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InvalidInputError(f"{path} is not UTF-8 text.") from None
    except yaml.YAMLError as error:
        raise InvalidInputError(f"{path} is not valid YAML: {error}.") from None
    try:
        return Recipe.model_validate(document)
    except ValidationError as error:
        lines = [f"  {_key(problem['loc'])}: {problem['msg']}" for problem in error.errors()]
        raise InvalidInputError(f"{path} is not a recipe:\n" + "\n".join(lines)) from None


def _key(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "the file"
