"""Files that become records, their rows, and what became of each."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "d9d8778abc48"
down_revision = "427af3cb8260"


def upgrade() -> None:
    op.create_table(
        "import_run",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False, comment="Under which the store keeps the file"),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="Bytes"),
        sa.Column(
            "state",
            sa.Enum(
                "reading",
                "mapping",
                "checking",
                "ready",
                "running",
                "done",
                "stopped",
                "failed",
                "undoing",
                "undone",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=10,
            ),
            nullable=False,
        ),
        sa.Column("because", sa.String(length=200), nullable=False, comment="Why it failed: a sentence in English"),
        sa.Column(
            "source", sa.JSON(), nullable=False, comment="What the file is: sheets, sheet, encoding, separator, merged"
        ),
        sa.Column("header", sa.JSON(), nullable=False),
        sa.Column("header_at", sa.Integer(), nullable=False, comment="The number of its row"),
        sa.Column(
            "header_key", sa.String(length=64), nullable=False, comment="The same for files with the same headers"
        ),
        sa.Column("columns", sa.JSON(), nullable=False),
        sa.Column(
            "understood", sa.JSON(), nullable=False, comment="By what each column was known, and whether that is sure"
        ),
        sa.Column("keys", sa.JSON(), nullable=False, comment="By what a row is the same as a record"),
        sa.Column(
            "duplicates",
            sa.Enum(
                "skip",
                "fill",
                "update",
                "create",
                name="duplicates_known",
                native_enum=False,
                create_constraint=True,
                length=10,
            ),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=False, comment="Rows below the header"),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False, comment="Outcome → rows; while it is not run: what would be"),
        sa.Column("sample", sa.JSON(), nullable=False, comment="The first rows as they would be"),
        sa.Column("portion", sa.Integer(), nullable=False, comment="The next one to be worked on"),
        sa.Column("ended_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_import_run_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_import_run_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_import_run_public_ref")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index("ix_import_run_of", ["user_id", "record_type", "header_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_run_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_run_state"), ["state"], unique=False)

    op.create_table(
        "import_portion",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rows", sa.Text(), nullable=False, comment="JSON: [[number, cells], …]"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_run.id"], name=op.f("fk_import_portion_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_portion")),
    )
    op.create_table(
        "import_row",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "created",
                "updated",
                "unchanged",
                "skipped",
                "refused",
                "undone",
                "kept",
                name="outcome_known",
                native_enum=False,
                create_constraint=True,
                length=10,
            ),
            nullable=False,
        ),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("seen", sa.Integer(), nullable=True, comment="The version of the record as the import left it"),
        sa.Column("before", sa.JSON(), nullable=True, comment="Field → what it was, of an update"),
        sa.Column("after", sa.JSON(), nullable=True, comment="Field → what it is since"),
        sa.Column("made", sa.JSON(), nullable=True, comment="What was made beside it: [type, key, version]"),
        sa.Column("because", sa.String(length=200), nullable=False, comment="A sentence in English"),
        sa.Column("params", sa.JSON(), nullable=True, comment="The places of that sentence"),
        sa.ForeignKeyConstraint(
            ["import_id"], ["import_run.id"], name=op.f("fk_import_row_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "number", name=op.f("pk_import_row")),
    )
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.create_index("ix_import_row_outcome", ["import_id", "outcome", "number"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("import_row", schema=None) as batch_op:
        batch_op.drop_index("ix_import_row_outcome")

    op.drop_table("import_row")
    op.drop_table("import_portion")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_run_state"))
        batch_op.drop_index(batch_op.f("ix_import_run_sha256"))
        batch_op.drop_index("ix_import_run_of")

    op.drop_table("import_run")
