"""The tables, but for those of rights and of sums, which lie beside. Only numbers and typed-in words are
kept, and there is no column for a picture.

A change here needs a migration of its own in migrations/versions and a new REVISION.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    false,
)

from db.columns import UtcDateTime
from model.emotions import EMOTIONS

REVISION = "0015"

TITLE_LENGTH = 200
WORD_LENGTH = 100
NOTE_LENGTH = 4000
SUBJECT_LENGTH = 255
SERVER_LENGTH = 32
FOREVER_MS = 2**31 - 1  # the end of what has none yet

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


# On PostgreSQL `frame`, `observation` and `gaze_sum` lie in ranges of sessions (db.ranges), without this key.
def session_key(*, primary_key: bool = True) -> Column[int]:
    to = ForeignKey("session.id", ondelete="CASCADE")
    return Column("session_id", Integer, to, nullable=False, primary_key=primary_key)


# server_id: where it runs or ran, NULL of what never ran live. group_only_from: while it runs, the least
# usable people with whom its host shows the group; NULL where individuals are shown, too. owner: by the
# provider's subject whose it is, NULL of what was made where nobody signs in. own_neutral: scores were
# read against each person's own resting face, NULL where that is unknown. sound: a voice was listened for.
# archive: the name of the files that its rows lie in, NULL where they are here.
# frames, faces, usable and last_ms are totals kept by every write, so that the list of sessions
# never counts observations. weights, thresholds and circumplex are JSON objects of numbers.
session = Table(
    "session",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(TITLE_LENGTH), nullable=False),
    Column("kind", String(WORD_LENGTH), nullable=False),
    Column("purpose", String(WORD_LENGTH), nullable=False),
    Column("region", String(WORD_LENGTH), nullable=False),
    Column("ground", String(WORD_LENGTH)),
    Column("consent_at", UtcDateTime()),
    Column("consent_text", String(NOTE_LENGTH)),
    Column("source", String(WORD_LENGTH), nullable=False),
    Column("detector", String(WORD_LENGTH), nullable=False),
    Column("model_name", String(WORD_LENGTH), nullable=False),
    Column("model_sha256", String(64), nullable=False),
    Column("analysis_hz", Float(53), nullable=False),
    Column("is_demo", Boolean, nullable=False, server_default=false()),
    Column("started_at", UtcDateTime(), nullable=False),
    Column("ended_at", UtcDateTime()),
    Column("end_reason", String(WORD_LENGTH)),
    Column("last_ms", Integer, nullable=False, server_default="0"),
    Column("frames", Integer, nullable=False, server_default="0"),
    Column("faces", Integer, nullable=False, server_default="0"),
    Column("usable", Integer, nullable=False, server_default="0"),
    Column("dropped", Integer, nullable=False, server_default="0"),
    Column("engagement", String(WORD_LENGTH)),
    Column("weights", Text),
    Column("thresholds", Text),
    Column("circumplex", Text),
    Column("series", String(TITLE_LENGTH)),
    Column("kept", Boolean, nullable=False, server_default=false()),
    Column("server_id", String(SERVER_LENGTH)),
    Column("group_only_from", Integer),
    Column("things", Integer, nullable=False, server_default="0"),
    Column("owner", String(SUBJECT_LENGTH)),
    Column("own_neutral", Boolean, server_default=false()),
    Column("sound", Boolean, nullable=False, server_default=false()),
    Column("archive", String(WORD_LENGTH)),
    Index(None, "started_at"),
    Index(None, "owner"),
    sqlite_autoincrement=True,  # a deleted session's id never names another one in an old link
)

# The servers that share this database; beat_at is by the database's clock.
server = Table(
    "server",
    metadata,
    Column("id", String(SERVER_LENGTH), primary_key=True),
    Column("address", String(TITLE_LENGTH)),
    Column("beat_at", UtcDateTime(), nullable=False),
    Column("sessions", Integer, nullable=False),
    Column("room", Integer),
)

# The files of db.archive that there may be: from before the first byte is written until they are deleted.
archived_file = Table(
    "archived_file",
    metadata,
    Column("name", String(WORD_LENGTH), primary_key=True),
    Column("writing", Boolean, nullable=False),
)

# Recordings that workers of a cluster have in hand; see db.store.analysed.
claim = Table(
    "claim",
    metadata,
    Column("mark", String(32), primary_key=True),
    Column("run", String(32), nullable=False),
    Column("worker", String(32)),
    Column("tries", Integer, nullable=False),
    Column("session_id", Integer),
)

# voice: 1 where one was heard, 0 where none was, NULL where nobody listened.
frame = Table(
    "frame",
    metadata,
    session_key(),
    Column("frame", Integer, primary_key=True),
    Column("offset_ms", Integer, nullable=False),
    Column("faces", SmallInteger, nullable=False),
    Column("usable", SmallInteger, nullable=False),
    Column("voice", SmallInteger),
    Index(None, "session_id", "offset_ms"),
    sqlite_with_rowid=False,
)

# One wide row per face per analysed frame, stored in the order of its key: a session's rows lie
# together in time order and every report is one pass over neighbouring pages. Box in px of the
# analysed frame; scores 0..1 or all NULL; leading is the index in EMOTIONS, NULL for "not sure".
observation = Table(
    "observation",
    metadata,
    session_key(),
    Column("frame", Integer, primary_key=True),
    Column("track_id", Integer, primary_key=True),
    Column("offset_ms", Integer, nullable=False),
    *(Column(f"box_{edge}", Float(53), nullable=False) for edge in ("x0", "y0", "x1", "y1")),
    Column("confidence", Float(53), nullable=False),
    Column("flags", Integer, nullable=False),
    *(Column(emotion.value, Float(53)) for emotion in EMOTIONS),
    Column("leading", SmallInteger),
    Column("yaw_deg", Float(53)),
    Column("pitch_deg", Float(53)),
    Column("roll_deg", Float(53)),
    Column("eye_open", Float(53)),
    Column("gaze", Float(53)),
    Column("mouth_open", Float(53)),
    sqlite_with_rowid=False,
)

# Whose rows of `observation` are: a stretch of one track from from_ms up to, but without, until_ms. The
# stretches of a track follow each other without a gap. `person` is whose it is now, `own` the number it
# has when it is given back to itself; neither touches the observations. Of a forgotten one nothing is
# left but its numbers, so that a writer that still runs stores nothing more of it.
tracklet = Table(
    "tracklet",
    metadata,
    session_key(),
    Column("track_id", Integer, primary_key=True),
    Column("from_ms", Integer, primary_key=True),
    Column("until_ms", Integer, nullable=False),
    Column("person", Integer, nullable=False),
    Column("own", Integer, nullable=False),
    Column("forgotten", Boolean, nullable=False, server_default=false()),
    sqlite_with_rowid=False,
)

# What the host said of a person; one of whom nothing was said has no row.
participant = Table(
    "participant",
    metadata,
    session_key(),
    Column("person", Integer, primary_key=True),
    Column("name", String(WORD_LENGTH)),
    Column("excluded", Boolean, nullable=False, server_default=false()),
    sqlite_with_rowid=False,
)

marker = Table(
    "marker",
    metadata,
    Column("id", Integer, primary_key=True),
    session_key(primary_key=False),
    Column("offset_ms", Integer, nullable=False),
    Column("end_ms", Integer),
    Column("label", String(WORD_LENGTH), nullable=False),
    Column("note", String(NOTE_LENGTH)),
    Index(None, "session_id", "offset_ms"),
)

# What was said, from a transcript that the host gave: times on the session's clock, which may lie before it
# began or after its end, `speaker` as the file has it, `person` whom the host matched it to (a number as in
# participant), NULL for nobody.
utterance = Table(
    "utterance",
    metadata,
    session_key(),
    Column("number", Integer, primary_key=True),
    Column("start_ms", Integer, nullable=False),
    Column("end_ms", Integer, nullable=False),
    Column("speaker", String(WORD_LENGTH)),
    Column("person", Integer),
    Column("text", String(NOTE_LENGTH), nullable=False),
    sqlite_with_rowid=False,
)

# track_id NULL: an event of the group. The person is looked up when read, as for observations.
event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    session_key(primary_key=False),
    Column("start_ms", Integer, nullable=False),
    Column("end_ms", Integer),
    Column("kind", String(WORD_LENGTH), nullable=False),
    Column("track_id", Integer),
    Column("value", Float(53)),
    Index(None, "session_id", "start_ms"),
)
