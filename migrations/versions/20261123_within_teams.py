"""Records are given within one's own teams: how a new firm begins. A firm that is there keeps what it has."""

from alembic import op

revision = "c15e80b7f3a2"
down_revision = "c7d05b1e93a4"
NAME = "ck_firm_assigning_known"


def _allow(*values: str) -> None:
    check = f"CONSTRAINT {NAME} CHECK (assigning IN ({', '.join(map(repr, values))}))"
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE firm DROP CONSTRAINT {NAME}")
        op.execute(f"ALTER TABLE firm ADD {check}")
        return
    # The condition belongs to the column, as before: made anew as one of the table, it would hold the column back when that goes.
    op.execute("ALTER TABLE firm RENAME COLUMN assigning TO assigning_before")
    op.execute(f"ALTER TABLE firm ADD COLUMN assigning VARCHAR(10) NOT NULL DEFAULT 'everybody' {check}")
    op.execute("UPDATE firm SET assigning = assigning_before")
    op.execute("ALTER TABLE firm DROP COLUMN assigning_before")


def upgrade() -> None:
    _allow("everybody", "teams", "managers")


def downgrade() -> None:
    op.execute("UPDATE firm SET assigning = 'everybody' WHERE assigning = 'teams'")
    _allow("everybody", "managers")
