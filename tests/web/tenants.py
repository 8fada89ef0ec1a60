"""Calls of the API as one of the three clients of ``tenancy``, or as an administrator."""

from decimal import Decimal
from typing import Any

import httpx
import msgspec
from tests.web.tenancy import NOW, client_name

from wattledger.domain.permission import Role
from wattledger.services.system import System
from wattledger.store.clients import find_client
from wattledger.store.tokens import NewToken, create

API = "/api/v1"
_EXACT = msgspec.json.Decoder(float_hook=Decimal)


class Callers:
    """Calls the API as a client by its short name, or with ``""`` as an administrator."""

    def __init__(self, system: System, http: httpx.AsyncClient) -> None:
        self._system = system
        self._http = http
        self._tokens: dict[str, str] = {}

    async def get(self, who: str, path: str, **params: object) -> httpx.Response:
        """Send a GET; an underscore behind a parameter's name is not sent."""
        headers = {"Authorization": f"Bearer {self.token(who)}"}
        wanted = {name.rstrip("_"): str(value) for name, value in params.items()}
        return await self._http.get(f"{API}{path}", params=wanted, headers=headers)

    async def send(self, who: str, method: str, path: str, body: object = None) -> httpx.Response:
        """Send what is no GET."""
        headers = {"Authorization": f"Bearer {self.token(who)}"}
        return await self._http.request(method, f"{API}{path}", json=body, headers=headers)

    async def data(self, who: str, path: str, **params: object) -> Any:  # noqa: ANN401 - JSON
        """Return the data of an answer, its numbers exact."""
        response = await self.get(who, path, **params)
        assert response.status_code == 200, response.text
        return _EXACT.decode(response.content)["data"]

    def token(self, who: str) -> str:
        """Return the token of a caller, made when it is first asked for."""
        if who not in self._tokens:
            with self._system.database.begin() as connection:
                new = NewToken("admin")
                if who:
                    row = find_client(connection, client_name(who))
                    new = NewToken(f"token of {client_name(who)}", Role.CLIENT, client_id=row.id)
                self._tokens[who] = create(connection, new, NOW).secret
        return self._tokens[who]
