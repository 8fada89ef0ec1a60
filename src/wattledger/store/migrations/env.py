"""Alembic's entry: it is handed an open connection by `upgrade`, there is no other way in."""

from alembic import context

from wattledger.store.billing_tables import month_close

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=month_close.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
