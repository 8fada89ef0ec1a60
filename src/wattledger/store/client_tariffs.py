"""The tariffs that clients' months are priced by."""

from sqlalchemy import Connection, select

from wattledger.domain.tariff import Tariff
from wattledger.domain.tariff_form import parse_tariff
from wattledger.store.tables import client, tariff


def tariffs_by_client(connection: Connection) -> dict[str, Tariff]:
    """Return the tariffs by client id; clients without one are left out."""
    rows = select(client.c.public_id, tariff.c.name, tariff.c.prices).join_from(client, tariff)
    return {
        public_id: parse_tariff({"name": name, "prices": prices})
        for public_id, name, prices in connection.execute(rows)
    }
