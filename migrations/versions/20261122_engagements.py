"""Engagements, and the history and the mail that lie with them."""

import sqlalchemy as sa
from alembic import op

import app.models.base

STATE = sa.Enum(
    "prospect", "active", "dormant", "ended", "abandoned", name="state_known", native_enum=False, create_constraint=True, length=10
)
revision = "7e4a9d7fb561"
down_revision = "c2f40a8d17e5"


def upgrade() -> None:
    op.create_table("engagement",
    sa.Column("name", sa.String(length=200), nullable=False),
    sa.Column("state", STATE, nullable=False),
    sa.Column("account_id", sa.Integer(), nullable=True),
    sa.Column("lead_contact_id", sa.Integer(), nullable=True),
    sa.Column("owner_id", sa.Integer(), nullable=True),
    sa.Column("team_id", sa.Integer(), nullable=True),
    sa.Column("remarks", sa.Text(), nullable=True),
    sa.Column("last_activity_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("custom", sa.JSON(), server_default="{}", nullable=False, comment="Field of the firm's own → value"),
    sa.Column("search_text", sa.String(length=1000), nullable=False),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("public_ref", sa.String(length=16), nullable=False),
    sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("created_by_id", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_engagement_account_id"), ondelete="RESTRICT"),
    sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_engagement_created_by_id"), ondelete="SET NULL"),
    sa.ForeignKeyConstraint(["lead_contact_id"], ["contact.id"], name=op.f("fk_engagement_lead_contact_id"), ondelete="RESTRICT"),
    sa.ForeignKeyConstraint(["owner_id"], ["ab_user.id"], name=op.f("fk_engagement_owner_id"), ondelete="SET NULL"),
    sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_engagement_team_id"), ondelete="SET NULL"),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement")),
    sa.UniqueConstraint("public_ref", name=op.f("uq_engagement_public_ref"))
    )
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_engagement_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_engagement_by_name", ["name", "id"], unique=False)
        batch_op.create_index("ix_engagement_by_state", ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_engagement_last_activity_at"), ["last_activity_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_engagement_lead_contact_id"), ["lead_contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_engagement_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_engagement_search", ["search_text"], unique=False)
        batch_op.create_index(batch_op.f("ix_engagement_team_id"), ["team_id"], unique=False)

    op.create_table("engagement_contact",
    sa.Column("engagement_id", sa.Integer(), nullable=False),
    sa.Column("contact_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_engagement_contact_contact_id"), ondelete="CASCADE"),
    sa.ForeignKeyConstraint(["engagement_id"], ["engagement.id"], name=op.f("fk_engagement_contact_engagement_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("engagement_id", "contact_id", name=op.f("pk_engagement_contact"))
    )
    with op.batch_alter_table("engagement_contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_engagement_contact_contact_id"), ["contact_id"], unique=False)

    op.create_table("engagement_field_key",
    sa.Column("field_id", sa.Integer(), nullable=False),
    sa.Column("key", sa.String(length=500).with_variant(sa.String(length=500, collation="C"), "postgresql"), nullable=False),
    sa.Column("record_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["field_id"], ["custom_field.id"], name=op.f("fk_engagement_field_key_field_id"), ondelete="RESTRICT"),
    sa.ForeignKeyConstraint(["record_id"], ["engagement.id"], name=op.f("fk_engagement_field_key_record_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("field_id", "key", "record_id", name=op.f("pk_engagement_field_key")),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table("engagement_field_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_engagement_field_key_record_id"), ["record_id"], unique=False)

    op.create_table("engagement_word",
    sa.Column("word", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False),
    sa.Column("record_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["record_id"], ["engagement.id"], name=op.f("fk_engagement_word_record_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("word", "record_id", name=op.f("pk_engagement_word")),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table("engagement_word", schema=None) as batch_op:
        batch_op.create_index("ix_engagement_word_of", ["record_id", "word"], unique=False)

    with op.batch_alter_table("incoming_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("engagement_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_incoming_message_engagement_id"), ["engagement_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_incoming_message_engagement_id"), "engagement", ["engagement_id"], ["id"], ondelete="SET NULL")

    with op.batch_alter_table("timeline_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("engagement_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_timeline_entry_engagement", ["engagement_id", "occurred_at"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_timeline_entry_engagement_id"), "engagement", ["engagement_id"], ["id"], ondelete="RESTRICT")



def downgrade() -> None:
    with op.batch_alter_table("timeline_entry", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_timeline_entry_engagement_id"), type_="foreignkey")
        batch_op.drop_index("ix_timeline_entry_engagement")
        batch_op.drop_column("engagement_id")

    with op.batch_alter_table("incoming_message", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_incoming_message_engagement_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_incoming_message_engagement_id"))
        batch_op.drop_column("engagement_id")

    with op.batch_alter_table("engagement_word", schema=None) as batch_op:
        batch_op.drop_index("ix_engagement_word_of")

    op.drop_table("engagement_word")
    with op.batch_alter_table("engagement_field_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagement_field_key_record_id"))

    op.drop_table("engagement_field_key")
    with op.batch_alter_table("engagement_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagement_contact_contact_id"))

    op.drop_table("engagement_contact")
    with op.batch_alter_table("engagement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_engagement_team_id"))
        batch_op.drop_index("ix_engagement_search")
        batch_op.drop_index(batch_op.f("ix_engagement_owner_id"))
        batch_op.drop_index(batch_op.f("ix_engagement_lead_contact_id"))
        batch_op.drop_index(batch_op.f("ix_engagement_last_activity_at"))
        batch_op.drop_index("ix_engagement_by_state")
        batch_op.drop_index("ix_engagement_by_name")
        batch_op.drop_index(batch_op.f("ix_engagement_account_id"))

    op.drop_table("engagement")
