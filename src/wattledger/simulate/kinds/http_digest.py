"""HTTP Digest on every page (RFC 7616, MD5, qop auth), with nonces that grow stale."""

import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from wattledger.simulate.kind import Kind, Meter, RecipeJson, credentials
from wattledger.simulate.page import FIGURES, figures_table, page
from wattledger.simulate.spec import MeterSpec

_REALM = "Power Meter"
_NONCES = 64
_USES_OF_A_NONCE = 20
_PARAMETER = re.compile(r"""(\w+)=(?:"([^"]*)"|([^\s,"]+))""")
_COUNT = re.compile("[0-9a-fA-F]{8}")
_NEEDED = frozenset({"username", "realm", "nonce", "uri", "qop", "nc", "cnonce", "response"})


def _recipe(spec: MeterSpec) -> RecipeJson:
    return {
        "authType": "digest",
        "authConfig": credentials(spec),
        "scrapingConfig": {"steps": [{"action": "navigate", "url": "/meter?view=all"}], **FIGURES},
    }


def _md5(*parts: str) -> str:
    return hashlib.md5(":".join(parts).encode(), usedforsecurity=False).hexdigest()


def _sent(authorization: str) -> dict[str, str]:
    """Return the parameters of a Digest header; empty when it is none, or not whole."""
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() != "digest":
        return {}
    sent = {name: quoted or plain for name, quoted, plain in _PARAMETER.findall(rest)}
    return sent if sent.keys() >= _NEEDED else {}


class _Gate:
    """Lets in who answers the challenge; each nonce counts up, and only so far."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._last_count: OrderedDict[str, int] = OrderedDict()

    async def show(self, request: Request) -> Response:
        """Show the figures, or ask for the login."""
        sent = _sent(request.headers.get("authorization", ""))
        if not sent or not self._is_answer(sent, request):
            return self._challenge(stale=False)
        if not self._is_fresh(sent["nonce"], sent["nc"]):
            return self._challenge(stale=True)
        return HTMLResponse(page(self._meter, figures_table(self._meter.face())))

    def _is_answer(self, sent: dict[str, str], request: Request) -> bool:
        """Tell whether name, password and address were right, whatever became of the nonce."""
        spec = self._meter.spec
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        secret = _md5(spec.username, _REALM, spec.password)
        asked = _md5(request.method, sent["uri"])
        right = _md5(secret, sent["nonce"], sent["nc"], sent["cnonce"], sent["qop"], asked)
        return (
            (sent["username"], sent["realm"], sent["uri"]) == (spec.username, _REALM, target)
            and sent["qop"] == "auth"
            and sent["response"] == right
        )

    def _is_fresh(self, nonce: str, count: str) -> bool:
        """Take one use of a nonce; false when it is unknown, used up or played again."""
        last = self._last_count.get(nonce)
        used = int(count, 16) if _COUNT.fullmatch(count) else 0
        if last is None or not last < used <= _USES_OF_A_NONCE:
            return False
        self._last_count[nonce] = used
        return True

    def _challenge(self, *, stale: bool) -> Response:
        nonce = secrets.token_hex(16)
        self._last_count[nonce] = 0
        if len(self._last_count) > _NONCES:
            self._last_count.popitem(last=False)
        parts = [f'realm="{_REALM}"', 'qop="auth"', "algorithm=MD5", f'nonce="{nonce}"']
        if stale:
            parts.append("stale=true")
        header = {"www-authenticate": f"Digest {', '.join(parts)}"}
        return HTMLResponse("<h1>401 Unauthorized</h1>", 401, header)


def _pages(meter: Meter) -> Sequence[Route]:
    gate = _Gate(meter)
    return [Route("/", gate.show), Route("/meter", gate.show)]


HTTP_DIGEST = Kind("http-digest", "HTTP Digest login", _recipe, _pages)
