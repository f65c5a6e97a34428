"""How many things looked like faces in a session and were nobody.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("things", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("session", "things")
