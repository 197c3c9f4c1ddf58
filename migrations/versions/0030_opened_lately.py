"""what a person opened from the command box lately

Revision: 0030
After: 0029
"""

import sqlalchemy as sa
from alembic import op


revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('opened',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('address', sa.String(length=80), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_opened_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_opened')),
    sa.UniqueConstraint('user_id', 'address', name=op.f('uq_opened_user_id_address'))
    )
    op.create_index('ix_opened_at', 'opened', ['user_id', 'at'])


def downgrade() -> None:
    op.drop_table('opened')
