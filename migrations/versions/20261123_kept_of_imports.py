"""What imports keep of files is deleted in time, and with rows that are forgotten; and they say what spreadsheets had spoilt."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "b3f6d20c8e17"
down_revision = "b3d70e94c2a8"

MOMENTS = (
    ("rows_gone_at", "When its rows were deleted: it can no more be taken back"), ("file_due_at", "From when on the store is to delete the file"),
    ("file_gone_at", None),
)
# Imports that hold values of rows that were forgotten before keep nothing any more.
EMPTIED = (
    "UPDATE import_run SET sample = '[]', rows_gone_at = CURRENT_TIMESTAMP, file_due_at = CURRENT_TIMESTAMP"
    " WHERE record_type = 'ProspectRow' AND id IN (SELECT import_row.import_id FROM import_row"
    " JOIN prospect_row ON prospect_row.id = import_row.record_id WHERE prospect_row.discarded_because IN ('objection', 'term'))",
    "DELETE FROM import_portion WHERE import_id IN (SELECT id FROM import_run WHERE rows_gone_at IS NOT NULL)",
    "DELETE FROM import_row WHERE import_id IN (SELECT id FROM import_run WHERE rows_gone_at IS NOT NULL)",
)


def upgrade() -> None:
    for name, comment in MOMENTS:
        op.add_column("import_run", sa.Column(name, app.models.base.UtcDateTime(), nullable=True, comment=comment))
    comment = "Column → rows, was, now: what a spreadsheet had spoilt, with one example"
    op.add_column("import_run", sa.Column("mended", sa.JSON(), server_default="{}", nullable=False, comment=comment))
    op.create_index("ix_import_row_record", "import_row", ["record_id"])
    for statement in EMPTIED:
        op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_import_row_record", table_name="import_row")
    op.drop_column("import_run", "mended")
    for name, _ in MOMENTS:
        op.drop_column("import_run", name)
