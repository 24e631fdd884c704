"""Providers of sign-ins, and the accounts there that are linked."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = 'badc5075e431'
down_revision = 'c41f6d0be2a8'


def upgrade() -> None:
    op.create_table('identity_provider',
    sa.Column('name', sa.String(length=60), nullable=False, comment='What the button says'),
    sa.Column('issuer', sa.String(length=300), nullable=False),
    sa.Column('client_id', sa.String(length=200), nullable=False),
    sa.Column('client_secret_sealed', sa.Text(), nullable=True),
    sa.Column('claim', sa.String(length=60), nullable=False, comment='The claim that holds the mail address of the first match'),
    sa.Column('is_directory', sa.Boolean(), nullable=False, comment="The firm's own: its addresses are true without its word for it"),
    sa.Column('brings_factor', sa.Boolean(), nullable=False, comment='It has asked for a second factor: ours is not asked for'),
    sa.Column('creates_users', sa.Boolean(), nullable=False),
    sa.Column('is_active', sa.Boolean(), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_ref', sa.String(length=16), nullable=False),
    sa.Column('created_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('archived_at', app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_identity_provider_created_by_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity_provider')),
    sa.UniqueConstraint('name', name=op.f('uq_identity_provider_name')),
    sa.UniqueConstraint('public_ref', name=op.f('uq_identity_provider_public_ref'))
    )
    op.create_table('identity',
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('last_used_at', app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_ref', sa.String(length=16), nullable=False),
    sa.Column('created_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('archived_at', app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_identity_created_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['provider_id'], ['identity_provider.id'], name=op.f('fk_identity_provider_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_identity_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_identity')),
    sa.UniqueConstraint('provider_id', 'subject', name=op.f('uq_identity_provider_id_subject')),
    sa.UniqueConstraint('provider_id', 'user_id', name=op.f('uq_identity_provider_id_user_id')),
    sa.UniqueConstraint('public_ref', name=op.f('uq_identity_public_ref'))
    )
    with op.batch_alter_table('identity', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_identity_user_id'), ['user_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('identity', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_identity_user_id'))

    op.drop_table('identity')
    op.drop_table('identity_provider')
