"""Tags, and what has them."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "4e87bb06a24c"
down_revision = "7e4a9d7fb561"


def upgrade() -> None:
    op.create_table("tag",
    sa.Column("name", sa.String(length=60), nullable=False),
    sa.Column("folded", sa.String(length=60), nullable=False, comment="The name without capitals and accents"),
    sa.Column("search_text", sa.String(length=1000), nullable=False),
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("public_ref", sa.String(length=16), nullable=False),
    sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column("version", sa.Integer(), nullable=False),
    sa.Column("created_by_id", sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_tag_created_by_id"), ondelete="SET NULL"),
    sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
    sa.UniqueConstraint("folded", name=op.f("uq_tag_folded")),
    sa.UniqueConstraint("public_ref", name=op.f("uq_tag_public_ref"))
    )
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tag_name"), ["name"], unique=False)

    op.create_table("tag_word",
    sa.Column("word", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False),
    sa.Column("record_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["record_id"], ["tag.id"], name=op.f("fk_tag_word_record_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("word", "record_id", name=op.f("pk_tag_word")),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table("tag_word", schema=None) as batch_op:
        batch_op.create_index("ix_tag_word_of", ["record_id", "word"], unique=False)

    op.create_table("account_tag",
    sa.Column("account_id", sa.Integer(), nullable=False),
    sa.Column("tag_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_tag_account_id"), ondelete="CASCADE"),
    sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_account_tag_tag_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("account_id", "tag_id", name=op.f("pk_account_tag"))
    )
    with op.batch_alter_table("account_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_tag_tag_id"), ["tag_id"], unique=False)

    op.create_table("contact_tag",
    sa.Column("contact_id", sa.Integer(), nullable=False),
    sa.Column("tag_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_tag_contact_id"), ondelete="CASCADE"),
    sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_contact_tag_tag_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("contact_id", "tag_id", name=op.f("pk_contact_tag"))
    )
    with op.batch_alter_table("contact_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_tag_tag_id"), ["tag_id"], unique=False)

    op.create_table("opportunity_tag",
    sa.Column("opportunity_id", sa.Integer(), nullable=False),
    sa.Column("tag_id", sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk_opportunity_tag_opportunity_id"), ondelete="CASCADE"),
    sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_opportunity_tag_tag_id"), ondelete="CASCADE"),
    sa.PrimaryKeyConstraint("opportunity_id", "tag_id", name=op.f("pk_opportunity_tag"))
    )
    with op.batch_alter_table("opportunity_tag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opportunity_tag_tag_id"), ["tag_id"], unique=False)



def downgrade() -> None:
    with op.batch_alter_table("opportunity_tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opportunity_tag_tag_id"))

    op.drop_table("opportunity_tag")
    with op.batch_alter_table("contact_tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_tag_tag_id"))

    op.drop_table("contact_tag")
    with op.batch_alter_table("account_tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_tag_tag_id"))

    op.drop_table("account_tag")
    with op.batch_alter_table("tag_word", schema=None) as batch_op:
        batch_op.drop_index("ix_tag_word_of")

    op.drop_table("tag_word")
    with op.batch_alter_table("tag", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tag_name"))

    op.drop_table("tag")
