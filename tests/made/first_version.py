"""A database as the first version of the schema left it, and what must be there after upgrading it."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from db.migrate import MIGRATIONS
from db.reports import (
    Marker,
    SessionSettings,
    get_session,
    iter_observations,
    list_sessions,
    markers,
    participants,
    people,
    session_settings,
)
from db.store import Store
from tests.made.faces import frame
from tests.made.storage import MONDAY

HAPPY = (0.05, 0.05, 0.05, 0.6, 0.05, 0.1, 0.1)
SESSION = """
INSERT INTO session (id, title, kind, purpose, region, source, detector, model_name, model_sha256,
                     analysis_hz, started_at, ended_at, end_reason, last_ms, frames, faces, usable)
VALUES ({id}, 'Übung {id}', 'meeting', 'rehearsal', 'eu', 'camera', 'yunet', 'small-cnn', 'aa', 10.0,
        '2025-03-03 09:00:00', '2025-03-03 09:30:00', 'stopped', 900, 10, 30, 20)
"""


def at_revision(connection: Connection) -> Config:
    """What Alembic's commands need to work inside the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def fill_first_version(connection: Connection) -> None:
    """Two sessions of ten frames: three tracks, one named, one excluded, the third neither."""
    command.upgrade(at_revision(connection), "0001")
    scores = ", ".join(map(str, HAPPY))
    for session_id in (1, 2):
        connection.execute(text(SESSION.format(id=session_id)))
        connection.execute(
            text(
                "INSERT INTO participant (session_id, track_id, name, excluded) VALUES "
                f"({session_id}, 1, 'Ana', FALSE), ({session_id}, 2, NULL, TRUE), "
                f"({session_id}, 5, NULL, FALSE)"
            )
        )
        for number in range(10):
            at = f"{session_id}, {number}"
            connection.execute(text(f"INSERT INTO frame VALUES ({at}, {100 * number}, 3, 2)"))
            for track, flags in ((1, 0), (2, 0), (5, 2)):
                connection.execute(
                    text(
                        f"INSERT INTO observation VALUES ({at}, {track}, {100 * number}, 1, 2, 3, 4, 0.9, "
                        f"{flags}, {scores}, 3, -12.5, NULL, NULL, 0.25, NULL, NULL)"
                    )
                )
    connection.execute(text("INSERT INTO marker VALUES (7, 1, 300, NULL, 'Break', 'ten minutes')"))


def check_upgraded(engine: Engine) -> None:
    assert [(one.title, one.people, one.faces) for one in list_sessions(engine)] == [
        ("Übung 2", 2, 30),
        ("Übung 1", 2, 30),
    ]
    assert get_session(engine, 1).started_at == MONDAY
    assert session_settings(engine, 1) == SessionSettings(None, None, None)
    assert [(one.person, one.name, one.excluded) for one in people(engine, 1)] == [
        (1, "Ana", False),
        (2, None, True),
        (5, None, False),
    ]
    told = participants(engine, 1, include_excluded=True)
    assert [(one.person, one.faces, one.usable) for one in told] == [(1, 10, 10), (2, 10, 10), (5, 10, 0)]
    first = next(iter_observations(engine, 1))
    assert (first.observation.scores, first.observation.signals.yaw_deg) == (HAPPY, -12.5)
    assert markers(engine, 1) == [Marker(7, 300, None, "Break", "ten minutes")]


def check_usable(engine: Engine) -> None:
    """The old session can be worked on as a new one, and the other is not touched."""
    store, other = Store(engine), participants(engine, 2)
    new = store.split_participant(1, 1, 500)
    store.exclude_participant(1, 2, excluded=False)
    store.forget_participant(1, 5)
    store.write_frames(1, [frame(20, faces=5)])
    assert {one.person: one.faces for one in participants(engine, 1)} == {1: 5, 2: 11, 3: 1, 4: 1, new: 6}
    assert get_session(engine, 1).faces == 24
    assert participants(engine, 2) == other
