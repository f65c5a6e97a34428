"""Whose a session is, with whom it is shared, who signed in, and what was done with it.

A migration is frozen history: names and types stand here as they were, not as db.schema has them now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("session", sa.Column("owner", sa.String(255)))
    op.create_index(op.f("ix_session_owner"), "session", ["owner"])
    op.create_table(
        "account",
        sa.Column("subject", sa.String(255)),
        sa.Column("mail", sa.String(255)),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("administrator", sa.Boolean, nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_out_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_account")),
    )
    op.create_table(
        "share",
        sa.Column("id", sa.Integer),
        _session(),
        sa.Column("subject", sa.String(255)),
        sa.Column("digest", sa.String(64)),
        sa.Column("group_only", sa.Boolean, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("made_by", sa.String(255), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        _session_key("share"),
    )
    for column in ("session_id", "subject", "digest"):
        op.create_index(op.f(f"ix_share_{column}"), "share", [column])
    op.create_table(
        "own_code",
        _session(),
        sa.Column("person", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "person", name=op.f("pk_own_code")),
        _session_key("own_code"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(255), nullable=False),
        sa.Column("what", sa.String(100), nullable=False),
        sa.Column("session_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    for column in ("at", "session_id"):
        op.create_index(op.f(f"ix_audit_{column}"), "audit", [column])


def _session() -> sa.Column[int]:
    return sa.Column("session_id", sa.Integer, nullable=False)


def _session_key(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_session")
    return sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    for table in ("audit", "own_code", "share", "account"):
        op.drop_table(table)
    op.drop_index(op.f("ix_session_owner"), "session")
    op.drop_column("session", "owner")
