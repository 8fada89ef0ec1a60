"""Alembic's entry: it is handed an open connection by `upgrade`, there is no other way in."""

from alembic import context

from wattledger.store import (  # noqa: F401 - every table is known by its import
    account_tables,
    billing_tables,
    channel_tables,
    job_tables,
    tables,
)
from wattledger.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
