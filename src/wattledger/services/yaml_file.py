"""YAML files that people write, with errors that say what to do."""

from pathlib import Path

import yaml

from wattledger.domain.errors import InvalidInputError

_LARGEST = 1_000_000


def load_yaml(path: Path, loader: type[yaml.SafeLoader] = yaml.SafeLoader) -> object:
    """Return what a YAML file holds; InvalidInputError when it cannot be read as such."""
    try:
        if path.stat().st_size > _LARGEST:
            raise InvalidInputError(f"{path} is larger than {_LARGEST} bytes.")
        return yaml.load(path.read_text(encoding="utf-8"), loader)  # noqa: S506 - a SafeLoader
    except OSError as error:
        raise InvalidInputError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise InvalidInputError(f"{path} is not UTF-8 text.") from None
    except yaml.YAMLError as error:
        raise InvalidInputError(f"{path} is not valid YAML: {error}.") from None
    except ValueError as error:  # what looks like a date or a number, and is none
        raise InvalidInputError(
            f"{path} holds what YAML takes for a date or a number that there is not ({error}); "
            "put texts such as passwords in quotes."
        ) from None
    except RecursionError:
        raise InvalidInputError(f"{path} is nested too deeply.") from None
