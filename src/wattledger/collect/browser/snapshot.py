"""What a page shows now, as documents: the live values of its fields, and all its frames."""

import asyncio

from playwright.async_api import Error, Frame, Page

from wattledger.collect.attempt import Document
from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome

_SECONDS = 5
_LONGEST = 2_000_000

# The page is copied with the values its fields hold now; nothing of the page itself is changed.
_SCRIPT = """
() => {
  const live = document.documentElement;
  if (!live) return {type: 'text/html', text: ''};
  const type = document.contentType || 'text/html';
  if (type !== 'text/html' && type !== 'application/xhtml+xml')
    return {type, text: document.body ? document.body.innerText : live.outerHTML};
  const copy = live.cloneNode(true);
  const fields = 'input, textarea, select';
  const olds = live.querySelectorAll(fields), news = copy.querySelectorAll(fields);
  for (let i = 0; i < olds.length; i++)
    if (olds[i].type !== 'password') news[i].setAttribute('value', olds[i].value);
    else news[i].removeAttribute('value');
  for (const host of live.querySelectorAll('*'))
    if (host.shadowRoot) {
      const part = document.createElement('div');
      part.innerHTML = host.shadowRoot.innerHTML;
      copy.appendChild(part);
    }
  for (const script of copy.querySelectorAll('script, style')) script.remove();
  return {type: 'text/html', text: '<!DOCTYPE html>' + copy.outerHTML};
}
"""


async def snapshot(page: Page) -> tuple[Document, ...]:
    """Return the page and its frames as they are now.

    AttemptError timeout when a script of the page keeps it from answering.
    """
    documents: list[Document] = []
    for frame in page.frames:
        document = await _document(frame)
        if document is not None:
            documents.append(document)
    return tuple(documents)


async def _document(frame: Frame) -> Document | None:
    try:
        shown = await asyncio.wait_for(frame.evaluate(_SCRIPT), _SECONDS)
    except TimeoutError:
        raise AttemptError(
            Outcome.TIMEOUT,
            f"A script of the page kept it busy for {_SECONDS} s; restart the device if that stays.",
        ) from None
    except Error as error:
        if (
            frame.is_detached()
            or "navigat" in error.message
            or "context was destroyed" in error.message
        ):
            return None
        raise
    return Document(frame.url, shown["type"], shown["text"][:_LONGEST])
