"""The documentation page is whole by itself: nothing of it comes from another server."""

import re

import httpx


async def test_the_page_loads_only_what_we_serve(stranger: httpx.AsyncClient) -> None:
    page = await stranger.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(addresses) == 4
    for address in addresses:
        if not address.startswith("data:"):
            part = await stranger.get(address)
            assert part.status_code == 200, address
            assert part.headers["Content-Type"].startswith(("text/css", "text/javascript"))


async def test_the_page_may_talk_to_nobody_else(stranger: httpx.AsyncClient) -> None:
    policy = (await stranger.get("/docs")).headers["Content-Security-Policy"]
    assert "connect-src 'self'" in policy
    assert "script-src 'self';" in policy
    assert "http" not in policy


async def test_the_swagger_ui_served_knows_the_version_of_our_document(
    stranger: httpx.AsyncClient,
) -> None:
    script = (await stranger.get("/docs/swagger-ui/swagger-ui-bundle.js")).text
    assert "OAS 3.1" in script or "OpenAPI31" in script
