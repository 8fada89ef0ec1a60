"""Documents as they stand in the browser: what a person sees, and nothing changed by looking."""

import pytest
from tests.collect.browser.conftest import Read, target
from tests.collect.conftest import StartDevice, reply, site

from wattledger.collect.attempt import Document
from wattledger.collect.select import View, find

pytestmark = pytest.mark.browser


async def shown(start_device: StartDevice, read: Read, page: str | bytes) -> Document:
    device = await start_device(site({"/": page}))
    return (await read(target(device))).documents[0]


def value(document: Document, selector: str) -> list[str]:
    return [place.text for place in find([View(document)], selector)]


async def test_fields_show_what_they_hold_now(start_device: StartDevice, read: Read) -> None:
    page = """<input id=i value=old><textarea id=t>old</textarea><select id=s><option value=1>a
      <option value=2>b</select><input id=c type=checkbox><p id=p></p><script>
      i.value = "12543.5 kWh"; t.value = "<new> & kWh"; s.value = "2"; c.checked = true;
      </script>"""
    document = await shown(start_device, read, page)
    assert value(document, "#i@value") == ["12543.5 kWh"]
    assert value(document, "#t") == ["<new> & kWh"]
    assert value(document, "#t@value") == ["<new> & kWh"]
    assert value(document, "#s@value") == ["2"]
    assert value(document, "option[selected]") == ["b"]
    assert value(document, "#c[checked]") == [""]


async def test_looking_changes_nothing(start_device: StartDevice, read: Read) -> None:
    page = """<input id=i value=old><x-meter></x-meter><b id=n>0</b><script>
      let made = 0, changes = 0;
      customElements.define("x-meter", class extends HTMLElement {
        constructor() { super(); made++; } });
      i.value = "new";
      new MutationObserver(() => { changes++ }).observe(document,
        {subtree: true, childList: true, attributes: true, characterData: true});
      setTimeout(() => { n.textContent = `${made} made ${changes} changes 1` + ' k' + 'Wh' }, 700);
      </script>"""
    document = await shown(start_device, read, page)
    assert value(document, "#n") == ["1 made 0 changes 1 kWh"]


async def test_open_shadow_roots_are_shown_inside_their_hosts(
    start_device: StartDevice, read: Read
) -> None:
    page = """<x-meter><i>light</i></x-meter><script>
      document.querySelector("x-meter").attachShadow({mode: "open"}).innerHTML =
        "<b id=total>12543.5 kWh</b>";</script>"""
    document = await shown(start_device, read, page)
    assert value(document, "x-meter > #total") == ["12543.5 kWh"]


async def test_passwords_are_left_out(start_device: StartDevice, read: Read) -> None:
    page = """<input id=a type=password value=given-secret><input id=b type=password><p>1 kWh</p>
      <script>b.value = "typed-secret"</script>"""
    text = (await shown(start_device, read, page)).text.partition("<script>")[0]
    assert "secret" not in text


async def test_forms_whose_fields_bear_the_names_of_properties_are_written(
    start_device: StartDevice, read: Read
) -> None:
    page = """<form id=f><input name=attributes value=1><input name=firstChild value=2>
      <input name=localName><input name=shadowRoot><b>12543.5 kWh</b></form>"""
    document = await shown(start_device, read, page)
    assert value(document, "form#f b") == ["12543.5 kWh"]


async def test_characters_that_mean_something_in_html_are_kept(
    start_device: StartDevice, read: Read
) -> None:
    page = "<b title='a&quot;&lt;b'>1 &lt; 2 &amp;amp; 3 kWh</b><script>if (1 < 2) {}</script>"
    document = await shown(start_device, read, page)
    assert value(document, "b") == ["1 < 2 &amp; 3 kWh"]
    assert value(document, "b@title") == ['a"<b']
    assert "if (1 < 2) {}" in document.text


async def test_what_is_for_browsers_without_scripts_is_left_out(
    start_device: StartDevice, read: Read
) -> None:
    page = "<noscript><b>99 kWh</b></noscript><template><b>98 kWh</b></template><b>1 kWh</b>"
    assert value(await shown(start_device, read, page), "b") == ["1 kWh"]


@pytest.mark.parametrize(
    ("content_type", "text"),
    [
        ("application/json", '{"total": 12543.50, "unit": " kWh", "n": "<b>"}'),
        ("text/plain", "a < b & 12543.5 kWh\nx"),
    ],
)
async def test_data_is_read_as_it_was_sent(
    start_device: StartDevice, read: Read, content_type: str, text: str
) -> None:
    document = await shown(start_device, read, reply(text, Content_Type=content_type))
    assert (document.content_type, document.text) == (content_type, text)


async def test_xml_is_read_as_xml(start_device: StartDevice, read: Read) -> None:
    text = '<?xml version="1.0"?><m xmlns="urn:m"><a/><Total unit="x">12543.5 kWh</Total></m>'
    document = await shown(start_device, read, reply(text, Content_Type="text/xml"))
    assert document.content_type == "text/xml"
    assert value(document, "xpath://*[local-name()='Total']") == ["12543.5 kWh"]
