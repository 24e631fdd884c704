"""Alembic for Kurier: the tables of the models and of Flask-AppBuilder, which share one metadata."""

from alembic import context
from flask import current_app

from app.extensions import db
from app.models import Model


def run() -> None:
    engine = db.engine
    with engine.connect().execution_options(writes=True) as connection:
        context.configure(
            connection=connection,
            target_metadata=Model.metadata,
            compare_type=True,
            compare_server_default=False,
            render_as_batch=engine.dialect.name == "sqlite",
            user_module_prefix="app.models.base.",
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


assert current_app, "migrations run inside the application: flask crm setup"
run()
