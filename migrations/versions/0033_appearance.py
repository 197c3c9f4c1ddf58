"""the house's own looks

Revision: 0033
After: 0032
"""

import sqlalchemy as sa
from alembic import op


revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('appearance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('zh', sa.String(length=20), nullable=False),
    sa.Column('en', sa.String(length=40), nullable=False),
    sa.Column('accent', sa.String(length=7), nullable=False),
    sa.Column('accent_dark', sa.String(length=7), nullable=False),
    sa.Column('corners', sa.String(length=8), nullable=False),
    sa.Column('density', sa.String(length=8), nullable=False),
    sa.Column('logo', sa.LargeBinary(), nullable=True),
    sa.Column('logo_printed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['staff.id'], name=op.f('fk_appearance_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_appearance'))
    )


def downgrade() -> None:
    op.drop_table('appearance')
