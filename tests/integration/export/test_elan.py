"""Tiers of an ELAN file: nobody gets into another's, whatever people are called."""

from pathlib import Path

from sqlalchemy import Engine

from db.store import Store
from model.emotions import Emotion
from tests.integration.export.test_contract import file_of, tiers
from tests.made.faces import face, seconds
from tests.made.sessions import stored


def test_two_of_one_name_have_two_tiers(engine: Engine, tmp_path: Path) -> None:
    store, name = Store(engine), '<Ada> & "Ben"'
    session_id = stored(store, seconds([[face(1), face(2)]] * 2))
    for person in (1, 2):
        store.name_participant(session_id, person, name)
    eaf = tiers(file_of(engine, session_id, "eaf"), tmp_path)
    assert set(eaf.get_tier_names()) == {name, f"{name} (2)", "Markers"}
    assert eaf.get_annotation_data_for_tier(name) == [(0, 2000, "neutral")]


def test_no_name_brings_two_into_one_tier(engine: Engine, tmp_path: Path) -> None:
    store, names = Store(engine), ["Markers 2", "Markers", "Ann (4)", "Ann", "Ann"]
    moods = [Emotion.HAPPY, Emotion.SAD, Emotion.FEAR, Emotion.ANGRY, Emotion.NEUTRAL]
    told = [face(person, mood) for person, mood in enumerate(moods, start=1)]
    session_id = stored(store, seconds([told] * 2))
    for person, name in enumerate(names, start=1):
        store.name_participant(session_id, person, name)
    for label in ("One", "Two", "Three"):
        store.add_marker(session_id, 0, label)
    eaf = tiers(file_of(engine, session_id, "eaf"), tmp_path)
    held = {tier: [one[2] for one in eaf.get_annotation_data_for_tier(tier)] for tier in eaf.get_tier_names()}
    assert sorted(held.values()) == sorted([[mood] for mood in moods] + [["One"], ["Two"], ["Three"]])
    assert (held["Markers 2"], held["Markers"], held["Ann (4)"]) == (["happy"], ["One"], ["fear"])
