"""Links of morning emails that were used."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = 'c41f0a7be2d9'
down_revision = '4e87bb06a24c'


def upgrade() -> None:
    op.create_table('used_mail_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False, comment='SHA-256'),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('used_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_used_mail_link_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_used_mail_link')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_used_mail_link_token_hash'))
    )
    with op.batch_alter_table('used_mail_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_used_mail_link_used_at'), ['used_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_used_mail_link_user_id'), ['user_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('used_mail_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_used_mail_link_user_id'))
        batch_op.drop_index(batch_op.f('ix_used_mail_link_used_at'))
    op.drop_table('used_mail_link')
