"""Frames: the pages a frameset shows, fetched like pages of their own (old devices, SOURCES 2)."""

from wattledger.collect.address import Device
from wattledger.collect.limits import Limits
from wattledger.collect.page import Flow, Page

_ERROR = 400


def frames(page: Page, device: Device, limits: Limits) -> Flow[list[Page]]:
    """Fetch the frames of a page and theirs, outermost first.

    What lies on other hosts, deeper than the limit or answers with an error is left out.
    """
    found: list[Page] = []
    seen = {page.url}
    level = [page]
    for _depth in range(limits.frame_depth):
        deeper: list[Page] = []
        for parent, name, source in _sources(level):
            request = parent.reference(source)
            if request.url in seen or not device.owns(request.url):
                continue
            if len(found) == limits.frames:
                return found
            seen.add(request.url)
            frame = yield request
            if frame.response.status < _ERROR:
                frame.frame, frame.parent = name, parent
                deeper.append(frame)
                found.append(frame)
        level = deeper
    return found


def _sources(pages: list[Page]) -> list[tuple[Page, str, str]]:
    return [
        (page, node.attributes.get("name") or "", source)
        for page in pages
        for node in page.tree.css("frame[src], iframe[src]")
        if (source := node.attributes.get("src"))
    ]
