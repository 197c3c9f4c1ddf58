"""how the columns of a person's files are taken

Revision: 0017
After: 0016
"""

import sqlalchemy as sa
from alembic import op


revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('import_memory',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('table_name', sa.String(length=64), nullable=False),
    sa.Column('words', sa.JSON(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_import_memory_user_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_memory')),
    sa.UniqueConstraint('user_id', 'table_name', name=op.f('uq_import_memory_user_id_table_name'))
    )


def downgrade() -> None:
    op.drop_table('import_memory')
