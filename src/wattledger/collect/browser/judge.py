"""What the page in the window means: an error, a device that is busy, a login asked for."""

import asyncio

from wattledger.collect.attempt import Document
from wattledger.collect.browser.window import Window
from wattledger.collect.errors import NeedsBrowserError
from wattledger.collect.page import Page
from wattledger.collect.refusal import explain, refuse_busy, refuse_error
from wattledger.collect.request import Response
from wattledger.domain.recipe import AuthType

_ERROR = 400
_LOOKS = 20
_PAUSE = 0.1


async def refuse_answer(window: Window, auth_type: AuthType) -> None:
    """Raise the outcome of an error status; a page with any other status passes."""
    answer = window.answer
    if answer is None or answer.status < _ERROR:
        return
    documents: tuple[Document, ...] = ()
    for _ in range(_LOOKS):
        documents = await window.look()
        if documents:
            break
        await asyncio.sleep(_PAUSE)
    shown = documents[0] if documents else Document(answer.url, "text/html", "")
    response = Response(answer.status, answer.url, answer.headers, b"", 0)
    refuse_error(Page(response, shown), auth_type)


async def refuse_busy_page(window: Window) -> None:
    """Raise ``busy`` when the page says, for all to see, that somebody else is logged in."""
    refuse_busy(_page(await window.seen()))


async def refuse_page(window: Window, auth_type: AuthType) -> None:
    """Raise why what was looked for is not there, if the page says: busy, or asking for a login."""
    await refuse_busy_page(window)
    if await window.password_field() is None:
        return
    error = explain([_page(document) for document in window.documents], auth_type)
    if error is not None and not isinstance(error, NeedsBrowserError):
        raise error


def _page(document: Document) -> Page:
    return Page(Response(0, document.url, (), b"", 0), document)
