"""Appointments, and the history of mail addresses."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "e4fc31157f88"
down_revision = "9279ecbe5c97"

BEFORE = ("valid", "bounced", "unknown")
AFTER = ("valid", "doubtful", "bounced", "complained", "unknown")


def _allow(values: tuple[str, ...]) -> None:
    """Narrow the validity of an address to ``values``."""
    allowed = ", ".join(f"'{value}'" for value in values)
    with op.batch_alter_table("contact_address") as batch_op:
        batch_op.drop_constraint(op.f("ck_contact_address_validity_known"), type_="check")
        batch_op.create_check_constraint(op.f("ck_contact_address_validity_known"), f"validity IN ({allowed})")


def upgrade() -> None:
    _allow(AFTER)
    op.create_table(
        "appointment",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=255), nullable=False, comment="iCalendar UID, RFC 5545"),
        sa.Column(
            "occurrence",
            sa.String(length=40),
            nullable=False,
            comment="RECURRENCE-ID, ISO 8601 in UTC; empty: the whole series",
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column(
            "stamped_at",
            app.models.base.UtcDateTime(timezone=True),
            nullable=True,
            comment="DTSTAMP of the message that counts",
        ),
        sa.Column("starts_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("is_all_day", sa.Boolean(), nullable=False),
        sa.Column(
            "standing",
            sa.Enum(
                "confirmed",
                "tentative",
                "cancelled",
                name="standing_known",
                native_enum=False,
                create_constraint=True,
                length=12,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=True, comment="Where to join, https only"),
        sa.Column("repeats", sa.JSON(), nullable=True, comment="domain/appointments.Repeats"),
        sa.Column("organizer_name", sa.String(length=120), nullable=False),
        sa.Column("organizer_address", sa.String(length=254), nullable=False),
        sa.Column("guests", sa.JSON(), nullable=False, comment="domain/appointments.Guest"),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_appointment_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_appointment_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["timeline_entry.id"], name=op.f("fk_appointment_entry_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["host_id"], ["ab_user.id"], name=op.f("fk_appointment_host_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_appointment_entry_id")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_appointment_public_ref")),
        sa.UniqueConstraint("uid", "occurrence", name=op.f("uq_appointment_uid_occurrence")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appointment_host_id"), ["host_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_starts_at"), ["starts_at"], unique=False)

    op.create_table(
        "address_finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address_id", sa.Integer(), nullable=False),
        sa.Column("at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "finding",
            sa.Enum(
                "failed", "soft", "heard", "complained", name="finding_known", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column(
            "cause",
            sa.Enum(
                "no_mailbox",
                "no_domain",
                "miswritten",
                "moved",
                "disabled",
                "full",
                "too_large",
                "spam",
                "refused",
                "busy",
                "fault",
                "unclear",
                name="cause_known",
                native_enum=False,
                create_constraint=True,
                length=12,
            ),
            nullable=True,
        ),
        sa.Column("status", sa.String(length=12), nullable=True, comment="RFC 3463"),
        sa.Column(
            "diagnostic", sa.String(length=500), nullable=False, comment="What the refusing server said, in its words"
        ),
        sa.Column("reporter", sa.String(length=120), nullable=False, comment="The server that says so"),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["address_id"], ["contact_address.id"], name=op.f("fk_address_finding_address_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["message_id"], ["incoming_message.id"], name=op.f("fk_address_finding_message_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_finding")),
    )
    with op.batch_alter_table("address_finding", schema=None) as batch_op:
        batch_op.create_index("ix_address_finding_address", ["address_id", "at"], unique=False)
        batch_op.create_index(batch_op.f("ix_address_finding_message_id"), ["message_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("address_finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_finding_message_id"))
        batch_op.drop_index("ix_address_finding_address")

    op.drop_table("address_finding")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_starts_at"))
        batch_op.drop_index(batch_op.f("ix_appointment_host_id"))

    op.drop_table("appointment")
    op.execute("UPDATE contact_address SET validity = 'unknown' WHERE validity IN ('doubtful', 'complained')")
    _allow(BEFORE)
