"""What commands write into the audit log: each change, by who is logged in to the machine.

One place for all of them: ``record_commands`` has every command tell what it is about to do; its
first write transaction records that (store/act.py). A command that only reads records nothing.
"""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

import typer
from typer.models import ArgumentInfo

from wattledger.cli.output import login_name
from wattledger.clock import SystemClock
from wattledger.store.act import Act, acting
from wattledger.store.audit import Actor

# Their changes are those of the people and programs that call them.
_SERVERS = frozenset({"serve", "demo"})

# Commands that change something else than what their group is named for.
_KINDS = {("job", "cancel"): "run", ("job", "retry"): "run"}

_Command = Callable[..., Any]


def record_commands(app: typer.Typer, kind: str | None = None) -> None:
    """Have every command of an application, and of its groups, tell what it is about to do."""
    for command in app.registered_commands:
        called = command.callback
        if called is not None:
            action = command.name or called.__name__.rstrip("_").replace("_", "-")
            if action not in _SERVERS:
                changed = _KINDS.get((kind or action, action), kind or action)
                command.callback = _told(called, changed, action)
    for group in app.registered_groups:
        if group.typer_instance is not None:
            record_commands(group.typer_instance, group.name)


def _told(called: _Command, kind: str, action: str) -> _Command:
    parameters = inspect.signature(called).parameters
    argument = next((name for name, each in parameters.items() if _is_argument(each)), None)
    defaults = {name: each.default for name, each in parameters.items()}

    @wraps(called)
    def tell(**given: Any) -> Any:  # noqa: ANN401 - whatever the command takes
        named = given.get(argument) if argument else None
        act = Act(
            at=SystemClock().now(),
            actor=Actor("command", login_name()),
            action=action,
            kind=kind,
            reference=None if named is None else str(named),
            creates=action in {"add", "create"},
            fields=[n for n in given if n != argument and given[n] != defaults[n]],
        )
        with acting(act):
            return called(**given)

    return tell


def _is_argument(parameter: inspect.Parameter) -> bool:
    metadata = getattr(parameter.annotation, "__metadata__", ())
    return any(isinstance(each, ArgumentInfo) for each in metadata)
