"""Alembic's entry: it is handed an open connection by `upgrade`, there is no other way in."""

from alembic import context

from wattledger.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
