"""Prospecting orders, the places of people in them, rows, verifications, comments, and the list of those who objected."""

import sqlalchemy as sa
from alembic import op

import app.models.base

ORDER_STATE = sa.Enum("draft", "open", "closed_final", name="state_known", native_enum=False, create_constraint=True)
ROW_STATE = sa.Enum(
    "draft",
    "entered",
    "submitted",
    "rejected",
    "corrected",
    "verified",
    "converted",
    "discarded",
    name="state_known",
    native_enum=False,
    create_constraint=True,
    length=12,
)
CHECKING = sa.Enum("none", "sample", "all", "double_entry", name="checking_known", native_enum=False, create_constraint=True)
BASIS = sa.Enum(
    "legitimate_interest", "consent", "contract", "legal_duty", name="legal_basis_known", native_enum=False, create_constraint=True, length=20
)
SEAT = sa.Enum(
    "principal", "coordinator", "supervisor", "operator", "verifier", name="seat_known", native_enum=False, create_constraint=True, length=12
)
CALL = sa.Enum(
    "reached",
    "interested",
    "not_interested",
    "call_back",
    "no_answer",
    "wrong_number",
    name="call_result_known",
    native_enum=False,
    create_constraint=True,
    length=20,
)
revision = "91eaa12add82"
down_revision = "3960cbad9dd4"


def upgrade() -> None:
    op.create_table(
        "prospecting_order",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("state", ORDER_STATE, nullable=False),
        sa.Column("is_template", sa.Boolean(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=True),
        sa.Column("goal", sa.Text(), nullable=True),
        sa.Column("instructions", sa.Text(), nullable=True),
        sa.Column("territory", sa.JSON(), nullable=False, comment="Codes of voivodeships and departments"),
        sa.Column("target", sa.Integer(), nullable=True, comment="How many rows"),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("checking", CHECKING, nullable=False),
        sa.Column("sample_percent", sa.Integer(), nullable=False),
        sa.Column("columns", sa.JSON(), nullable=False, comment="Attributes in use, those of the firm's own as x_…"),
        sa.Column("required", sa.JSON(), nullable=False, comment="Those that a row needs before it is handed in"),
        sa.Column("dedupe", sa.JSON(), nullable=False, comment="Attributes by which a company is found to be in the order already"),
        sa.Column("defaults", sa.JSON(), nullable=False, comment="Attribute → value of a new row"),
        sa.Column("purpose", sa.Text(), nullable=True, comment="What the data are collected for"),
        sa.Column("data_source", sa.String(length=300), nullable=True, comment="Where they come from"),
        sa.Column("legal_basis", BASIS, nullable=False),
        sa.Column("information", sa.Text(), nullable=True, comment="What the people are told (article 14)"),
        sa.Column("last_number", sa.Integer(), nullable=False, comment="Of the newest row"),
        sa.Column("closed_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("sample_percent BETWEEN 1 AND 100", name=op.f("ck_prospecting_order_sample_is_percent")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["ab_user.id"], name=op.f("fk_prospecting_order_closed_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_prospecting_order_created_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["principal_id"], ["ab_user.id"], name=op.f("fk_prospecting_order_principal_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prospecting_order")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_prospecting_order_public_ref")),
    )
    with op.batch_alter_table("prospecting_order", schema=None) as batch_op:
        batch_op.create_index("ix_prospecting_order_by_due", ["due_on", "id"], unique=False)
        batch_op.create_index("ix_prospecting_order_by_name", ["name", "id"], unique=False)
        batch_op.create_index("ix_prospecting_order_by_state", ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_prospecting_order_principal_id"), ["principal_id"], unique=False)

    op.create_table(
        "suppression",
        sa.Column("kind", sa.String(length=10), nullable=False, comment="email, phone, nip …"),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_suppression_created_by_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppression")),
        sa.UniqueConstraint("hash", name=op.f("uq_suppression_hash")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_suppression_public_ref")),
    )
    op.create_table(
        "order_assignment",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("seat", SEAT, nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("quota", sa.Integer(), nullable=True, comment="Rows a day"),
        sa.Column("chosen_at", app.models.base.UtcDateTime(timezone=True), nullable=True, comment="When the person last made it their current order"),
        sa.Column("closed_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["ab_user.id"], name=op.f("fk_order_assignment_closed_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_order_assignment_created_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["order_id"], ["prospecting_order.id"], name=op.f("fk_order_assignment_order_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["parent_id"], ["order_assignment.id"], name=op.f("fk_order_assignment_parent_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_order_assignment_user_id"), ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_assignment")),
        sa.UniqueConstraint("order_id", "user_id", "seat", name=op.f("uq_order_assignment_order_id_user_id_seat")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_order_assignment_public_ref")),
    )
    with op.batch_alter_table("order_assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_assignment_order_id"), ["order_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_order_assignment_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_order_assignment_place", ["user_id", "seat", "order_id"], unique=False)

    op.create_table(
        "order_link",
        sa.Column("parent_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("continues", "splits", "shares_rows", name="link_kind_known", native_enum=False, create_constraint=True, length=12),
            nullable=False,
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("parent_id <> child_id", name=op.f("ck_order_link_of_two")),
        sa.ForeignKeyConstraint(["child_id"], ["prospecting_order.id"], name=op.f("fk_order_link_child_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_order_link_created_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["parent_id"], ["prospecting_order.id"], name=op.f("fk_order_link_parent_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_link")),
        sa.UniqueConstraint("parent_id", "child_id", name=op.f("uq_order_link_parent_id_child_id")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_order_link_public_ref")),
    )
    with op.batch_alter_table("order_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_link_child_id"), ["child_id"], unique=False)

    op.create_table(
        "prospect_row",
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, comment="Within the order, from 1"),
        sa.Column("state", ROW_STATE, nullable=False),
        sa.Column("operator_id", sa.Integer(), nullable=True),
        sa.Column("assignment_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("nip", sa.String(length=20), nullable=True),
        sa.Column("pkd", sa.String(length=12), nullable=True),
        sa.Column("regon", sa.String(length=20), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("house", sa.String(length=20), nullable=True),
        sa.Column("postcode", sa.String(length=12), nullable=True),
        sa.Column("city", sa.String(length=100), nullable=True),
        sa.Column("voivodeship", sa.String(length=40), nullable=True, comment="Or the department"),
        sa.Column("activity", sa.Text(), nullable=True),
        sa.Column("website", sa.String(length=200), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=30), nullable=True),
        sa.Column("mobile", sa.String(length=30), nullable=True),
        sa.Column("fax", sa.String(length=30), nullable=True),
        sa.Column("headcount", sa.String(length=10), nullable=True),
        sa.Column("source1", sa.String(length=200), nullable=True),
        sa.Column("source1_on", sa.Date(), nullable=True),
        sa.Column("source1_by_id", sa.Integer(), nullable=True),
        sa.Column("source2", sa.String(length=200), nullable=True),
        sa.Column("source2_on", sa.Date(), nullable=True),
        sa.Column("source2_by_id", sa.Integer(), nullable=True),
        sa.Column("source3", sa.String(length=200), nullable=True),
        sa.Column("source3_on", sa.Date(), nullable=True),
        sa.Column("source3_by_id", sa.Integer(), nullable=True),
        sa.Column("source4", sa.String(length=200), nullable=True),
        sa.Column("source4_on", sa.Date(), nullable=True),
        sa.Column("source4_by_id", sa.Integer(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=True),
        sa.Column("siren", sa.String(length=20), nullable=True),
        sa.Column("person", sa.String(length=120), nullable=True, comment="Whom to ask for"),
        sa.Column("entered_at", app.models.base.UtcDateTime(timezone=True), nullable=True, comment="First handed in"),
        sa.Column("verified_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_drawn", sa.Boolean(), nullable=False, comment="Somebody verifies it"),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", app.models.base.UtcDateTime(timezone=True), nullable=True, comment="By a verifier, as part of a batch"),
        sa.Column("twin_id", sa.Integer(), nullable=True, comment="The same company by another operator"),
        sa.Column("findings", sa.JSON(), nullable=False, comment="Of the last rejection: field, problem, suggested"),
        sa.Column("discarded_because", sa.String(length=300), nullable=True),
        sa.Column("called_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("call_result", CALL, nullable=True),
        sa.Column("informed_at", app.models.base.UtcDateTime(timezone=True), nullable=True, comment="When the person was told (article 14)"),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("opportunity_id", sa.Integer(), nullable=True),
        sa.Column("custom", sa.JSON(), server_default="{}", nullable=False, comment="Field of the firm's own → value"),
        sa.Column("search_text", sa.String(length=1000), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_prospect_row_account_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["assignment_id"], ["order_assignment.id"], name=op.f("fk_prospect_row_assignment_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_prospect_row_contact_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_prospect_row_created_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["operator_id"], ["ab_user.id"], name=op.f("fk_prospect_row_operator_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["opportunity_id"], ["opportunity.id"], name=op.f("fk_prospect_row_opportunity_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["order_id"], ["prospecting_order.id"], name=op.f("fk_prospect_row_order_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["owner_id"], ["ab_user.id"], name=op.f("fk_prospect_row_owner_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["source1_by_id"], ["ab_user.id"], name=op.f("fk_prospect_row_source1_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["source2_by_id"], ["ab_user.id"], name=op.f("fk_prospect_row_source2_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["source3_by_id"], ["ab_user.id"], name=op.f("fk_prospect_row_source3_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["source4_by_id"], ["ab_user.id"], name=op.f("fk_prospect_row_source4_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["taken_by_id"], ["ab_user.id"], name=op.f("fk_prospect_row_taken_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["twin_id"], ["prospect_row.id"], name=op.f("fk_prospect_row_twin_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prospect_row")),
        sa.UniqueConstraint("order_id", "number", name=op.f("uq_prospect_row_order_id_number")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_prospect_row_public_ref")),
    )
    with op.batch_alter_table("prospect_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prospect_row_account_id"), ["account_id"], unique=False)
        batch_op.create_index("ix_prospect_row_by_assignment", ["assignment_id", "state"], unique=False)
        batch_op.create_index("ix_prospect_row_by_name", ["name", "id"], unique=False)
        batch_op.create_index("ix_prospect_row_by_number", ["number", "id"], unique=False)
        batch_op.create_index("ix_prospect_row_by_operator", ["operator_id", "order_id", "number"], unique=False)
        batch_op.create_index("ix_prospect_row_by_state", ["order_id", "state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_prospect_row_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index("ix_prospect_row_entered", ["operator_id", "entered_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_prospect_row_opportunity_id"), ["opportunity_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_prospect_row_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_prospect_row_search", ["search_text"], unique=False)
        batch_op.create_index(batch_op.f("ix_prospect_row_taken_by_id"), ["taken_by_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_prospect_row_twin_id"), ["twin_id"], unique=False)
        batch_op.create_index("ix_prospect_row_updated", ["updated_at"], unique=False)

    op.create_table(
        "prospect_row_field_key",
        sa.Column("field_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=500).with_variant(sa.String(length=500, collation="C"), "postgresql"), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["field_id"], ["custom_field.id"], name=op.f("fk_prospect_row_field_key_field_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["record_id"], ["prospect_row.id"], name=op.f("fk_prospect_row_field_key_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("field_id", "key", "record_id", name=op.f("pk_prospect_row_field_key")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("prospect_row_field_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prospect_row_field_key_record_id"), ["record_id"], unique=False)

    op.create_table(
        "prospect_row_key",
        sa.Column("key", sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql"), nullable=False),
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["row_id"], ["prospect_row.id"], name=op.f("fk_prospect_row_key_row_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", "row_id", name=op.f("pk_prospect_row_key")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("prospect_row_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prospect_row_key_row_id"), ["row_id"], unique=False)

    op.create_table(
        "prospect_row_word",
        sa.Column("word", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["prospect_row.id"], name=op.f("fk_prospect_row_word_record_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("word", "record_id", name=op.f("pk_prospect_row_word")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("prospect_row_word", schema=None) as batch_op:
        batch_op.create_index("ix_prospect_row_word_of", ["record_id", "word"], unique=False)

    op.create_table(
        "row_message",
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("to_user_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("seen_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["ab_user.id"], name=op.f("fk_row_message_author_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_row_message_created_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["row_id"], ["prospect_row.id"], name=op.f("fk_row_message_row_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["to_user_id"], ["ab_user.id"], name=op.f("fk_row_message_to_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_message")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_row_message_public_ref")),
    )
    with op.batch_alter_table("row_message", schema=None) as batch_op:
        batch_op.create_index("ix_row_message_of", ["row_id", "id"], unique=False)
        batch_op.create_index("ix_row_message_to", ["to_user_id", "seen_at"], unique=False)

    op.create_table(
        "row_verification",
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("verifier_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "verdict", sa.Enum("accepted", "rejected", name="verdict_known", native_enum=False, create_constraint=True, length=10), nullable=False
        ),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False, comment="An administrator who works alone judged a row of their own"),
        sa.Column("is_second", sa.Boolean(), nullable=False, comment="A second opinion: it changed nothing"),
        sa.Column("seen", sa.JSON(), nullable=False, comment="The values that were judged, of fields with a finding"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["ab_user.id"], name=op.f("fk_row_verification_created_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["row_id"], ["prospect_row.id"], name=op.f("fk_row_verification_row_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["verifier_id"], ["ab_user.id"], name=op.f("fk_row_verification_verifier_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_verification")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_row_verification_public_ref")),
    )
    with op.batch_alter_table("row_verification", schema=None) as batch_op:
        batch_op.create_index("ix_row_verification_by", ["verifier_id", "decided_at"], unique=False)
        batch_op.create_index("ix_row_verification_of", ["row_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("row_verification", schema=None) as batch_op:
        batch_op.drop_index("ix_row_verification_of")
        batch_op.drop_index("ix_row_verification_by")

    op.drop_table("row_verification")
    with op.batch_alter_table("row_message", schema=None) as batch_op:
        batch_op.drop_index("ix_row_message_to")
        batch_op.drop_index("ix_row_message_of")

    op.drop_table("row_message")
    with op.batch_alter_table("prospect_row_word", schema=None) as batch_op:
        batch_op.drop_index("ix_prospect_row_word_of")

    op.drop_table("prospect_row_word")
    with op.batch_alter_table("prospect_row_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prospect_row_key_row_id"))

    op.drop_table("prospect_row_key")
    with op.batch_alter_table("prospect_row_field_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prospect_row_field_key_record_id"))

    op.drop_table("prospect_row_field_key")
    with op.batch_alter_table("prospect_row", schema=None) as batch_op:
        batch_op.drop_index("ix_prospect_row_updated")
        batch_op.drop_index(batch_op.f("ix_prospect_row_twin_id"))
        batch_op.drop_index(batch_op.f("ix_prospect_row_taken_by_id"))
        batch_op.drop_index("ix_prospect_row_search")
        batch_op.drop_index(batch_op.f("ix_prospect_row_owner_id"))
        batch_op.drop_index(batch_op.f("ix_prospect_row_opportunity_id"))
        batch_op.drop_index("ix_prospect_row_entered")
        batch_op.drop_index(batch_op.f("ix_prospect_row_contact_id"))
        batch_op.drop_index("ix_prospect_row_by_state")
        batch_op.drop_index("ix_prospect_row_by_operator")
        batch_op.drop_index("ix_prospect_row_by_number")
        batch_op.drop_index("ix_prospect_row_by_name")
        batch_op.drop_index("ix_prospect_row_by_assignment")
        batch_op.drop_index(batch_op.f("ix_prospect_row_account_id"))

    op.drop_table("prospect_row")
    with op.batch_alter_table("order_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_link_child_id"))

    op.drop_table("order_link")
    with op.batch_alter_table("order_assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_order_assignment_place")
        batch_op.drop_index(batch_op.f("ix_order_assignment_parent_id"))
        batch_op.drop_index(batch_op.f("ix_order_assignment_order_id"))

    op.drop_table("order_assignment")
    op.drop_table("suppression")
    with op.batch_alter_table("prospecting_order", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_prospecting_order_principal_id"))
        batch_op.drop_index("ix_prospecting_order_by_state")
        batch_op.drop_index("ix_prospecting_order_by_name")
        batch_op.drop_index("ix_prospecting_order_by_due")

    op.drop_table("prospecting_order")
