"""A page and its frames as one text, which is how they are kept, and back again."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from wattledger.collect.attempt import Document

_FRAME = re.compile(r"\n<!-- (https?://[^\s<>]{1,2000}) -->\n")
_MOST_FRAMES = 20
"""A page can be full of what looks like frames."""

_CONTENT_TYPE = "text/html"
"""What a kept page is taken for; JSON and XML are known by how they begin."""


def joined(documents: Sequence[Document]) -> str:
    """Return a page with its frames, each behind a comment with its address."""
    first, *frames = documents
    return "\n".join([first.text, *(f"<!-- {frame.url} -->\n{frame.text}" for frame in frames)])


def parted(url: str, text: str) -> list[Document]:
    """Return a kept page and its frames: the documents that ``joined`` made one text of.

    A comment of the page itself that is like ours is taken for ours where it names an address of
    the same device; then what follows it is searched after what stands before it.
    """
    host = _host(url)
    first, *rest = _FRAME.split(text, _MOST_FRAMES)
    parts = [(url, first)]
    for address, part in zip(rest[::2], rest[1::2], strict=True):
        if _host(address) == host:
            parts.append((address, part))
        else:
            before, so_far = parts[-1]
            parts[-1] = before, f"{so_far}\n<!-- {address} -->\n{part}"
    return [Document(address, _CONTENT_TYPE, part) for address, part in parts]


def _host(address: str) -> str | None:
    """Return host and port of an address; None where it is none."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return None
