"""The web application as served: one page at every address, and files that are kept for ever."""

import re
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from wattledger.web.web_application import DIST, serve_web_application

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def served(dist: Path) -> httpx.AsyncClient:
    app = FastAPI()
    serve_web_application(app, dist)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://web.example")


@pytest.mark.parametrize("address", ["/", "/endpoints/17", "/reports?month=2026-03", "/nowhere"])
async def test_the_page_is_at_every_address(stranger: httpx.AsyncClient, address: str) -> None:
    page = await stranger.get(address, headers=BROWSER)
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert '<div id="root"></div>' in page.text
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/api/v1/nowhere", "/api", "/docs/nowhere", "/assets/no.js"])
async def test_what_is_not_there_is_not_answered_with_the_page(
    client: httpx.AsyncClient, address: str
) -> None:
    assert (await client.get(address, headers=BROWSER)).status_code == 404


async def test_the_page_lets_no_script_or_style_in_but_its_own(stranger: httpx.AsyncClient) -> None:
    first, second = [await stranger.get("/", headers=BROWSER) for _ in range(2)]
    policy = first.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    found = re.search(r"'nonce-([\w-]{20,})'", policy)
    assert found is not None
    assert f'content="{found.group(1)}"' in first.text
    assert policy != second.headers["Content-Security-Policy"]


async def test_files_come_compressed_and_are_kept_for_ever(stranger: httpx.AsyncClient) -> None:
    page = (await stranger.get("/", headers=BROWSER)).text
    script = re.search(r'src="(/assets/[^"]+\.js)"', page)
    assert script is not None
    plain = await stranger.get(script.group(1), headers={"Accept-Encoding": "identity"})
    packed = await stranger.get(script.group(1), headers={"Accept-Encoding": "br"})
    assert plain.status_code == packed.status_code == 200
    assert packed.headers["Content-Encoding"] == "br"
    assert int(packed.headers["Content-Length"]) < int(plain.headers["Content-Length"]) / 3
    for answer in (plain, packed):
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_files_without_a_hash_are_asked_for_each_time(stranger: httpx.AsyncClient) -> None:
    answer = await stranger.get("/scheme.js")
    assert answer.status_code == 200
    assert "immutable" not in answer.headers["Cache-Control"]
    assert "max-age=0" in answer.headers["Cache-Control"]


def test_nothing_that_is_built_names_another_host() -> None:
    page = (DIST / "index.html").read_text(encoding="utf-8")
    assert "//" not in page.replace("<!doctype html>", "")


async def test_a_server_without_the_built_application_says_what_to_do(tmp_path: Path) -> None:
    async with served(tmp_path) as browser:
        page = await browser.get("/", headers=BROWSER)
    assert page.status_code == 503
    assert "make web" in page.text
