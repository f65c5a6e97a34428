"""The tables of who may do what: who signed in, with whom a session is shared, who may vote, what was done.

A change here needs a migration of its own in migrations/versions and a new db.schema.REVISION.
"""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table

from db.columns import UtcDateTime
from db.schema import SUBJECT_LENGTH, TITLE_LENGTH, WORD_LENGTH, metadata, session_key

DIGEST_LENGTH = 64

# Whoever signed in once. What was signed in up to `signed_out_at` is over, wherever its cookie is copied.
account = Table(
    "account",
    metadata,
    Column("subject", String(SUBJECT_LENGTH), primary_key=True),
    Column("mail", String(SUBJECT_LENGTH)),
    Column("name", String(TITLE_LENGTH), nullable=False),
    Column("administrator", Boolean, nullable=False),
    Column("first_at", UtcDateTime(), nullable=False),
    Column("signed_in_at", UtcDateTime(), nullable=False),
    Column("signed_out_at", UtcDateTime()),
)

# With a person, by `subject` (or mail address, in small letters), or with whoever has the link whose
# SHA-256 is `digest`.
share = Table(
    "share",
    metadata,
    Column("id", Integer, primary_key=True),
    session_key(primary_key=False),
    Column("subject", String(SUBJECT_LENGTH)),
    Column("digest", String(DIGEST_LENGTH)),
    Column("group_only", Boolean, nullable=False),
    Column("until", UtcDateTime(), nullable=False),
    Column("revoked_at", UtcDateTime()),
    Column("made_by", String(SUBJECT_LENGTH), nullable=False),
    Column("made_at", UtcDateTime(), nullable=False),
    Index(None, "session_id"),
    Index(None, "subject"),
    Index(None, "digest"),
)

# What a participant types to see what is kept of them; one for each person of a session.
own_code = Table(
    "own_code",
    metadata,
    session_key(),
    Column("person", Integer, primary_key=True),
    Column("digest", String(DIGEST_LENGTH), nullable=False),
    Column("until", UtcDateTime(), nullable=False),
    Column("used_at", UtcDateTime()),
    Column("tries", Integer, nullable=False),
)

# What was done, never a figure. It outlives the session it is about.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime(), nullable=False),
    Column("who", String(SUBJECT_LENGTH), nullable=False),
    Column("what", String(WORD_LENGTH), nullable=False),
    Column("session_id", Integer),
    Index(None, "at"),
    Index(None, "session_id"),
)

# Whoever has the code may vote in the session while it runs, and sees its title if it is `titled`.
ballot = Table(
    "ballot",
    metadata,
    session_key(),
    Column("code", String(32), nullable=False),
    Column("titled", Boolean, nullable=False),
    Column("closed", Boolean, nullable=False),
    Index(None, "code", unique=True),
)

# What was pressed and when, on the session's clock. `voice` stands for a device in this session alone; of one
# voice the newest counts.
vote = Table(
    "vote",
    metadata,
    session_key(),
    Column("voice", String(DIGEST_LENGTH), primary_key=True),
    Column("offset_ms", Integer, primary_key=True),
    Column("choice", String(WORD_LENGTH), nullable=False),
    Index(None, "session_id", "offset_ms"),
    sqlite_with_rowid=False,
)
