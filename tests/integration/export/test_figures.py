"""The charts of the HTML report and the zip: of a crowd as many as can be looked at, in numbers everybody."""

import json

from sqlalchemy import Engine

from dashboard.export.formats.figures import MOST_STRIPS, Drawn, drawn
from dashboard.export.formats.source import ExportSource
from db.reports import get_session
from db.store import Store
from tests.made.faces import face, seconds
from tests.made.sessions import stored


def of_people(engine: Engine, people: int) -> Drawn:
    """Person 1 is seen for 20 s, everybody else for 30 or 40."""
    seen = [[face(one) for one in range(1, people + 1)] for _ in range(20)]
    seen += [[face(one) for one in range(2, people + 1)]] * 10 + [[face(people)]] * 10
    session_id = stored(Store(engine), seconds(seen))
    for one in (1, 2):
        Store(engine).name_participant(session_id, one, "Anna")
    source = ExportSource(engine, get_session(engine, session_id))
    return next(chart for chart in drawn(source) if chart.key == "engagement-of-people")


def strips(chart: Drawn) -> list[str]:
    return [one["text"] for one in json.loads(chart.figure)["layout"]["annotations"]]


def test_of_a_crowd_those_longest_in_view_are_drawn_and_the_csv_has_everybody(engine: Engine) -> None:
    chart = of_people(engine, MOST_STRIPS + 1)
    assert len(strips(chart)) == MOST_STRIPS
    assert "<b>Anna (P1)</b>" not in strips(chart) and strips(chart)[-1] == f"<b>P{MOST_STRIPS + 1}</b>"
    assert f"of {MOST_STRIPS + 1}, the {MOST_STRIPS} longest in view are drawn" in chart.finding
    head = chart.csv.splitlines()[0].split(",")
    assert len(head) == 1 + MOST_STRIPS + 1 and head[:3] == ["time_s", "Anna (1)", "Anna (2)"]


def test_few_people_are_all_drawn_each_by_a_name_of_their_own(engine: Engine) -> None:
    chart = of_people(engine, 3)
    assert strips(chart) == ["<b>Anna (P1)</b>", "<b>Anna (P2)</b>", "<b>P3</b>"]
    assert chart.finding == "Each strip is a person"
