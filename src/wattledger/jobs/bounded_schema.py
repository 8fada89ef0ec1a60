"""Hold a config to a JSON Schema in so many steps at most, its patterns under a time limit.

``jsonschema`` takes a config of 64 kB a minute: it compares items that cannot be sorted each with
each, and its patterns run as long as they like (docs/decisions/0007). Keywords of that kind are
our own here, and every one of them counts.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from json import dumps
from time import perf_counter
from typing import Any, Protocol, TypeAlias

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from wattledger.collect.pattern import LONGEST_SECONDS, find, shown
from wattledger.domain.errors import InvalidInputError

MOST_STEPS = 100_000
"""Keywords held to a part of a config; 10,000 ids of endpoints take 30,000."""

_PATTERN_SECONDS = 4 * LONGEST_SECONDS
"""For all patterns together."""

_Schema: TypeAlias = Mapping[str, Any]
_Keyword: TypeAlias = Callable[[Any, Any, Any, Any], Iterable[ValidationError] | None]


def faults(schema: _Schema, config: object) -> list[ValidationError]:
    """Return where a config is not as a schema says; InvalidInputError when that takes too long.

    PatternError when a pattern of the schema does.

    >>> [fault.message for fault in faults({"uniqueItems": True}, [{"a": 1}, 2, {"a": 1.0}])]
    ["'{'a': 1.0}' is there twice"]
    """
    work = _Work()
    keywords = {**Draft202012Validator.VALIDATORS, **work.keywords()}
    counted = {name: work.counted(keyword) for name, keyword in keywords.items()}
    bounded = extend(Draft202012Validator, counted)  # type: ignore[no-untyped-call]
    return list(bounded(schema).iter_errors(config))


class _Holder(Protocol):
    """What jsonschema gives a keyword to hold a part of what was sent to a part of the schema."""

    def descend(self, instance: object, schema: object, path: str) -> Iterable[ValidationError]:
        """Yield where the part at ``path`` is not as the schema says."""
        ...


class _Work:
    """What the check of one config may still take, and the keywords that would take more."""

    def __init__(self) -> None:
        self._steps = MOST_STEPS
        self._seconds = _PATTERN_SECONDS

    def keywords(self) -> dict[str, _Keyword]:
        """Return our own keywords by name."""
        return {
            "additionalProperties": self._additional_properties,
            "pattern": self._pattern,
            "patternProperties": self._pattern_properties,
            "uniqueItems": _each_once,
        }

    def counted(self, keyword: _Keyword) -> _Keyword:
        """Return a keyword that refuses to go on after all the others."""

        def hold(
            validator: Validator, value: object, sent: object, schema: _Schema
        ) -> Iterable[ValidationError]:
            self._steps -= 1
            if self._steps < 0:
                raise _too_much()
            return keyword(validator, value, sent, schema) or ()

        return hold

    def _finds(self, pattern: str, text: str) -> bool:
        if self._seconds <= 0:
            raise _too_much()
        begun = perf_counter()
        found = find(pattern, text, min(LONGEST_SECONDS, self._seconds))
        self._seconds -= perf_counter() - begun
        return found is not None

    def _pattern(
        self, _: Validator, pattern: str, sent: object, _schema: _Schema
    ) -> Iterator[ValidationError]:
        if isinstance(sent, str) and not self._finds(pattern, sent):
            yield ValidationError(f"'{shown(sent)}' does not match {pattern}")

    def _pattern_properties(
        self,
        validator: "_Holder",
        patterns: _Schema,
        sent: object,
        _schema: _Schema,
    ) -> Iterator[ValidationError]:
        if isinstance(sent, Mapping):
            for pattern, inner in patterns.items():
                for name in [name for name in sent if self._finds(pattern, name)]:
                    yield from validator.descend(sent[name], inner, name)

    def _additional_properties(
        self,
        validator: "_Holder",
        inner: object,
        sent: object,
        schema: _Schema,
    ) -> Iterator[ValidationError]:
        if not isinstance(sent, Mapping):
            return
        known, patterns = schema.get("properties", {}), schema.get("patternProperties", {})
        strange = [
            name
            for name in sorted(sent.keys() - known.keys())
            if not any(self._finds(pattern, name) for pattern in patterns)
        ]
        if inner is False and strange:
            yield ValidationError("it is not taken", path=strange[:1])
        elif inner is not False:
            for name in strange:
                yield from validator.descend(sent[name], inner, name)


def _too_much() -> InvalidInputError:
    told = "config: It holds more than can be checked by its schema; send less."
    return InvalidInputError(told, field="config")


def _each_once(
    _: Validator, wanted: object, sent: object, _schema: _Schema
) -> Iterator[ValidationError]:
    if not wanted or not isinstance(sent, list):
        return
    seen: set[str] = set()
    for place, part in enumerate(sent):
        text = dumps(_canonical(part), sort_keys=True)
        if text in seen:
            yield ValidationError(f"'{shown(str(part))}' is there twice", path=[place])
            return
        seen.add(text)


def _canonical(part: object) -> object:
    """Return a part of JSON as all that equal it are written: 1.0 equals 1, and true does not."""
    if isinstance(part, Mapping):
        return {name: _canonical(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_canonical(value) for value in part]
    return int(part) if isinstance(part, float) and part.is_integer() else part
