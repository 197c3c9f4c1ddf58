"""receipts of exports

Revision: 0022
After: 0021
"""

import sqlalchemy as sa
from alembic import op


revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('export_receipt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('form', sa.String(length=8), nullable=False),
    sa.Column('filter_zh', sa.String(length=500), nullable=False),
    sa.Column('filter_en', sa.String(length=500), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('result', sa.String(length=8), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['ab_user.id'], name=op.f('fk_export_receipt_owner_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_export_receipt'))
    )
    op.create_index('ix_export_receipt_owner', 'export_receipt', ['owner_id', 'id'])
    op.create_index('ix_export_receipt_sha256', 'export_receipt', ['sha256'])


def downgrade() -> None:
    op.drop_index('ix_export_receipt_sha256', table_name='export_receipt')
    op.drop_index('ix_export_receipt_owner', table_name='export_receipt')
    op.drop_table('export_receipt')
