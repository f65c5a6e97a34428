"""Which shares of a group a definition weighs: (values (n, k), instants counted (n,)).

The values of a row that counts sum to 1 at most, so that a weighted sum stays within its range.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.emotions import EMOTIONS, Emotion
from model.engagement.groups import NOT_SURE_CODE, Doubles, Grouped
from model.errors import EngagementError

Evidence = Callable[[Grouped], tuple[Doubles, Doubles]]


def seven_scores(groups: Grouped) -> tuple[Doubles, Doubles]:
    """The mean scores, in the order of EMOTIONS."""
    return groups.scores, _counts(groups)


def leads_when_sure(groups: Grouped) -> tuple[Doubles, Doubles]:
    """Share of the instants with a leading expression that each led; "not sure" does not count."""
    leads = _read(groups.leads, "leads")
    sure = 1 - leads[:, NOT_SURE_CODE]
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = leads[:, :NOT_SURE_CODE] / sure[:, None]
    return shares, _counts(groups) * np.nan_to_num(sure)


def leads(groups: Grouped) -> tuple[Doubles, Doubles]:
    """Share of the instants each expression led, then "not sure"."""
    return _read(groups.leads, "leads"), _counts(groups)


def happy_and_strongest_negative(groups: Grouped) -> tuple[Doubles, Doubles]:
    """Mean score of happy, and of whatever negative expression was strongest at each instant."""
    negative = _read(groups.strongest_negative, "strongest_negative")
    happy = groups.scores[:, EMOTIONS.index(Emotion.HAPPY)]
    return np.stack([happy, negative], axis=1), _counts(groups)


def head_facing(groups: Grouped) -> tuple[Doubles, Doubles]:
    """How far the head faces the camera, and the rest; by frontal or not where `facing` was not read."""
    towards = groups.share_frontal if groups.facing is None else groups.facing
    return _halves(_read(towards, "facing"), groups)


def head_frontal(groups: Grouped) -> tuple[Doubles, Doubles]:
    """Share of the instants with a frontal head, and the rest."""
    return _halves(_read(groups.share_frontal, "share_frontal"), groups)


def head_frontal_still_moving(groups: Grouped) -> tuple[Doubles, Doubles]:
    """Shares with a frontal head, a head away and still, and a head away and moving."""
    straight = _read(groups.share_frontal, "share_frontal")
    moving = _read(groups.away_moving, "away_moving")
    return np.stack([straight, 1 - straight - moving, moving], axis=1), _posed(groups)


def _halves(share: Doubles, groups: Grouped) -> tuple[Doubles, Doubles]:
    return np.stack([share, 1 - share], axis=1), _posed(groups)


def _posed(groups: Grouped) -> Doubles:
    return _counts(groups) if groups.posed is None else np.asarray(groups.posed, np.float64)


def _counts(groups: Grouped) -> Doubles:
    return np.asarray(groups.counts, np.float64)


def _read(column: NDArray[np.float64] | None, name: str) -> Doubles:
    if column is None:
        raise EngagementError(
            f"{name}: this definition needs the column, and the groups were read without it"
        )
    return column
