"""The card's scoreboard, for people: sets, groups and what sureness is worth."""

from typing import Any

import pytest

from dashboard.model_card.board import board_finding, board_of, groups_finding
from dashboard.model_card.charts import coverage_lines
from tests.made.card import made_card
from tests.made.evidence import SCOREBOARD


def test_people_make_a_figure_a_mean_recall_and_its_interval_theirs() -> None:
    board = board_of(made_card(scoreboard=SCOREBOARD))
    assert board is not None
    shown, other = board.networks
    acted, neutral = board.sets.to_dict("records")
    assert (acted[shown], acted[f"{shown}: interval"]) == (
        0.68,
        "60 to 75 %".replace(" %", "\N{NO-BREAK SPACE}%"),
    )
    assert (neutral[shown], neutral[other]) == (0.925, 0.9)
    assert board.notes == ("Half of the people were trained on.",)
    assert "worst on Acted" in board_finding(board)


def test_groups_are_of_sets_with_neutral_faces_alone_and_of_enough_of_them() -> None:
    board = board_of(made_card(scoreboard=SCOREBOARD))
    assert board is not None
    assert board.groups["group"].tolist() == ["A", "B"]
    said = groups_finding(board.groups)
    assert "15" in said.split("group A")[0]


def test_a_line_for_each_set_that_says_how_sureness_pays() -> None:
    board = board_of(made_card(scoreboard=SCOREBOARD))
    assert board is not None
    [line] = coverage_lines(board.curves).data
    assert (line.name, list(line.x), list(line.y)) == ("Acted", [50, 100], [90, 70])


@pytest.mark.parametrize("broken", [{}, {"rows": []}, {"rows": [{"set": "x"}]}, {"rows": 3}])
def test_a_card_without_a_table_that_can_be_read_has_no_board(broken: dict[str, Any]) -> None:
    assert board_of(made_card(scoreboard=broken)) is None
