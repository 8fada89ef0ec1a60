"""The plain HTTP transport: reads a device without a browser (SOURCES 3)."""

from wattledger.collect.address import AddressPolicy, Device, parse_address
from wattledger.collect.attempt import Fetched, Ready, Target
from wattledger.collect.curl import Credentials, CurlClient
from wattledger.collect.errors import AttemptError
from wattledger.collect.uninterrupted import uninterrupted
from wattledger.collect.visit import Visit
from wattledger.domain.recipe import AuthType, Recipe


class HttpTransport:
    """Reads pages over HTTP; NeedsBrowserError where a page needs more than that."""

    def __init__(self, client: CurlClient, policy: AddressPolicy) -> None:
        self._client = client
        self._policy = policy

    async def fetch(self, target: Target, ready: Ready) -> Fetched:
        """Log in, take the steps, bring the documents, and always log out.

        All but the logout ends within 20 s. AttemptError carries what had come by then;
        an address that is none raises InvalidInputError.
        """
        address = parse_address(target.address)
        device = Device(address, await self._policy.resolve(address.host, address.port))
        async with self._client.session(
            device.ip, verify_tls=device.verifies_tls, credentials=_credentials(target.recipe)
        ) as session:
            visit = Visit(target, device, self._policy, session, self._client.limits, ready)
            try:
                await visit.run()
            except AttemptError as error:
                error.fetched = visit.fetched(session.partial)
                raise
            finally:
                await uninterrupted(visit.log_out())
            return visit.fetched()

    async def close(self) -> None:
        """Let go of the client."""
        await self._client.close()


def _credentials(recipe: Recipe) -> Credentials | None:
    """Return what HTTP's own login needs; None for the other kinds."""
    auth = recipe.auth_config
    if recipe.auth_type not in {AuthType.BASIC, AuthType.DIGEST}:
        return None
    if auth.username is None or auth.password is None:
        return None
    return Credentials(recipe.auth_type, auth.username, auth.password)
