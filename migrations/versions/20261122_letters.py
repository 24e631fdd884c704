"""Templates of mail, and mail that people send from a record."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "60db5e1fcab5"
down_revision = "c41f0a7be2d9"


WRITERS = ("team_manager", "user", "telesales", "after_sales")  # ready-made profiles whose people write to customers


def _let_write(reach: str | None) -> None:
    profile = sa.table("profile", sa.column("code", sa.String), sa.column("actions", sa.JSON))
    connection = op.get_bind()
    for code, actions in connection.execute(sa.select(profile.c.code, profile.c.actions).where(profile.c.code.in_(WRITERS))).all():
        rights = {name: far for name, far in (actions.get("OutgoingMail") or {}).items() if name != "create"}
        changed = {**actions, "OutgoingMail": {**rights, **({"create": reach} if reach else {})}}
        connection.execute(profile.update().where(profile.c.code == code).values(actions=changed))


def upgrade() -> None:
    op.create_table("mail_template",
    sa.Column("name", sa.String(length=80), nullable=False),
    sa.Column("is_shared", sa.Boolean(), nullable=False, comment="For the whole firm"),
    sa.Column("user_id", sa.Integer(), nullable=True),
    sa.Column("subject_en", sa.String(length=200), nullable=False),
    sa.Column("subject_fr", sa.String(length=200), nullable=False),
    sa.Column("subject_pl", sa.String(length=200), nullable=False),
    sa.Column("body_en", sa.Text(), nullable=False),
    sa.Column("body_fr", sa.Text(), nullable=False),
    sa.Column("body_pl", sa.Text(), nullable=False),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("public_ref", sa.String(length=16), nullable=False),
    sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("created_by_id", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_mail_template_created_by_id"), ondelete="SET NULL"),
    sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_mail_template_user_id"), ondelete="SET NULL"),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_template")),
    sa.UniqueConstraint("public_ref", name=op.f("uq_mail_template_public_ref"))
    )
    with op.batch_alter_table("mail_template", schema=None) as batch_op:
        batch_op.create_index("ix_mail_template_shared", ["is_shared", "name"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_template_user_id"), ["user_id"], unique=False)

    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("entry_id", sa.Integer(), nullable=True, comment="The line of history that it is, with its files"))
        batch_op.create_index(batch_op.f("ix_outgoing_mail_entry_id"), ["entry_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_outgoing_mail_entry_id"), "timeline_entry", ["entry_id"], ["id"], ondelete="SET NULL")


    _let_write("own")


def downgrade() -> None:
    _let_write(None)
    with op.batch_alter_table("outgoing_mail", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_outgoing_mail_entry_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_outgoing_mail_entry_id"))
        batch_op.drop_column("entry_id")

    with op.batch_alter_table("mail_template", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_template_user_id"))
        batch_op.drop_index("ix_mail_template_shared")

    op.drop_table("mail_template")
