"""A message as every service takes it: a title, plain text, and how serious it is."""

from typing import Literal, TypeAlias

import msgspec

Tone: TypeAlias = Literal["failure", "warning", "success", "info"]


class Message(msgspec.Struct, frozen=True):
    """What is sent to people."""

    title: str
    body: str
    tone: Tone = "info"
