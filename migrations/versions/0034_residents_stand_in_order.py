"""residents of a unit stand in the order in which they are called

Revision: 0034
After: 0033
"""

import sqlalchemy as sa
from alembic import op


revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None

#: every resident behind those that were entered before, in their unit
NUMBERED = """
UPDATE resident SET place = numbered.place FROM (
    SELECT id, row_number() OVER (PARTITION BY unit_id ORDER BY id) AS place FROM resident
) AS numbered WHERE resident.id = numbered.id
"""


def upgrade() -> None:
    op.add_column('resident', sa.Column('place', sa.Integer(), nullable=True))
    op.execute(NUMBERED)
    op.create_index('ix_resident_place', 'resident', ['unit_id', 'place', 'id'])


def downgrade() -> None:
    op.drop_index('ix_resident_place', table_name='resident')
    op.drop_column('resident', 'place')
