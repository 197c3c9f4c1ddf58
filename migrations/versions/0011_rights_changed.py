"""rights changed by the admin; the panel seen as a role

Revision: 0011
After: 0010
"""

import sqlalchemy as sa
from alembic import op


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('right_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_user_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(length=32), nullable=False),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('verb', sa.String(length=64), nullable=False),
    sa.Column('how', sa.String(length=8), nullable=False),
    sa.Column('rows_of', sa.String(length=32), nullable=False),
    sa.Column('why', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['by_user_id'], ['ab_user.id'], name=op.f('fk_right_change_by_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_right_change'))
    )
    op.create_index('ix_right_change_role', 'right_change', ['role', 'id'])
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.add_column(sa.Column('seeing_as', sa.String(length=32), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('in_place_of_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_sign_in_in_place_of_id'), 'staff', ['in_place_of_id'], ['id'])


def downgrade() -> None:
    with op.batch_alter_table('sign_in', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_sign_in_in_place_of_id'), type_='foreignkey')
        batch_op.drop_column('in_place_of_id')
        batch_op.drop_column('seeing_as')
    op.drop_index('ix_right_change_role', table_name='right_change')
    op.drop_table('right_change')
