"""Sign-in by provider."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "873a7c2ebede"
down_revision = "4ca9bbc52b2e"

# Plain ALTER TABLE on both databases: SQLite would otherwise copy the table, to which deliveries point.
COLUMNS = (
    "sign_in VARCHAR(10) NOT NULL DEFAULT 'password' CONSTRAINT ck_mailbox_sign_in_known "
    "CHECK (sign_in IN ('password', 'microsoft', 'google', 'other'))",
    "tenant VARCHAR(100)",
    "client_id VARCHAR(200) CONSTRAINT ck_mailbox_provider_has_client CHECK (sign_in = 'password' OR client_id IS NOT NULL)",
    "client_secret_sealed TEXT",
    "authorization_url VARCHAR(500)",
    "token_url VARCHAR(500) CONSTRAINT ck_mailbox_other_has_urls "
    "CHECK (sign_in <> 'other' OR (authorization_url IS NOT NULL AND token_url IS NOT NULL))",
    "scopes VARCHAR(500)",
)


def upgrade() -> None:
    op.create_table(
        "mailbox_grant",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("refresh_token_sealed", sa.Text(), nullable=False),
        sa.Column("access_token_sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", app.models.base.UtcDateTime(timezone=True), nullable=False, comment="Of the access token"),
        sa.Column("signed_in_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "renewing_until",
            app.models.base.UtcDateTime(timezone=True),
            nullable=True,
            comment="Until then one process renews it, others wait",
        ),
        sa.Column("ended_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=200), nullable=True, comment="The provider's words"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_mailbox_grant_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["mailbox_id"], ["mailbox.id"], name=op.f("fk_mailbox_grant_mailbox_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_grant")),
        sa.UniqueConstraint("mailbox_id", name=op.f("uq_mailbox_grant_mailbox_id")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_mailbox_grant_public_ref")),
    )
    for column in COLUMNS:
        op.execute(f"ALTER TABLE mailbox ADD COLUMN {column}")


def downgrade() -> None:
    for column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE mailbox DROP COLUMN {column.partition(' ')[0]}")
    op.drop_table("mailbox_grant")
