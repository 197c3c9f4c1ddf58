"""reminders: who is told when something happens, or days before and after

Revision: 0046
After: 0045
"""

import sqlalchemy as sa
from alembic import op


revision = '0046'
down_revision = '0045'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('reminder',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('zh', sa.String(length=40), nullable=False),
    sa.Column('en', sa.String(length=60), nullable=False),
    sa.Column('table_name', sa.String(length=48), nullable=False),
    sa.Column('verbs', sa.JSON(), nullable=False),
    sa.Column('day_of', sa.String(length=48), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('condition', sa.String(length=1000), nullable=False),
    sa.Column('roles', sa.JSON(), nullable=False),
    sa.Column('people', sa.JSON(), nullable=False),
    sa.Column('archived', sa.Boolean(), nullable=False),
    sa.Column('looked_at', sa.Date(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('days BETWEEN -366 AND 366', name=op.f('ck_reminder_days')),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_reminder_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder'))
    )


def downgrade() -> None:
    op.drop_table('reminder')
