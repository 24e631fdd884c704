"""Values that mail proposes for contacts and accounts."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "d9f4369fc283"
down_revision = "5e4de2c1a701"


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column(
            "detail",
            sa.Enum(
                "phone",
                "job",
                "company",
                "website",
                "address",
                "nip",
                "regon",
                "siren",
                "siret",
                "vat_number",
                name="detail_known",
                native_enum=False,
                create_constraint=True,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=300), nullable=False, comment="Canonical; an address is three lines"),
        sa.Column("line", sa.String(length=300), nullable=False, comment="As it was written in the mail"),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column(
            "seen_at", app.models.base.UtcDateTime(timezone=True), nullable=False, comment="When that mail was written"
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "accepted",
                "dismissed",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=10,
            ),
            nullable=False,
        ),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(contact_id IS NULL) <> (account_id IS NULL)", name=op.f("ck_proposal_one_subject")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_proposal_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contact.id"], name=op.f("fk_proposal_contact_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_proposal_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["ab_user.id"], name=op.f("fk_proposal_decided_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["incoming_message.id"], name=op.f("fk_proposal_message_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("account_id", "detail", "value", name=op.f("uq_proposal_account_id_detail_value")),
        sa.UniqueConstraint("contact_id", "detail", "value", name=op.f("uq_proposal_contact_id_detail_value")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_proposal_public_ref")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_message_id"), ["message_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_message_id"))

    op.drop_table("proposal")
