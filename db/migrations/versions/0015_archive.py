"""Which sessions' rows lie in files, and the files that there are.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("archive", sa.String(100)))
    op.create_table(
        "archived_file",
        sa.Column("name", sa.String(100)),
        sa.Column("writing", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_archived_file")),
    )


def downgrade() -> None:
    archived = "SELECT count(*) FROM session WHERE archive IS NOT NULL"
    if op.get_bind().exec_driver_sql(archived).scalar_one():
        raise RuntimeError("Some sessions lie in the archive: bring them back first")
    op.drop_table("archived_file")
    op.drop_column("session", "archive")
