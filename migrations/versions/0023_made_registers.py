"""registers without code: their definitions, and the one table of their records

Revision: 0023
After: 0022
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('made_register',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=30), nullable=False),
    sa.Column('zh', sa.String(length=40), nullable=False),
    sa.Column('en', sa.String(length=60), nullable=False),
    sa.Column('icon', sa.String(length=32), nullable=False),
    sa.Column('heading', sa.String(length=40), nullable=False),
    sa.Column('series', sa.String(length=8), nullable=False),
    sa.Column('states', sa.JSON(), nullable=False),
    sa.Column('verbs', sa.JSON(), nullable=False),
    sa.Column('rights', sa.JSON(), nullable=False),
    sa.Column('queues', sa.JSON(), nullable=False),
    sa.Column('archived', sa.Boolean(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_made_register_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_made_register')),
    sa.UniqueConstraint('name', name=op.f('uq_made_register_name')),
    sa.UniqueConstraint('series', name=op.f('uq_made_register_series'))
    )
    op.create_table('made_record',
    sa.Column('register', sa.String(length=30), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by_id', sa.Integer(), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('extra', sa.JSON().with_variant(postgresql.JSONB(), 'postgresql'), nullable=True),
    sa.ForeignKeyConstraint(['created_by_id'], ['staff.id'], name=op.f('fk_made_record_created_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_made_record')),
    sa.UniqueConstraint('number', name=op.f('uq_made_record_number'))
    )
    op.create_index('ix_made_record_register', 'made_record', ['register', 'state', 'id'])


def downgrade() -> None:
    op.drop_index('ix_made_record_register', table_name='made_record')
    op.drop_table('made_record')
    op.drop_table('made_register')
