"""Fields of the firm's own: definitions, lists, values in the records, and the keys by which they are found."""

import sqlalchemy as sa
from alembic import op

import app.models.base

revision = '7b9e1aaf73ca'
down_revision = 'ab56d2592dfa'

KINDS = ('text', 'long_text', 'whole', 'decimal', 'money', 'day', 'moment', 'yes_no', 'choice', 'choices', 'person', 'link', 'mail', 'phone')
TABLES = ('account', 'contact', 'opportunity', 'task')


def upgrade() -> None:
    op.create_table('custom_field',
    sa.Column('code', sa.String(length=40), nullable=False, comment='Its name for programs, without the x_; never changes'),
    sa.Column('kind', sa.Enum(*KINDS, name='kind_known', native_enum=False, create_constraint=True, length=20), nullable=False),
    sa.Column('record_types', sa.JSON(), nullable=False, comment='In which types of record it is'),
    sa.Column('help_en', sa.String(length=300), nullable=False),
    sa.Column('help_fr', sa.String(length=300), nullable=False),
    sa.Column('help_pl', sa.String(length=300), nullable=False),
    sa.Column('is_required', sa.Boolean(), nullable=False),
    sa.Column('is_searched', sa.Boolean(), nullable=False, comment='The search everywhere looks into it'),
    sa.Column('currency', sa.String(length=3), nullable=True, comment='Of money'),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('depends_on_id', sa.Integer(), nullable=True),
    sa.Column('depends_values', sa.JSON(), nullable=False, comment='Keys of the values with which it is asked for'),
    sa.Column('label_en', sa.String(length=80), nullable=False),
    sa.Column('label_fr', sa.String(length=80), nullable=False),
    sa.Column('label_pl', sa.String(length=80), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_ref', sa.String(length=16), nullable=False),
    sa.Column('created_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('archived_at', app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_custom_field_created_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['depends_on_id'], ['custom_field.id'], name=op.f('fk_custom_field_depends_on_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custom_field')),
    sa.UniqueConstraint('code', name=op.f('uq_custom_field_code')),
    sa.UniqueConstraint('public_ref', name=op.f('uq_custom_field_public_ref'))
    )
    with op.batch_alter_table('custom_field', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_custom_field_depends_on_id'), ['depends_on_id'], unique=False)

    op.create_table('custom_choice',
    sa.Column('field_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('label_en', sa.String(length=80), nullable=False),
    sa.Column('label_fr', sa.String(length=80), nullable=False),
    sa.Column('label_pl', sa.String(length=80), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_ref', sa.String(length=16), nullable=False),
    sa.Column('created_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('updated_at', app.models.base.UtcDateTime(timezone=True), nullable=False),
    sa.Column('archived_at', app.models.base.UtcDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['ab_user.id'], name=op.f('fk_custom_choice_created_by_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['field_id'], ['custom_field.id'], name=op.f('fk_custom_choice_field_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_custom_choice')),
    sa.UniqueConstraint('public_ref', name=op.f('uq_custom_choice_public_ref'))
    )
    with op.batch_alter_table('custom_choice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_custom_choice_field_id'), ['field_id'], unique=False)

    key = sa.String(length=500).with_variant(sa.String(length=500, collation='C'), 'postgresql')
    for table in TABLES:
        op.create_table(f'{table}_field_key',
        sa.Column('field_id', sa.Integer(), nullable=False),
        sa.Column('key', key, nullable=False),
        sa.Column('record_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['field_id'], ['custom_field.id'], name=op.f(f'fk_{table}_field_key_field_id'), ondelete='RESTRICT'),
        sa.ForeignKeyConstraint(['record_id'], [f'{table}.id'], name=op.f(f'fk_{table}_field_key_record_id'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('field_id', 'key', 'record_id', name=op.f(f'pk_{table}_field_key')),
        sqlite_with_rowid=False
        )
        op.create_index(op.f(f'ix_{table}_field_key_record_id'), f'{table}_field_key', ['record_id'], unique=False)
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('custom', sa.JSON(), server_default='{}', nullable=False, comment="Field of the firm's own → value"))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('custom')
        op.drop_table(f'{table}_field_key')
    op.drop_table('custom_choice')
    op.drop_table('custom_field')
