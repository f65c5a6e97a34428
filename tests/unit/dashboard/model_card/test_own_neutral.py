"""What the Model page says of scores read against one's own resting face."""

from typing import Any

import pytest

from dashboard.model_card.own_neutral import own_neutral_finding, own_neutral_of
from dashboard.wording import PERCENT
from tests.made.card import made_card

USUAL = [-4.0] * 6 + [-0.3]


def figures(recall: float) -> dict[str, Any]:
    return {
        "mean_recall": recall,
        "mean_recall_ci95": [recall - 0.05, recall + 0.05],
        "recall": {"happy": {"recall": recall, "ci95": [0.5, 0.9]}},
        "sure_share": 0.8,
        "accuracy_when_sure": 0.9,
    }


def test_both_ways_stand_beside_each_other() -> None:
    by_condition = {"as pictured, without": figures(0.81), "as pictured, with": figures(0.93)}
    sets = {"London": {"n": 204, "subjects": 102, "by_condition": by_condition}}
    table = own_neutral_of(made_card(own_neutral={"usual": USUAL, "sets": sets}))
    assert table is not None
    assert table["interval"].tolist() == [f"76 to 86{PERCENT}", f"88 to 98{PERCENT}"]
    assert table["neutral"].isna().all()
    assert own_neutral_finding(table) == f"Mean recall with it: London 93{PERCENT} instead of 81"


@pytest.mark.parametrize("found", [{}, {"usual": USUAL}, {"sets": {"London": 3}}, {"sets": {}}])
def test_a_card_without_figures_shows_none(found: dict[str, Any]) -> None:
    assert own_neutral_of(made_card(own_neutral=found)) is None
