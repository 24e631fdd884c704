"""Profiles, special privileges, a tree of teams, and how private the firm is."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "13293d8004a4"
down_revision = "ecb418384b23"


# Not in a batch: SQLite would write the tables anew, and dropping the old ones would empty what points at them.
COLUMNS = (
    ("firm", "rights_version", "INTEGER NOT NULL DEFAULT 1", "Grows with every change of what somebody may do"),
    ("firm", "has_teams", "BOOLEAN NOT NULL DEFAULT TRUE", "Off: nobody manages, nobody has a team"),
    (
        "firm",
        "privacy",
        "VARCHAR(10) NOT NULL DEFAULT 'own' CONSTRAINT ck_firm_privacy_known CHECK (privacy IN ('own', 'team', 'all'))",
        None,
    ),
    (
        "firm",
        "assigning",
        "VARCHAR(10) NOT NULL DEFAULT 'everybody' CONSTRAINT ck_firm_assigning_known CHECK (assigning IN ('everybody', 'managers'))",
        None,
    ),
)


def _add(table: str, column: str, definition: str, comment: str | None) -> None:
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {definition}")
    if comment and op.get_bind().dialect.name == "postgresql":
        op.execute(f"COMMENT ON COLUMN {table}.{column} IS '{comment}'")


def upgrade() -> None:
    op.create_table(
        "profile",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=True, comment="Of one that came ready made"),
        sa.Column(
            "follows_privacy",
            sa.Boolean(),
            nullable=False,
            comment="Reading own records widens as the firm's privacy says",
        ),
        sa.Column(
            "actions",
            sa.JSON(),
            nullable=False,
            comment="Type of record → action → reach; a type that is missing is newer than the profile",
        ),
        sa.Column("fields", sa.JSON(), nullable=False, comment="Type of record → field → hidden or read"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_profile_created_by_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile")),
        sa.UniqueConstraint("code", name=op.f("uq_profile_code")),
        sa.UniqueConstraint("name", name=op.f("uq_profile_name")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_profile_public_ref")),
    )
    op.create_table(
        "privilege",
        sa.Column("for_team_id", sa.Integer(), nullable=True),
        sa.Column("for_role_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("record_type", sa.String(length=40), nullable=False),
        sa.Column("may_write", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(for_team_id IS NULL) <> (for_role_id IS NULL)", name=op.f("ck_privilege_team_or_role")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_privilege_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["for_role_id"], ["ab_role.id"], name=op.f("fk_privilege_for_role_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["for_team_id"], ["team.id"], name=op.f("fk_privilege_for_team_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_privilege_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privilege")),
        sa.UniqueConstraint(
            "for_role_id", "team_id", "record_type", name=op.f("uq_privilege_for_role_id_team_id_record_type")
        ),
        sa.UniqueConstraint(
            "for_team_id", "team_id", "record_type", name=op.f("uq_privilege_for_team_id_team_id_record_type")
        ),
        sa.UniqueConstraint("public_ref", name=op.f("uq_privilege_public_ref")),
    )
    with op.batch_alter_table("privilege", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_privilege_team_id"), ["team_id"], unique=False)

    op.create_table(
        "role_profile",
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_role_profile_profile_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], name=op.f("fk_role_profile_role_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("role_id", "profile_id", name=op.f("pk_role_profile")),
    )
    with op.batch_alter_table("role_profile", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_profile_profile_id"), ["profile_id"], unique=False)

    op.create_table(
        "team_profile",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_team_profile_profile_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_profile_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("team_id", "profile_id", name=op.f("pk_team_profile")),
    )
    with op.batch_alter_table("team_profile", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_profile_profile_id"), ["profile_id"], unique=False)

    op.create_table(
        "team_role",
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["ab_role.id"], name=op.f("fk_team_role_role_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_role_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("team_id", "role_id", name=op.f("pk_team_role")),
    )
    with op.batch_alter_table("team_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_role_role_id"), ["role_id"], unique=False)

    op.create_table(
        "user_profile",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("profile_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["profile_id"], ["profile.id"], name=op.f("fk_user_profile_profile_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_user_profile_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "profile_id", name=op.f("pk_user_profile")),
    )
    with op.batch_alter_table("user_profile", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_profile_profile_id"), ["profile_id"], unique=False)

    for table, column, definition, comment in COLUMNS:
        _add(table, column, definition, comment)
    op.create_table(
        "team_tree",
        sa.Column("team_id", sa.Integer(), nullable=False, comment="A team has one place"),
        sa.Column("parent_id", sa.Integer(), nullable=False, comment="The team above"),
        sa.CheckConstraint("team_id <> parent_id", name=op.f("ck_team_tree_not_below_itself")),
        sa.ForeignKeyConstraint(["parent_id"], ["team.id"], name=op.f("fk_team_tree_parent_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_tree_team_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team_tree")),
    )
    op.create_index("ix_team_tree_parent_id", "team_tree", ["parent_id"], unique=False)


def downgrade() -> None:
    op.drop_table("team_tree")
    for table, column, _, _ in COLUMNS:
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    with op.batch_alter_table("user_profile", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_profile_profile_id"))

    op.drop_table("user_profile")
    with op.batch_alter_table("team_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_role_role_id"))

    op.drop_table("team_role")
    with op.batch_alter_table("team_profile", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_team_profile_profile_id"))

    op.drop_table("team_profile")
    with op.batch_alter_table("role_profile", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_profile_profile_id"))

    op.drop_table("role_profile")
    with op.batch_alter_table("privilege", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_privilege_team_id"))

    op.drop_table("privilege")
    op.drop_table("profile")
