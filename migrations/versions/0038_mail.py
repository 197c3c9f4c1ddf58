"""mail

Revision: 0038
After: 0037
"""

import sqlalchemy as sa
from alembic import op


revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('notice', sa.Column('asks', sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column('export_schedule', sa.Column('by_mail', sa.String(length=8), nullable=False, server_default=''))
    op.create_table('mail_wish',
    sa.Column('staff_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('which', sa.String(length=8), nullable=False),
    sa.Column('daily', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_mail_wish_staff_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('staff_id', name=op.f('pk_mail_wish'))
    )
    op.create_table('mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('staff_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=8), nullable=False),
    sa.Column('notice_id', sa.Integer(), nullable=True),
    sa.Column('file_id', sa.Integer(), nullable=True),
    sa.Column('digest_on', sa.Date(), nullable=True),
    sa.Column('attach', sa.Boolean(), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('error', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['staff_id'], ['staff.id'], name=op.f('fk_mail_staff_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['notice_id'], ['notice.id'], name=op.f('fk_mail_notice_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['file_id'], ['export_file.id'], name=op.f('fk_mail_file_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail')),
    sa.UniqueConstraint('key', name=op.f('uq_mail_key')),
    sa.UniqueConstraint('staff_id', 'digest_on', name=op.f('uq_mail_staff_id_digest_on'))
    )
    op.create_index('ix_mail_due', 'mail', ['state', 'next_at'])
    op.create_index('ix_mail_made_at', 'mail', ['made_at'])


def downgrade() -> None:
    op.drop_table('mail')
    op.drop_table('mail_wish')
    op.drop_column('export_schedule', 'by_mail')
    op.drop_column('notice', 'asks')
