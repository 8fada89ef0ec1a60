"""What looks like a secret is masked in whatever case, also where most texts are passed over."""

from hypothesis import example, given
from hypothesis import strategies as st

from wattledger.secrets.shapes import _SHAPES, mask_shapes

SECRETS = (
    *("password=abc", "passwd: x", "pwd=1", "passphrase='two words'", "secret=1", "token: 2"),
    *(
        "api_key=1",
        "apikey=1",
        "session-id=2",
        "csrf=3",
        "Authorization: Basic YWI=",
        "cookie: a=b",
    ),
    *("set-cookie: a", "bearer a1", "digest a=1", "basic YQ==", "http://anna:pw@10.0.0.5/"),
    *("wl_0123456789abcdefgh", "wlx_0123456789abcdefgh", "gAAAA" + "b" * 50),
)
ALIKE = {"s": "sS\u017f", "k": "kK\u212a", "i": "iI\u0131\u0130"}
"""Letters that patterns take for the same in any case, beside their capitals."""


@st.composite
def spelled(draw: st.DrawFn) -> str:
    """Give a secret, each letter in one of its cases."""
    text = draw(st.sampled_from(SECRETS))
    cases = (ALIKE.get(each.lower(), each.lower() + each.upper()) for each in text)
    return "".join(draw(st.sampled_from(letters)) for letters in cases)


@given(spelled())
@example("/api/v1/consumption/live")
@example("2026-03-15T11:00:00Z")
def test_what_is_passed_over_holds_nothing_to_mask(text: str) -> None:
    looked_through = text
    for shape, masked in _SHAPES:
        looked_through = shape.sub(masked, looked_through)
    assert mask_shapes(text) == looked_through


def test_each_of_these_is_masked() -> None:
    assert [text for text in SECRETS if mask_shapes(text) == text] == []
