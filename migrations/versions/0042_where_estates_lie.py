"""where estates and buildings lie

Revision: 0042
After: 0041
"""

import sqlalchemy as sa
from alembic import op


revision = '0042'
down_revision = '0041'
branch_labels = None
depends_on = None

TABLES = ('estate', 'building')
AXES = (('longitude', 9, 180), ('latitude', 8, 90))


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            for name, digits, most in AXES:
                batch_op.add_column(sa.Column(name, sa.Numeric(precision=digits, scale=6), nullable=True))
                batch_op.create_check_constraint(batch_op.f(f'ck_{table}_{name}_form'), f"{name} between -{most} and {most}")
            batch_op.create_check_constraint(batch_op.f(f'ck_{table}_{table}_placed_wholly'), "(longitude is null) = (latitude is null)")


def downgrade() -> None:
    for table in reversed(TABLES):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(batch_op.f(f'ck_{table}_{table}_placed_wholly'), type_='check')
            for name, _, _ in AXES:
                batch_op.drop_constraint(batch_op.f(f'ck_{table}_{name}_form'), type_='check')
                batch_op.drop_column(name)
