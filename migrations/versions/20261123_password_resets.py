"""Links to a new password, for those who forgot theirs."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = 'd6e62afb7909'
down_revision = '7d1e5c90ab34'


def upgrade() -> None:
    op.create_table('password_reset',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=True),
    sa.Column('asked_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('network', sa.String(length=60), nullable=False),
    sa.Column('salt', sa.String(length=16), nullable=False, comment='One of the things that the link is made of; the key of the program is another'),
    sa.Column('told_at', app.models.base.UtcDateTime(timezone=True), nullable=True, comment='A job wrote the mail, or found that there is nobody to write to'),
    sa.Column('outgoing_id', sa.Integer(), nullable=True),
    sa.Column('token_hash', sa.String(length=64), nullable=True, comment='SHA-256'),
    sa.Column('used_at', app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['outgoing_id'], ['outgoing_mail.id'], name=op.f('fk_password_reset_outgoing_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_password_reset_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_password_reset')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_password_reset_token_hash'))
    )
    with op.batch_alter_table('password_reset', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_password_reset_asked_at'), ['asked_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_password_reset_outgoing_id'), ['outgoing_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_password_reset_user_id'), ['user_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('password_reset', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_password_reset_user_id'))
        batch_op.drop_index(batch_op.f('ix_password_reset_outgoing_id'))
        batch_op.drop_index(batch_op.f('ix_password_reset_asked_at'))
    op.drop_table('password_reset')
