"""Which definition a report reads by, its events, and who was who: what a person can change on it."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.controls.definition import label_of
from db.reports import participants, session_settings
from db.store import NewEvent, Store
from model.engagement.affect import CIRCUMPLEX, circumplex_numbers
from model.engagement.definitions import DEFINITIONS
from tests.app.opening import OpenedApp, texts
from tests.app.test_report_page import figures, group, looking, people_table, widget
from tests.made.faces import seconds
from tests.made.sessions import stored


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OpenedApp:
    return OpenedApp(tmp_path, monkeypatch)


def plain(page: AppTest) -> str:
    """What can be read, as it is shown."""
    return texts(page).replace("\\", "").replace("\u00a0", " ")


def two_people(opened: OpenedApp) -> int:
    """A minute of two: one looks, the other looks away in the second half."""
    frames = [[looking(1), looking(2, away=number >= 30)] for number in range(60)]
    return stored(Store(opened.engine), seconds(frames))


def test_gaze_counts_and_is_shown_for_the_group_and_for_each(opened: OpenedApp) -> None:
    page = opened.page("report", session=two_people(opened), part="People")
    assert figures(page)["Looking"] == "75\u00a0%"
    assert figures(page)["Engagement"] == "85\u00a0%"
    assert people_table(page)["looking"].tolist() == [100, 50]
    assert people_table(page)["engagement"].tolist() == [100, 70]


def test_another_definition_is_read_at_once_and_kept_when_asked(opened: OpenedApp) -> None:
    session_id = two_people(opened)
    page = opened.page("report", session=session_id)
    widget(page.selectbox, "Definition").select("emotient_attention").run()
    assert not page.exception
    assert figures(page)["Engagement"] == "75\u00a0%"
    assert session_settings(opened.engine, session_id).definition is None
    widget(page.button, "Keep with the session").click().run()
    assert session_settings(opened.engine, session_id).definition == "emotient_attention"
    again = opened.page("report", session=session_id)
    assert widget(again.selectbox, "Definition").value == "emotient_attention"
    assert not [each for each in again.button if each.label == "Keep with the session"]


@pytest.mark.parametrize("name", ["second_screen", "sentiment", "circumplex_arousal", "valence"])
def test_every_kind_of_definition_can_be_shown(opened: OpenedApp, name: str) -> None:
    page = opened.page("report", session=two_people(opened))
    widget(page.selectbox, "Definition").select(name).run()
    assert not page.exception and not page.error


def test_weights_that_cannot_be_used_are_a_sentence(opened: OpenedApp) -> None:
    session_id = two_people(opened)
    Store(opened.engine).set_engagement(session_id, "sentiment", DEFINITIONS["sentiment"].weights)
    page = opened.page("report", session=session_id)
    before = figures(page)["Engagement"]
    for name, weight in DEFINITIONS["sentiment"].weights.items():
        if weight:
            widget(page.number_input, label_of(name)).set_value(0.0).run()
    assert not page.exception
    assert "at least one must be different from 0" in page.error[0].value
    assert figures(page)["Engagement"] == before, "the weights from before stand in"
    widget(page.button, "Published weights").click().run()
    assert not page.error and not page.exception
    widget(page.number_input, "Neutral").set_value(0.45).run()
    assert not page.error
    assert figures(page)["Engagement"] != before


@pytest.mark.parametrize("stored_as", ["flow", "concentration"])
def test_a_session_with_a_broken_definition_opens_with_a_sentence(opened: OpenedApp, stored_as: str) -> None:
    session_id = two_people(opened)
    Store(opened.engine).set_engagement(session_id, stored_as, {"happy": 0.0})
    page = opened.page("report", session=session_id)
    assert len(page.warning) == 1
    assert figures(page)["Engagement"] == "85\u00a0%"
    assert "Concentration index, soft" in texts(page)


def test_a_session_without_signals_says_that_gaze_is_assumed(opened: OpenedApp) -> None:
    page = opened.page("report", session=stored(Store(opened.engine), seconds(group(3))))
    assert "Gaze was not measured" in texts(page)
    widget(page.selectbox, "Definition").select("attention").run()
    assert "needs what this session does not hold" in texts(page)


@pytest.mark.parametrize("neutral", ["change from the first 10 s", "change from the last minute"])
def test_scores_can_be_shown_as_changes_from_ones_own_neutral(opened: OpenedApp, neutral: str) -> None:
    page = opened.page("report", session=two_people(opened), part="Expressions")
    widget(page.selectbox, "Show").select(neutral).run()
    assert not page.exception
    assert "Change from everybody's own neutral" in page.get("plotly_chart")[0].proto.alt
    assert "Mean change of each score" in texts(page)


def test_why_tells_the_parts_of_a_moment_and_of_a_person(opened: OpenedApp) -> None:
    page = opened.page("report", session=two_people(opened), part="Why")
    widget(page.select_slider, "Why at any moment").set_value(45_000).run()
    assert page.query_params["moment"] == "at-45"
    assert "From the usual 85 % to 70 %: mostly looking away (\N{MINUS SIGN}15)" in plain(page)
    widget(page.selectbox, "Person").select(2).run()
    widget(page.select_slider, "Why at any moment").set_value(50_000).run()
    assert "From the usual 70 % to 40 %: mostly looking away (\N{MINUS SIGN}30)" in plain(page)
    assert page.query_params["moment"] == "at-50-2"


def test_events_are_listed_with_time_person_and_size(opened: OpenedApp) -> None:
    session_id = two_people(opened)
    store = Store(opened.engine)
    store.name_participant(session_id, 2, "Ada")
    store.write_events(
        session_id,
        [NewEvent(30_000, "away", 59_000, 2, 29.0), NewEvent(31_000, "laughter", 36_000, None, 0.5)],
    )
    page = opened.page("report", session=session_id, part="Events")
    [events] = [table.value for table in page.dataframe if "What" in table.value]
    assert events["At"].tolist() == ["00:25", "00:30", "00:31"]
    assert events["Who"].tolist() == ["The group", "Ada", "The group"]
    assert events["How much"].tolist() == ["30 points", "", "50\u00a0% of the people"]


def test_events_can_be_found_again_under_other_thresholds(opened: OpenedApp) -> None:
    page = opened.page("report", session=two_people(opened), part="Events")
    assert len(next(one.value for one in page.dataframe if "What" in one.value)) == 1, "the fall alone"
    widget(page.toggle, "Look through all 120 rows again").set_value(True).run()
    assert not page.exception
    [events] = [table.value for table in page.dataframe if "What" in table.value]
    assert events["What"].tolist() == ["The group's line fell", "Looked away for long"]
    widget(page.number_input, "Looking away for (s)").set_value(40.0).run()
    [events] = [table.value for table in page.dataframe if "What" in table.value]
    assert "Looked away for long" not in events["What"].tolist()


def test_a_name_is_saved_and_shown_everywhere(opened: OpenedApp) -> None:
    session_id = two_people(opened)
    page = opened.page("report", session=session_id, part="People")
    widget(page.text_input, "P1").set_value("Ada").run()
    assert people_table(page)["name"].tolist() == ["Ada", "P2"]
    assert participants(opened.engine, session_id)[0].name == "Ada"


def test_a_person_is_split_where_somebody_else_begins(opened: OpenedApp) -> None:
    page = opened.page("report", session=two_people(opened), part="People")
    widget(page.selectbox, "Merge, split or forget").select(1).run()
    widget(page.number_input, "Somebody else from (seconds from the start)").set_value(20.0)
    widget(page.button, "Split").click().run()
    assert figures(page)["People"] == "3"


def test_whoever_is_left_out_is_in_no_figure_until_taken_in_again(opened: OpenedApp) -> None:
    session_id = two_people(opened)
    page = opened.page("report", session=session_id, part="People", person=1)
    widget(page.checkbox, "Leave out").check().run()
    assert figures(page)["People"] == "1"
    assert figures(page)["Looking"] == "50\u00a0%"
    assert people_table(page)["name"].tolist() == ["P2"]
    assert "who is not in this session" in texts(page), "the address still names the person"
    widget(page.checkbox, "Leave out").uncheck().run()
    assert figures(page)["People"] == "2"


def test_everybody_can_be_left_out_and_somebody_taken_in_again(opened: OpenedApp) -> None:
    session_id = two_people(opened)
    for person in (1, 2):
        Store(opened.engine).exclude_participant(session_id, person, excluded=True)
    page = opened.page("report", session=session_id, part="People")
    assert "Everybody is left out" in texts(page)
    widget(page.checkbox, "Leave out").uncheck().run()
    assert figures(page)["People"] == "1"


def test_points_of_valence_and_arousal_are_edited_kept_and_published_again(opened: OpenedApp) -> None:
    session_id = two_people(opened)
    own = circumplex_numbers(CIRCUMPLEX) | {"happy_valence": 0.25}
    Store(opened.engine).set_circumplex(session_id, own)
    page = opened.page("report", session=session_id, part="Expressions")
    assert not page.exception
    assert "this session's own" in texts(page)
    assert "Keep these points" not in [each.label for each in page.button]
    page.button("published-points").click().run()
    assert not page.exception and "Russell 1980" in texts(page)
    assert session_settings(opened.engine, session_id).circumplex is None
    assert "Published points" not in [each.label for each in page.button]
