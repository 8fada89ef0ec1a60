"""Logs: events with fields to stderr, as JSON lines or for people, without any secret.

What other libraries log goes the same way. Within ``telling`` every line carries its fields (run,
chunk, endpoint, request); within ``hiding`` no line carries the secrets named.
"""

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, Literal, TextIO, TypeAlias

import structlog
from structlog.typing import EventDict, Processor

from wattledger.secrets.redaction import MASK, redact
from wattledger.secrets.shapes import is_secret_name, mask_shapes

LogForm: TypeAlias = Literal["auto", "json", "console"]
LogLevel: TypeAlias = Literal["debug", "info", "warning", "error"]

_CHATTY = ("sqlalchemy", "alembic", "asyncio", "uvicorn")
"""Below warnings they tell nothing of the product, and SQLAlchemy tells what rows hold."""

_hidden: ContextVar[frozenset[str]] = ContextVar("hidden", default=frozenset())


class _Stderr(logging.StreamHandler[TextIO]):
    """Writes to what stderr is at the moment, as logging's own last resort does."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # an attribute there
        """Return the present stderr."""
        return sys.stderr


def begin_logs(form: LogForm, level: LogLevel) -> None:
    """Send all that is logged from ``level`` up to stderr; ``auto`` is for people on a terminal."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = _Stderr()
    handler.setFormatter(_formatter(_is_json(form), shared))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))


def telling(**fields: object) -> AbstractContextManager[None]:
    """Have every line logged inside carry these fields."""
    return structlog.contextvars.bound_contextvars(**fields)


@contextmanager
def hiding(secrets: Iterable[str]) -> Iterator[None]:
    """Have no line logged inside show these texts, in whatever spelling."""
    token = _hidden.set(_hidden.get() | frozenset(secrets))
    try:
        yield
    finally:
        _hidden.reset(token)


def _is_json(form: LogForm) -> bool:
    return form == "json" or (form == "auto" and not sys.stderr.isatty())


def _formatter(as_json: bool, shared: list[Processor]) -> logging.Formatter:  # noqa: FBT001
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            # Tracebacks as text, without the values of variables, before secrets are masked.
            structlog.processors.format_exc_info,
            without_secrets,
            _json() if as_json else _console(),
        ],
    )


def _json() -> Processor:
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _console() -> Processor:
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)


def without_secrets(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Mask in an event what is named like a secret, looks like one, or is one being used now."""
    return {name: _shown(name, value) for name, value in event.items()}


def _shown(name: str, value: object) -> Any:  # noqa: ANN401 - whatever is logged
    if is_secret_name(name):
        return MASK
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _shown(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_shown("", inner) for inner in value]
    return mask_shapes(redact(str(value), _hidden.get()))
