"""Hand-overs, several people on one record, work that moves, deputies and successors; tasks of a team."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "2765e93dc718"
down_revision = "5d0c7ab1e6f3"


def upgrade() -> None:
    op.create_table(
        "deputy",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column(
            "starts_at",
            app.models.base.UtcDateTime(timezone=True),
            nullable=False,
            comment="Midnight of the first day, where the person lives",
        ),
        sa.Column(
            "ends_at", app.models.base.UtcDateTime(timezone=True), nullable=False, comment="Midnight after the last day"
        ),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("deputy_id <> user_id", name=op.f("ck_deputy_somebody_else")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_deputy_ends_after_start")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_deputy_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["deputy_id"], ["ab_user.id"], name=op.f("fk_deputy_deputy_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_deputy_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_deputy_public_ref")),
    )
    with op.batch_alter_table("deputy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deputy_deputy_id"), ["deputy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deputy_user_id"), ["user_id"], unique=False)

    op.create_table(
        "successor",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("to_user_id", sa.Integer(), nullable=True),
        sa.Column("to_team_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(to_user_id IS NULL) <> (to_team_id IS NULL)", name=op.f("ck_successor_person_or_team")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_successor_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["to_team_id"], ["team.id"], name=op.f("fk_successor_to_team_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["to_user_id"], ["ab_user.id"], name=op.f("fk_successor_to_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["ab_user.id"], name=op.f("fk_successor_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_successor")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_successor_public_ref")),
        sa.UniqueConstraint("user_id", name=op.f("uq_successor_user_id")),
    )
    op.create_table(
        "work_move",
        sa.Column("from_user_id", sa.Integer(), nullable=False),
        sa.Column("to_user_id", sa.Integer(), nullable=True),
        sa.Column("to_team_id", sa.Integer(), nullable=True),
        sa.Column("kinds", sa.JSON(), nullable=False, comment="Types of record, those that are done taken out"),
        sa.Column("only_open", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running",
                "done",
                "stopped",
                "failed",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=10,
            ),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=False, comment="Records that were counted when it was asked for"),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("ended_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "last_id", sa.Integer(), nullable=False, comment="Of the hand-overs that are given back: how far it went"
        ),
        sa.Column("gives_back_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_ref", sa.String(length=16), nullable=False),
        sa.Column("created_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", app.models.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("to_user_id IS NULL OR to_team_id IS NULL", name=op.f("ck_work_move_person_or_team")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["ab_user.id"], name=op.f("fk_work_move_created_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["from_user_id"], ["ab_user.id"], name=op.f("fk_work_move_from_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["gives_back_id"], ["work_move.id"], name=op.f("fk_work_move_gives_back_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["to_team_id"], ["team.id"], name=op.f("fk_work_move_to_team_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["to_user_id"], ["ab_user.id"], name=op.f("fk_work_move_to_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_move")),
        sa.UniqueConstraint("gives_back_id", name=op.f("uq_work_move_gives_back_id")),
        sa.UniqueConstraint("public_ref", name=op.f("uq_work_move_public_ref")),
    )
    with op.batch_alter_table("work_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_move_from_user_id"), ["from_user_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_work_move_state"), ["state"], unique=False)

    op.create_table(
        "account_person",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_person_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_account_person_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "user_id", name=op.f("pk_account_person")),
    )
    with op.batch_alter_table("account_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_person_user_id"), ["user_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_type", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("at", app.models.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("from_user_id", sa.Integer(), nullable=True),
        sa.Column("from_team_id", sa.Integer(), nullable=True),
        sa.Column("to_user_id", sa.Integer(), nullable=True),
        sa.Column("to_team_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("move_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["ab_user.id"], name=op.f("fk_handover_by_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["from_team_id"], ["team.id"], name=op.f("fk_handover_from_team_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["from_user_id"], ["ab_user.id"], name=op.f("fk_handover_from_user_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["move_id"], ["work_move.id"], name=op.f("fk_handover_move_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["to_team_id"], ["team.id"], name=op.f("fk_handover_to_team_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["to_user_id"], ["ab_user.id"], name=op.f("fk_handover_to_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_move_id"), ["move_id"], unique=False)
        batch_op.create_index("ix_handover_subject", ["subject_type", "subject_id"], unique=False)

    op.create_table(
        "opportunity_person",
        sa.Column("opportunity_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opportunity_id"],
            ["opportunity.id"],
            name=op.f("fk_opportunity_person_opportunity_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["ab_user.id"], name=op.f("fk_opportunity_person_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("opportunity_id", "user_id", name=op.f("pk_opportunity_person")),
    )
    with op.batch_alter_table("opportunity_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opportunity_person_user_id"), ["user_id"], unique=False)

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.add_column(sa.Column("team_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_task_team_id"), ["team_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_task_team_id"), "team", ["team_id"], ["id"], ondelete="SET NULL")


def downgrade() -> None:
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_task_team_id"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_task_team_id"))
        batch_op.drop_column("team_id")

    with op.batch_alter_table("opportunity_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opportunity_person_user_id"))

    op.drop_table("opportunity_person")
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index("ix_handover_subject")
        batch_op.drop_index(batch_op.f("ix_handover_move_id"))

    op.drop_table("handover")
    with op.batch_alter_table("account_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_person_user_id"))

    op.drop_table("account_person")
    with op.batch_alter_table("work_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_move_state"))
        batch_op.drop_index(batch_op.f("ix_work_move_from_user_id"))

    op.drop_table("work_move")
    op.drop_table("successor")
    with op.batch_alter_table("deputy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deputy_user_id"))
        batch_op.drop_index(batch_op.f("ix_deputy_deputy_id"))

    op.drop_table("deputy")
