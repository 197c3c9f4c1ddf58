"""a figure of the company stands once a day: a unique constraint takes two empty estates for different ones

Revision: 0026
After: 0025
"""

import logging

import sqlalchemy as sa
from alembic import op


revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

log = logging.getLogger('guanjia.migrations')


def upgrade() -> None:
    keep_the_latest()
    op.create_index(
        'uq_policy_of_all_estates', 'policy', ['name', 'valid_from'], unique=True,
        sqlite_where=sa.text('estate_id IS NULL'), postgresql_where=sa.text('estate_id IS NULL'),
    )


def keep_the_latest() -> None:
    """The latest was the one in force: no case is decided otherwise than before. What went is told."""
    policy = sa.table(
        'policy', *(sa.column(name) for name in ('id', 'name', 'valid_from', 'value', 'estate_id'))
    )
    said = sa.table('comment', sa.column('table_name'), sa.column('row_id'))
    later = policy.alias('later')
    shadowed = sa.select(policy.c.id, policy.c.name, policy.c.valid_from, policy.c.value).where(
        policy.c.estate_id.is_(None),
        sa.exists().where(
            later.c.estate_id.is_(None), later.c.name == policy.c.name,
            later.c.valid_from == policy.c.valid_from, later.c.id > policy.c.id,
        ),
    )
    connection = op.get_bind()
    for row in connection.execute(shadowed.order_by(policy.c.id)).all():
        log.warning('policy %s: %s from %s was %s; a later row of the same day stands', *row[:3], row.value)
        connection.execute(sa.delete(said).where(said.c.table_name == 'policy', said.c.row_id == row.id))
        connection.execute(sa.delete(policy).where(policy.c.id == row.id))


def downgrade() -> None:
    op.drop_index('uq_policy_of_all_estates', table_name='policy')
