"""Steps without a browser: what links and forms can do is done, nothing else is."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from tests.collect.conftest import Asked, RawDevice, StartDevice, reply, serve, site

from wattledger.collect.address import AddressPolicy
from wattledger.collect.attempt import Fetched, Target
from wattledger.collect.curl import CurlClient
from wattledger.collect.errors import AttemptError, NeedsBrowserError
from wattledger.collect.steps import describe
from wattledger.collect.transport.http import HttpTransport
from wattledger.domain.outcome import Outcome
from wattledger.domain.recipe import Recipe, TypeStep

METER = "<td id=total>12543.5 kWh</td>"


@pytest.fixture
async def transport() -> AsyncIterator[HttpTransport]:
    opened = HttpTransport(CurlClient(), AddressPolicy(allow_loopback=True))
    yield opened
    await opened.close()


async def walk(transport: HttpTransport, device: RawDevice, *steps: dict[str, Any]) -> Fetched:
    recipe = {
        "authConfig": {"username": "admin", "password": "secret"},
        "scrapingConfig": {"steps": list(steps), "valueSelector": "#total"},
    }
    target = Target(device.url, Recipe.model_validate(recipe))
    return await transport.fetch(target, lambda documents: "kWh" in documents[0].text)


async def failure(
    transport: HttpTransport, device: RawDevice, *steps: dict[str, Any]
) -> AttemptError:
    with pytest.raises(AttemptError) as caught:
        await walk(transport, device, *steps)
    return caught.value


def step(action: str, selector: str, **more: str) -> dict[str, Any]:
    return {"action": action, "selector": selector, **more}


async def test_links_are_followed_relative_to_their_page(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    pages = {
        "/": "<base href='/ui/'><a class=tab href='energy.htm?tab=month#x'><b id=m>Month</b></a>",
        "/ui/energy.htm?tab=month": "<a href=' total.htm\n'>Total  energy </a>",
        "/ui/total.htm": METER,
    }
    device = await start_device(site(pages))
    fetched = await walk(transport, device, step("click", "#m"), step("click", "text:total energy"))
    assert fetched.documents[0].text == METER
    assert device.paths == ["GET /", "GET /ui/energy.htm?tab=month", "GET /ui/total.htm"]
    assert [timing.label for timing in fetched.steps] == [
        "open",
        "step 1 (click '#m')",
        "step 2 (click 'text:total energy')",
    ]


async def test_a_form_by_get_is_filled_and_sent(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    form = """<form action=/view?old=1><select name=meter><option>1<option value=2>two</select>
        <input name=unit><input type=checkbox name=all id=all value=yes>
        <textarea name=note>as is</textarea><button name=go value=1>Show</button></form>"""
    device = await start_device(serve(lambda asked: METER if "view" in asked.path else form))
    await walk(
        transport,
        device,
        step("select", "[name=meter]", value="2"),
        step("type", "[name=unit]", text="kWh & co"),
        step("click", "#all"),
        {"action": "wait", "milliseconds": 30_000},
        step("wait", "button"),
        step("click", "button"),
    )
    assert device.paths[1] == "GET /view?meter=2&unit=kWh+%26+co&all=yes&note=as+is&go=1"


async def test_a_form_by_post_is_never_sent(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    pages = {"/": "<form method=post action=/outlets><input type=submit value='All off'></form>"}
    device = await start_device(site(pages))
    error = await failure(transport, device, step("click", "text:all off"))
    assert error.outcome is Outcome.STEP_FAILED
    assert not isinstance(error, NeedsBrowserError)
    assert error.message.startswith(
        "step 1 (click 'text:all off'): the button sends a form by POST"
    )
    assert device.paths == ["GET /"]


async def test_a_login_typed_in_by_steps_may_be_sent_by_post(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    form = "<form method=post><input name=u><input type=password name=p><button>In</button></form>"

    def page(asked: Asked) -> str:
        return METER if asked.body == b"u=admin&p=secret" else form

    device = await start_device(serve(page))
    await walk(
        transport,
        device,
        step("type", "[name=u]", text="{username}"),
        step("type", "[name=p]", value="{password}"),
        step("click", "button"),
    )
    assert device.paths == ["GET /", "POST /"]


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<a id=x href='#month'>Month</a>", "leads nowhere by itself"),
        ("<a id=x href='JavaScript:show(2)'>Month</a>", "leads nowhere by itself"),
        ("<a id=x>Month</a>", "leads nowhere by itself"),
        ("<li id=x onclick='show(2)'>Month</li>", "neither a link nor a button"),
        ("<button id=x>Month</button>", "stands in no form"),
        ("<form onsubmit='f()'><button id=x>Month</button></form>", "a script runs"),
        ("<form><button id=x onclick='f()'>Month</button></form>", "a script runs"),
        ("<div></div><script src=app.js></script>", "scripts draw more of it"),
    ],
)
async def test_what_only_a_script_can_do_needs_the_browser(
    page: str, why: str, transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(site({"/": page}))
    error = await failure(transport, device, step("click", "#x"))
    assert isinstance(error, NeedsBrowserError)
    assert error.outcome is Outcome.STEP_FAILED
    assert why in error.message
    assert device.paths == ["GET /"]


@pytest.mark.parametrize("action", ["click", "wait"])
async def test_a_missing_element_on_a_plain_page_names_the_page(
    action: str, transport: HttpTransport, start_device: StartDevice
) -> None:
    device = await start_device(site({"/": "<title>PDU 7</title>"}))
    error = await failure(transport, device, step(action, "#x"))
    assert not isinstance(error, NeedsBrowserError)
    assert error.outcome is Outcome.STEP_FAILED
    assert "no such element on / (title 'PDU 7')" in error.message


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        (step("click", "a[[b"), "not a CSS selector"),
        (step("click", "xpath://a"), "needs the browser"),
        (step("type", "p", text="x"), "takes no such value"),
        (step("select", "select", value="9"), "takes no such value"),
        (step("type", "#s", text="x"), "a script runs when it is changed"),
        ({"action": "navigate", "url": "http://127.0.0.2/"}, "another host"),
        ({"action": "navigate", "url": "file:///etc/passwd"}, "not an http address"),
        ({"action": "navigate", "url": "http://[x"}, "not a URL"),
    ],
)
async def test_a_step_that_cannot_be_taken_says_why(
    steps: dict[str, Any], why: str, transport: HttpTransport, start_device: StartDevice
) -> None:
    page = "<p>x</p><select><option>1</select><input id=s onchange='f()'>"
    error = await failure(transport, await start_device(site({"/": page})), {
        "action": "wait", "milliseconds": 1}, steps)  # fmt: skip
    assert why in error.message
    assert error.message.startswith("step 2 (")


def test_what_is_typed_stays_out_of_the_steps_name() -> None:
    typed = TypeStep(action="type", selector="#p", text="hunter2")
    assert describe(3, typed) == "step 3 (type '#p')"


LOGIN = "<form method=post><input type=password name=p><button>In</button></form>"
TYPED = (step("type", "[name=p]", text="{password}"), step("click", "button"))


def sent(*devices: RawDevice) -> str:
    """Return all that devices were asked."""
    return " ".join(f"{each.path} {each.body!r}" for device in devices for each in device.asked)


@pytest.mark.parametrize("way", ["link", "redirect"])
async def test_a_password_is_not_typed_where_another_port_leads(
    transport: HttpTransport, start_device: StartDevice, way: str
) -> None:
    other = await start_device(serve(lambda _: LOGIN))
    moved = reply("", "302 Found", Location=f"{other.url}/in")
    link = f"<a id=go href='{other.url}/in'>Energy</a>"
    device = await start_device(site({"/": link if way == "link" else moved}))
    steps = (step("click", "#go"), *TYPED) if way == "link" else TYPED
    error = await failure(transport, device, *steps)
    assert error.outcome is Outcome.REFUSED
    assert f"not sent to {other.url}" in error.message
    assert "navigate" in error.message
    assert other.paths == ["GET /in"]


@pytest.mark.parametrize("kind", ["password", "text"])
@pytest.mark.parametrize("method", ["get", "post"])
async def test_a_form_takes_no_password_to_another_port(
    transport: HttpTransport, start_device: StartDevice, kind: str, method: str
) -> None:
    other = await start_device(serve(lambda _: METER))
    form = LOGIN.replace("=password", f"={kind}").replace("=post", f"={method} action={other.url}")
    device = await start_device(site({"/": form}))
    error = await failure(transport, device, *TYPED)
    expected = Outcome.STEP_FAILED if (kind, method) == ("text", "post") else Outcome.REFUSED
    assert error.outcome is expected
    assert other.paths == []


async def test_a_login_is_not_sent_on_to_another_port(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    other = await start_device(serve(lambda _: METER))
    on = reply("", "307 Temporary Redirect", Location=other.url)
    device = await start_device(serve(lambda asked: on if asked.body else LOGIN))
    error = await failure(transport, device, *TYPED)
    assert error.outcome is Outcome.REFUSED
    assert "secret" in sent(device)
    assert other.paths == []


async def test_a_password_is_typed_where_a_step_navigates_to(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    other = await start_device(serve(lambda asked: METER if asked.body else LOGIN))
    device = await start_device(site({"/": "<p>Elsewhere"}))
    await walk(transport, device, {"action": "navigate", "url": f"{other.url}/in"}, *TYPED)
    assert other.paths == ["GET /in", "POST /in"]


async def test_a_password_in_an_address_is_kept_out_of_it(
    transport: HttpTransport, start_device: StartDevice
) -> None:
    form = "<form action=/in><input name=p><button>In</button></form>"
    device = await start_device(serve(lambda asked: METER if "secret" in asked.path else form))
    fetched = await walk(transport, device, *TYPED)
    assert fetched.login_sent
    assert [document.url for document in fetched.documents] == [f"{device.url}/in"]
