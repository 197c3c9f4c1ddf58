"""the lists of what was deleted find their entries of the journal

Revision: 0029
After: 0028
"""

import sqlalchemy as sa
from alembic import op


revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None

DELETED = sa.text("verb = 'delete'")


def upgrade() -> None:
    op.create_index(
        'ix_journal_entry_deleted', 'journal_entry', ['table_name', 'id'], unique=False,
        postgresql_where=DELETED, sqlite_where=DELETED,
    )


def downgrade() -> None:
    op.drop_index('ix_journal_entry_deleted', table_name='journal_entry')
