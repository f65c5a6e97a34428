"""What a file says of its session as a whole, and what its columns mean."""

from collections.abc import Iterator, Mapping, Sequence

from dashboard.export.formats.cells import text_cell
from dashboard.export.formats.columns import Column
from dashboard.export.formats.row_measures import definition_name
from dashboard.export.formats.source import ExportSource
from dashboard.export.formats.table import iso
from dashboard.wording import session_title
from model.behaviour.talk import lasted_ms
from model.engagement.affect import CIRCUMPLEX

Fact = str | int | float | bool | None

LIMITS = (
    "Expressions are not feelings, and these figures have errors that differ between groups of people. "
    "Read groups and trends, never a person's inner state, and decide nothing about anyone from them."
)


def session_facts(source: ExportSource) -> Mapping[str, Fact]:
    """The session in plain values; what it says of consent does not leave, but that it was stated does."""
    session = source.session
    return {
        "session_id": session.id,
        "title": session_title(session),
        "kind": session.kind,
        "purpose": session.purpose,
        "region": session.region,
        "ground": session.ground,
        "consent_stated": session.consent_at is not None,
        "made_by_code": session.is_demo,
        "started_at": iso(session.started_at, session.started_at.microsecond // 1000),
        "still_running": session.ended_at is None,
        "duration_s": session.duration_ms / 1000,
        "people": session.people,
        "analysed_frames": session.frames,
        "analysis_hz": session.analysis_hz,
        "detector": session.detector,
        "model": session.model_name,
        "model_sha256": session.model_sha256,
        "compared_with_own_neutral": session.own_neutral,
        "engagement_definition": definition_name(source.reading),
        "valence_points": "Russell's" if source.reading.circumplex == CIRCUMPLEX else "the session's own",
        **_of_sound(source),
        "limits": LIMITS,
    }


def _of_sound(source: ExportSource) -> Mapping[str, Fact]:
    """Nothing of a session without sound, or of the group alone."""
    talk = () if source.group_only else source.heard.stretches()
    if not talk:
        return {}
    listened_ms, voice_ms = lasted_ms(talk)
    return {"listened_s": listened_ms / 1000, "voice_s": voice_ms / 1000}


def dictionary_rows(contents: Mapping[str, Sequence[Column]]) -> Iterator[tuple[str, ...]]:
    """Table, column, kind, unit and meaning of every column of the tables in `contents`, header first."""
    yield ("table", "column", "kind", "unit", "meaning")
    for name, columns in contents.items():
        for column in columns:
            yield (name, column.name, str(column.kind), column.unit, column.meaning)


def dictionary_csv(contents: Mapping[str, Sequence[Column]]) -> bytes:
    """The data dictionary as a CSV."""
    return "".join(",".join(map(text_cell, row)) + "\r\n" for row in dictionary_rows(contents)).encode()
