"""What the command writes about analysed files: a long CSV or one for each, a JSON object, lines to read."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from dashboard.export.formats import EXPORTERS, file_name, pieces
from dashboard.palette import LABELS
from dashboard.recordings.status import FileStatus, State
from dashboard.wording import counted, duration, things_told
from db.reports import ParticipantSummary, get_session, participants
from model.emotions import EMOTIONS, NOT_SURE

LONG = "long"
TOLD = 3


def write_csv(engine: Engine, session_ids: Sequence[int], out: Path) -> None:
    """The long CSV of the sessions in their order: one file, or one for each where `out` has no suffix.

    Written beside and renamed, so that a failure leaves what was there. Raises OSError or DatabaseError.
    """
    if out.suffix:
        _write(out, _joined(engine, session_ids))
        return
    out.mkdir(parents=True, exist_ok=True)
    for session_id in session_ids:
        name = file_name(get_session(engine, session_id), EXPORTERS[LONG].suffix)
        _write(out / name, _joined(engine, [session_id]))


def write_json(told: dict[str, Any], out: Path) -> None:
    """One JSON object. Raises OSError."""
    _write(out, iter([json.dumps(told, indent=1, ensure_ascii=False).encode(), b"\n"]))


def summary(engine: Engine, file: FileStatus) -> dict[str, Any]:
    """One file as plain values; shares are of its usable face-instants."""
    told: dict[str, Any] = {
        "file": file.name,
        "state": str(file.state),
        "notes": list(file.notes),
        "session_id": file.session_id,
    }
    if file.session_id is None:
        return told
    session = get_session(engine, file.session_id)
    leads = _leads(participants(engine, file.session_id))
    usable = sum(leads.values())
    return told | {
        "kind": "photo" if session.source.startswith("photo") else "video",
        "length_s": session.duration_ms / 1000,
        "frames": session.frames,
        "people": session.people,
        "things": session.things,
        "faces": session.faces,
        "usable_share": round(session.usable / session.faces, 4) if session.faces else None,
        "leading": {name: round(count / usable, 4) for name, count in leads.items()} if usable else {},
        "times_real": None if file.times_real is None else round(file.times_real, 2),
        "model": session.model_name,
    }


def line(told: dict[str, Any]) -> str:
    """One file in one line, and its notes below it."""
    notes = "".join(f"\n  {note}" for note in told["notes"])
    if told["session_id"] is None:
        return f"{told['file']}: {told['state']}.{notes}"
    parts = [_length(told), counted(told["people"], "person", "people"), *_things(told), *_shares(told)]
    if told["times_real"] is not None:
        parts.append(f"{told['times_real']:.1f} x real time")
    was = "analysed before, " if told["state"] == State.SKIPPED else ""
    return f"{told['file']}: {was}session {told['session_id']}, {', '.join(parts)}.{notes}"


def _length(told: dict[str, Any]) -> str:
    if told["kind"] == "photo":
        return "a photo"
    return f"{duration(round(told['length_s'] * 1000))}, {counted(told['frames'], 'frame', 'frames')}"


def _things(told: dict[str, Any]) -> Iterator[str]:
    if told["things"]:
        yield things_told(told["things"])


def _shares(told: dict[str, Any]) -> Iterator[str]:
    if told["usable_share"] is None:
        yield "nobody was found" if told["things"] else "no face was found"
        return
    if not told["leading"]:
        yield "faces counted only" if told["model"] == "presence only" else "no face was usable"
        return
    yield f"{told['usable_share']:.0%} usable"
    ranked = sorted(told["leading"].items(), key=lambda item: -item[1])
    yield ", ".join(f"{LABELS[name].lower()} {share:.0%}" for name, share in ranked[:TOLD] if share)


def _leads(people: Sequence[ParticipantSummary]) -> dict[str, int]:
    """Usable face-instants by leading expression."""
    counts = {str(emotion): sum(one.leads[i] for one in people) for i, emotion in enumerate(EMOTIONS)}
    return counts | {NOT_SURE: sum(one.not_sure for one in people)} if people else {}


def _joined(engine: Engine, session_ids: Sequence[int]) -> Iterator[bytes]:
    """The files of several sessions after each other under one header."""
    for place, session_id in enumerate(session_ids):
        found = pieces(engine, get_session(engine, session_id), LONG)
        header, newline, rest = next(found).partition(b"\n")
        yield rest if place else header + newline + rest
        yield from found


def _write(out: Path, content: Iterator[bytes]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_name(out.name + ".part")
    try:
        with beside.open("wb") as file:
            file.writelines(content)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
