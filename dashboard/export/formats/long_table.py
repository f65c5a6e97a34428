"""The long table: one row for each face in each analysed frame, as LONG_COLUMNS describe it."""

from collections.abc import Iterator

import numpy as np

from dashboard.export.formats.face_rows import FaceRows
from dashboard.export.formats.row_measures import definition_name
from dashboard.export.formats.source import ExportSource
from dashboard.export.formats.table import Instants, Table, Texts
from dashboard.reading import Reading
from dashboard.wording import person_name, session_title
from db.reports import SessionSummary
from model.emotions import EMOTIONS, NOT_SURE
from model.engagement.groups import GAZE_STATES
from model.observations import QualityFlag

LEADING = (*EMOTIONS, NOT_SURE, "")
SPEAKING = ("0", "1", "")
SIGNALS = ("yaw_deg", "pitch_deg", "roll_deg", "eye_open", "gaze")


def long_table(session: SessionSummary, rows: FaceRows, reading: Reading) -> Table:
    """The columns of LONG_COLUMNS, in their order, of one stretch of rows."""
    count, measured = len(rows), rows.measured
    known = (~np.isnan(measured.engagement)).astype(np.int64)
    return {
        "session_id": np.full(count, session.id),
        "session_title": Texts.same(session_title(session), count),
        "participant": Texts.named(rows.person, lambda one: person_name(rows.names.get(one), one)),
        "person": rows.person,
        "track_id": rows.track_id,
        "frame": rows.frame,
        "time_s": rows.offset_ms / 1000,
        "time_utc": Instants(session.started_at, rows.offset_ms),
        **{f"box_{side}": rows.box[:, place] for place, side in enumerate("xywh")},
        "face_confidence": rows.confidence,
        "usable": rows.usable.astype(np.int64),
        "flags": Texts.named(rows.flags, lambda bits: "|".join(QualityFlag(bits).names())),
        **{str(emotion): rows.scores[:, place] for place, emotion in enumerate(EMOTIONS)},
        "dominant": Texts(LEADING, rows.leading),
        "valence": measured.valence,
        "arousal": measured.arousal,
        **{name: rows.signals[:, place] for place, name in enumerate(SIGNALS)},
        "gaze_state": Texts(GAZE_STATES, rows.gaze_state),
        "mouth_open": rows.signals[:, 5],
        "speaking": Texts(SPEAKING, measured.speaking),
        "attention": measured.attention,
        "engagement": measured.engagement,
        "engagement_definition": Texts(["", definition_name(reading)], known),
        "model": Texts.same(model_told(session), count),
    }


def long_tables(source: ExportSource) -> Iterator[Table]:
    """LONG_COLUMNS, chunk by chunk."""
    return (long_table(source.session, rows, source.reading) for rows in source.rows())


def model_told(session: SessionSummary) -> str:
    """The network as files name it: its name and the start of its sha256."""
    sha256 = session.model_sha256[:12]
    return f"{session.model_name}@{sha256}" if sha256 else session.model_name
