"""Reading of old mail, replay of a range, self-tests of mailboxes."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "9279ecbe5c97"
down_revision = "d9f4369fc283"


def upgrade() -> None:
    op.create_table(
        "backfill",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False, comment="Messages that it was to read when it was asked for"),
        sa.Column(
            "done", sa.Integer(), nullable=False, comment="Messages that it has read; those known before among them"
        ),
        sa.Column("uidvalidity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False, comment="Read up to here"),
        sa.Column("end_uid", sa.BigInteger(), nullable=False, comment="What comes after this is live mail"),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "done",
                "stopped",
                "failed",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=10,
            ),
            nullable=False,
        ),
        sa.Column("ended_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=500), nullable=True),
        sa.Column("error_params", sa.Text(), nullable=True, comment="JSON"),
        sa.Column("leased_by", sa.String(length=80), nullable=True),
        sa.Column("leased_until", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_backfill_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_backfill_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfill")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_backfill_public_ref")),
    )
    with op.batch_alter_table("backfill", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_backfill_mailbox_id"), ["mailbox_id"], unique=False)
        batch_op.create_index(
            "uq_backfill_running",
            ["mailbox_id"],
            unique=True,
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )

    op.create_table(
        "replay",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("since", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("states", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("total", sa.Integer(), nullable=False, comment="Messages that fitted when it was asked for"),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("last_message_id", sa.Integer(), nullable=False),
        sa.Column("last_delivery_id", sa.Integer(), nullable=False),
        sa.Column("end_message_id", sa.Integer(), nullable=False),
        sa.Column("end_delivery_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "done",
                "stopped",
                "failed",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=10,
            ),
            nullable=False,
        ),
        sa.Column("ended_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_replay_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_replay_mailbox_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replay")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_replay_public_ref")),
    )
    with op.batch_alter_table("replay", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replay_mailbox_id"), ["mailbox_id"], unique=False)

    op.create_table(
        "self_test",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("outgoing_id", sa.Integer(), nullable=True),
        sa.Column("token", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("asked_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("back_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column(
            "told_at",
            app.models.base.UtcDateTime(timezone=True),
            nullable=True,
            comment="When the administrators heard that it is missing",
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_self_test_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_self_test_mailbox_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["outgoing_id"], ["outgoing_mail.id"], name=op.f("fk_self_test_outgoing_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_self_test")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_self_test_public_ref")),
        sa.UniqueConstraint("token", name=op.f("uq_self_test_token")),
    )
    with op.batch_alter_table("self_test", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_self_test_asked_at"), ["asked_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_self_test_mailbox_id"), ["mailbox_id"], unique=False)

    # Not in a batch, which would write the table anew and with it the checks of its columns.
    leads_here = "An address that leads here; empty: the user name, if it is one"
    op.add_column("mailbox", sa.Column("address", sa.String(length=254), nullable=True, comment=leads_here))
    daily = "A message of ours goes round once a day"
    op.add_column("mailbox", sa.Column("is_tested", sa.Boolean(), nullable=False, server_default=sa.true(), comment=daily))


def downgrade() -> None:
    op.drop_column("mailbox", "is_tested")
    op.drop_column("mailbox", "address")

    with op.batch_alter_table("self_test", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_self_test_mailbox_id"))
        batch_op.drop_index(batch_op.f("ix_self_test_asked_at"))

    op.drop_table("self_test")
    with op.batch_alter_table("replay", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_replay_mailbox_id"))

    op.drop_table("replay")
    with op.batch_alter_table("backfill", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_backfill_running",
            sqlite_where=sa.text("state = 'running'"),
            postgresql_where=sa.text("state = 'running'"),
        )
        batch_op.drop_index(batch_op.f("ix_backfill_mailbox_id"))

    op.drop_table("backfill")
