"""The tables of sums over the observations, which the program makes and throws away by itself.

A change here needs a migration of its own in migrations/versions and a new db.schema.REVISION.
"""

from sqlalchemy import Column, Float, Integer, SmallInteger, String, Table

from db.schema import metadata, session_key
from model.emotions import EMOTIONS

# Sums over the observations, so that a report need not read every one of them: made after a session has
# ended, thrown away whole when what they sum changes. `kind` says over which observations or frames they
# are and `who` what of the people they depend on, see db.sums; they hold what lies before until_ms.
summed = Table(
    "summed",
    metadata,
    session_key(),
    Column("kind", Integer, primary_key=True),
    Column("who", String(64), nullable=False),
    Column("until_ms", Integer, nullable=False),
    sqlite_with_rowid=False,
)


def _step_key() -> tuple[Column[int], ...]:
    names = ("kind", "step_ms", "step")
    return session_key(), *(Column(name, Integer, primary_key=True) for name in names)


# The usable observations of a time step by track and gaze state (index in GazeState), and one row of those
# that are not usable (state UNUSABLE of db.sums); scores and signals are sums, NULL over nothing.
gaze_sum = Table(
    "gaze_sum",
    metadata,
    *_step_key(),
    Column("track_id", Integer, primary_key=True),
    Column("state", SmallInteger, primary_key=True),
    *(Column(name, Integer, nullable=False) for name in ("first_ms", "last_ms", "faces")),
    *(Column(emotion.value, Float(53)) for emotion in EMOTIONS),
    *(Column(f"lead_{index}", Integer, nullable=False) for index in range(len(EMOTIONS))),
    Column("strongest_negative", Float(53)),
    *(Column(name, Integer, nullable=False) for name in ("posed", "frontal", "moving")),
    *(Column(name, Float(53)) for name in ("facing", "yaw_deg", "pitch_deg")),
    *(Column(name, Integer, nullable=False) for name in ("unflagged", "eye_known", "gaze_known")),
    *(Column(name, Float(53)) for name in ("eye_open", "gaze")),
    sqlite_with_rowid=False,
)

frame_sum = Table(
    "frame_sum",
    metadata,
    *_step_key(),
    *(Column(name, Integer, nullable=False) for name in ("frames", "with_face", "with_usable")),
    *(Column(name, Integer, nullable=False) for name in ("faces", "usable")),
    sqlite_with_rowid=False,
)
