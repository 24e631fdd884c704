"""Campaigns, renewals, reasons and competitors; indexes for results and for what drags on."""

from typing import Any

import sqlalchemy as sa
from alembic import op

import app.models.base

OFFERED_FOR = sa.Enum("lost", "cancelled", "both", name="offered_for_known", native_enum=False, create_constraint=True, length=10)
RESULTS = ["closed_at", "status", "archived_at", "currency", "amount", "owner_id", "team_id", "pipeline_id", "created_at"]
revision = "172aa4b6f18b"
down_revision = "d9d8778abc48"


def filled(column: str) -> dict[str, Any]:
    """An index of the rows in which ``column`` is filled."""
    where = sa.text(f"{column} IS NOT NULL")
    return {"sqlite_where": where, "postgresql_where": where}


def upgrade() -> None:
    op.create_table("campaign",
    sa.Column("name", sa.String(length=120), nullable=False),
    sa.Column("starts_on", sa.Date(), nullable=True),
    sa.Column("ends_on", sa.Date(), nullable=True),
    sa.Column("cost", sa.Numeric(precision=14, scale=2), nullable=True, comment="Net, in `currency`"),
    sa.Column("currency", sa.String(length=3), nullable=False),
    sa.Column("remarks", sa.Text(), nullable=True),
    sa.Column("search_text", sa.String(length=1000), nullable=False),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("public_ref", sa.String(length=16), nullable=False),
    sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("created_by_id", sa.Integer(), nullable=True),
    sa.CheckConstraint("cost >= 0", name=op.f("ck_campaign_cost_not_negative")),
    sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_campaign_ends_after_start")),
    sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_campaign_created_by_id"), ondelete="SET NULL"),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    sa.UniqueConstraint("public_ref", name=op.f("uq_campaign_public_ref"))
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_by_name", ["name", "id"], unique=False)
        batch_op.create_index("ix_campaign_by_start", ["starts_on", "id"], unique=False)

    op.create_table("close_reason",
    sa.Column("offered_for", OFFERED_FOR, nullable=False),
    sa.Column("position", sa.Integer(), nullable=False),
    sa.Column("search_text", sa.String(length=1000), nullable=False),
    sa.Column("label_en", sa.String(length=80), nullable=False),
    sa.Column("label_fr", sa.String(length=80), nullable=False),
    sa.Column("label_pl", sa.String(length=80), nullable=False),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("public_ref", sa.String(length=16), nullable=False),
    sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("created_by_id", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_close_reason_created_by_id"), ondelete="SET NULL"),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_close_reason")),
    sa.UniqueConstraint("public_ref", name=op.f("uq_close_reason_public_ref"))
    )
    op.create_table("competitor",
    sa.Column("name", sa.String(length=120), nullable=False),
    sa.Column("search_text", sa.String(length=1000), nullable=False),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("public_ref", sa.String(length=16), nullable=False),
    sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("created_by_id", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_competitor_created_by_id"), ondelete="SET NULL"),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_competitor")),
    sa.UniqueConstraint("name", name=op.f("uq_competitor_name")),
    sa.UniqueConstraint("public_ref", name=op.f("uq_competitor_public_ref"))
    )
    op.create_table("close_reason_word",
    sa.Column("word", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False),
    sa.Column("record_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["record_id"], ["close_reason.id"], name=op.f("fk_close_reason_word_record_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("word", "record_id", name=op.f("pk_close_reason_word")),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table("close_reason_word", schema=None) as batch_op:
        batch_op.create_index("ix_close_reason_word_of", ["record_id", "word"], unique=False)

    op.create_table("competitor_word",
    sa.Column("word", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False),
    sa.Column("record_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["record_id"], ["competitor.id"], name=op.f("fk_competitor_word_record_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("word", "record_id", name=op.f("pk_competitor_word")),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table("competitor_word", schema=None) as batch_op:
        batch_op.create_index("ix_competitor_word_of", ["record_id", "word"], unique=False)

    op.create_table("campaign_word",
    sa.Column("word", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False),
    sa.Column("record_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["record_id"], ["campaign.id"], name=op.f("fk_campaign_word_record_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("word", "record_id", name=op.f("pk_campaign_word")),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table("campaign_word", schema=None) as batch_op:
        batch_op.create_index("ix_campaign_word_of", ["record_id", "word"], unique=False)

    op.create_table("contact_campaign",
    sa.Column("contact_id", sa.Integer(), nullable=False),
    sa.Column("campaign_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_contact_campaign_campaign_id"), ondelete="CASCADE"),
    sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_campaign_contact_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("contact_id", "campaign_id", name=op.f("pk_contact_campaign"))
    )
    with op.batch_alter_table("contact_campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_campaign_campaign_id"), ["campaign_id"], unique=False)

    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("competitor_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("campaign_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("renewal_of_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_opportunity_by_entered", ["step_entered_at", "id", "status", "step_id", "archived_at"], unique=False)
        batch_op.create_index("ix_opportunity_campaign_id", ["campaign_id"], unique=False, **filled("campaign_id"))
        batch_op.create_index("ix_opportunity_competitor_id", ["competitor_id"], unique=False, **filled("competitor_id"))
        batch_op.create_index("ix_opportunity_created", ["created_at"], unique=False)
        batch_op.create_index("ix_opportunity_reason_id", ["reason_id"], unique=False, **filled("reason_id"))
        batch_op.create_index("ix_opportunity_renewal_of_id", ["renewal_of_id"], unique=False, **filled("renewal_of_id"))
        batch_op.create_index("ix_opportunity_results", RESULTS, unique=False, **filled("closed_at"))
        batch_op.create_foreign_key(batch_op.f("fk_opportunity_renewal_of_id"), "opportunity", ["renewal_of_id"], ["id"], ondelete="SET NULL")
        batch_op.create_foreign_key(batch_op.f("fk_opportunity_campaign_id"), "campaign", ["campaign_id"], ["id"], ondelete="RESTRICT")
        batch_op.create_foreign_key(batch_op.f("fk_opportunity_reason_id"), "close_reason", ["reason_id"], ["id"], ondelete="SET NULL")
        batch_op.create_foreign_key(batch_op.f("fk_opportunity_competitor_id"), "competitor", ["competitor_id"], ["id"], ondelete="SET NULL")



def downgrade() -> None:
    with op.batch_alter_table("opportunity", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_opportunity_competitor_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_opportunity_reason_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_opportunity_campaign_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_opportunity_renewal_of_id"), type_="foreignkey")
        batch_op.drop_index("ix_opportunity_results", **filled("closed_at"))
        batch_op.drop_index("ix_opportunity_renewal_of_id", **filled("renewal_of_id"))
        batch_op.drop_index("ix_opportunity_reason_id", **filled("reason_id"))
        batch_op.drop_index("ix_opportunity_created")
        batch_op.drop_index("ix_opportunity_competitor_id", **filled("competitor_id"))
        batch_op.drop_index("ix_opportunity_campaign_id", **filled("campaign_id"))
        batch_op.drop_index("ix_opportunity_by_entered")
        batch_op.drop_column("renewal_of_id")
        batch_op.drop_column("campaign_id")
        batch_op.drop_column("competitor_id")
        batch_op.drop_column("reason_id")

    with op.batch_alter_table("contact_campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_campaign_campaign_id"))

    op.drop_table("contact_campaign")
    with op.batch_alter_table("campaign_word", schema=None) as batch_op:
        batch_op.drop_index("ix_campaign_word_of")

    op.drop_table("campaign_word")
    with op.batch_alter_table("competitor_word", schema=None) as batch_op:
        batch_op.drop_index("ix_competitor_word_of")

    op.drop_table("competitor_word")
    with op.batch_alter_table("close_reason_word", schema=None) as batch_op:
        batch_op.drop_index("ix_close_reason_word_of")

    op.drop_table("close_reason_word")
    op.drop_table("competitor")
    op.drop_table("close_reason")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index("ix_campaign_by_start")
        batch_op.drop_index("ix_campaign_by_name")

    op.drop_table("campaign")
