"""a job may be at a record, and then no second one is

Revision: 0027
After: 0026
"""

import sqlalchemy as sa
from alembic import op


revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

LIVE = "subject <> '' AND state IN ('waiting', 'running')"


def upgrade() -> None:
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.add_column(sa.Column('subject', sa.String(length=80), server_default='', nullable=False))
    op.create_index(
        'uq_job_live_subject', 'job', ['subject'], unique=True,
        sqlite_where=sa.text(LIVE), postgresql_where=sa.text(LIVE),
    )


def downgrade() -> None:
    op.drop_index('uq_job_live_subject', table_name='job')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_column('subject')
