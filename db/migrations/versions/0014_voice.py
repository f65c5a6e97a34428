"""Whether sound was listened to, and in which frames a voice was heard; NULL where nobody listened.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("sound", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("frame", sa.Column("voice", sa.SmallInteger))


def downgrade() -> None:
    op.drop_column("frame", "voice")
    op.drop_column("session", "sound")
