"""Rules for senders, groups that feed an address, and the address that a message came to."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "5e4de2c1a701"
down_revision = "873a7c2ebede"


def upgrade() -> None:
    op.create_table(
        "sender_rule",
        sa.Column("sender", sa.String(length=254), nullable=False, comment="An address, or a domain; lower case"),
        sa.Column(
            "effect",
            sa.Enum("allow", "person", "block", name="effect_known", native_enum=False, create_constraint=True, length=10),
            nullable=False,
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=400), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True, comment="The message that it was taught from"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_sender_rule_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["incoming_message.id"], name=op.f("fk_sender_rule_message_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sender_rule")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_sender_rule_public_ref")),
        sa.UniqueConstraint("sender", name=op.f("uq_sender_rule_sender")),
    )
    with op.batch_alter_table("sender_rule") as batch:
        batch.create_index(batch.f("ix_sender_rule_message_id"), ["message_id"])
    with op.batch_alter_table("crm_address") as batch:
        batch.add_column(
            sa.Column(
                "list_id", sa.String(length=200), nullable=True,
                comment="List-Id of a group, such as a Google Group, that feeds this address",
            )
        )
    with op.batch_alter_table("incoming_message") as batch:
        batch.add_column(sa.Column("crm_address_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_incoming_message_crm_address_id"), "crm_address", ["crm_address_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index(batch.f("ix_incoming_message_crm_address_id"), ["crm_address_id"])


def downgrade() -> None:
    with op.batch_alter_table("incoming_message") as batch:
        batch.drop_index(batch.f("ix_incoming_message_crm_address_id"))
        batch.drop_constraint(batch.f("fk_incoming_message_crm_address_id"), type_="foreignkey")
        batch.drop_column("crm_address_id")
    with op.batch_alter_table("crm_address") as batch:
        batch.drop_column("list_id")
    op.drop_table("sender_rule")
