"""The documentation page of the API, tried by a person in a browser."""

import asyncio
import socket

import pytest
import uvicorn
from playwright.async_api import async_playwright
from tests.web.conftest import system

from wattledger.collect.browser.find import find_browser
from wattledger.services.issue_token import issue_token
from wattledger.services.system import System
from wattledger.web.app import create_app

__all__ = ["system"]


@pytest.mark.browser
async def test_a_person_tries_the_api_on_the_page(system: System) -> None:
    token = issue_token(system.database, "docs", system.clock.now())
    server = uvicorn.Server(uvicorn.Config(create_app(system), log_level="warning"))
    complaints: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        home = f"http://127.0.0.1:{listener.getsockname()[1]}"
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=find_browser(None), args=["--no-sandbox"]
            )
            page = await browser.new_page()
            page.on("console", lambda said: complaints.append(said.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on(
                "request",
                lambda asked: None if asked.url.startswith(home) else complaints.append(asked.url),
            )
            await page.goto(f"{home}/docs")
            await page.click(".authorize")
            await page.fill(".auth-container input", token)
            await page.click(".auth-btn-wrapper .authorize")
            await page.click(".btn-done")
            live = page.locator("#operations-consumption-consumptionNow")
            await live.locator(".opblock-summary-control").click()
            await live.locator(".execute").click()
            answered = await live.locator(".live-responses-table .response").inner_text()
            await browser.close()
        server.should_exit = True
        await serving
    assert "200" in answered
    assert '"success": true' in answered
    assert complaints == []
