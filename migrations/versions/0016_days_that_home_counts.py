"""days that home counts by: due days of charges, first days of permits

Revision: 0016
After: 0015
"""

from alembic import op


revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f('ix_charge_due_on'), 'charge', ['due_on'])
    op.create_index(op.f('ix_permit_valid_from'), 'permit', ['valid_from'])


def downgrade() -> None:
    op.drop_index(op.f('ix_permit_valid_from'), table_name='permit')
    op.drop_index(op.f('ix_charge_due_on'), table_name='charge')
