"""Sessions, second factors, recovery codes; lines of the audit that nobody can change or remove."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = "e2414a54a54a"
down_revision = "b7c2f0a94d31"


POSTGRESQL = """
CREATE FUNCTION audit_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'lines of the audit are only ever added'; END $$;
CREATE TRIGGER audit_line_stays BEFORE UPDATE OR DELETE ON audit_line FOR EACH ROW EXECUTE FUNCTION audit_line_stays();
CREATE TRIGGER audit_line_is_not_emptied BEFORE TRUNCATE ON audit_line FOR EACH STATEMENT EXECUTE FUNCTION audit_line_stays();
"""


def _keep_the_audit() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL)
        return
    for what in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_line_no_{what.lower()} BEFORE {what} ON audit_line "
            "BEGIN SELECT RAISE(ABORT, 'lines of the audit are only ever added'); END"
        )


def _let_the_audit_go() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER audit_line_is_not_emptied ON audit_line")
        op.execute("DROP TRIGGER audit_line_stays ON audit_line")
        op.execute("DROP FUNCTION audit_line_stays()")
        return
    for what in ("update", "delete"):
        op.execute(f"DROP TRIGGER audit_line_no_{what}")


def upgrade() -> None:
    _keep_the_audit()
    op.create_table('recovery_code',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_recovery_code_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recovery_code')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_recovery_code_code_hash'))
    )
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recovery_code_user_id'), ['user_id'], unique=False)

    op.create_table('second_factor',
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('secret_sealed', sa.Text(), nullable=False),
    sa.Column('confirmed_at', app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('last_step', sa.BigInteger(), nullable=False, comment='The half minute of the last code: none is taken twice'),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_ref', sa.String(length=16), nullable=False),
    sa.Column('created_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('archived_at', app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_second_factor_created_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_second_factor_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_second_factor')),
    sa.UniqueConstraint('public_ref', name=op.f('uq_second_factor_public_ref')),
    sa.UniqueConstraint('user_id', name=op.f('uq_second_factor_user_id'))
    )
    op.create_table('user_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('key_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('ended_at', app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('device', sa.String(length=80), nullable=False, comment='Browser and system, in the words of domain/devices'),
    sa.Column('network', sa.String(length=60), nullable=False),
    sa.Column('must_set_up', sa.Boolean(), nullable=False, comment='Nothing opens but the page of the second factor'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_user_session_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_session')),
    sa.UniqueConstraint('key_hash', name=op.f('uq_user_session_key_hash'))
    )
    with op.batch_alter_table('user_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_user_session_user_id'), ['user_id'], unique=False)

    with op.batch_alter_table('firm', schema=None) as batch_op:
        batch_op.add_column(sa.Column('factor_role_ids', sa.JSON(), server_default=sa.text("'[]'"), nullable=False,
            comment='Roles of which a second factor is demanded at the sign-in'))



def downgrade() -> None:
    _let_the_audit_go()
    with op.batch_alter_table('firm', schema=None) as batch_op:
        batch_op.drop_column('factor_role_ids')

    with op.batch_alter_table('user_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_user_session_user_id'))

    op.drop_table('user_session')
    op.drop_table('second_factor')
    with op.batch_alter_table('recovery_code', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_recovery_code_user_id'))

    op.drop_table('recovery_code')
