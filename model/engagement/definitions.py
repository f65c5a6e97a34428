"""The published definitions by name: formula, weights, source and limits.

Nobody measures engagement itself; each of these is a proxy. All are weighted sums of what a group of
instants carries (model/evidence.py), computed in model/engagement.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from model.emotions import EMOTIONS, NOT_SURE, Emotion
from model.engagement import evidence
from model.engagement.affect import CIRCUMPLEX
from model.engagement.concentration import (
    EMOTION_WEIGHTS,
    GAZE_CLOSED,
    GAZE_HALF_CLOSED,
    GAZE_LOOKING,
    GAZE_OFF_CENTRE,
)
from model.engagement.evidence import Evidence
from model.observations import FRONTAL_WITHIN_DEG

Weights = Mapping[str, float]

GAZE = "gaze_"
"""A weight named gaze_looking, gaze_away ... multiplies the sum, by the gaze state of the instant."""

HOW_GOOD = (
    "Faces explain about a third of the variance of attention (R2 0.26-0.38, arXiv:2409.13084), and four "
    "levels of engagement are told apart in 63-69 % of cases (DAiSEE). In learning, boredom, confusion and "
    "flow are about five times as frequent as the basic expressions measured here."
)
"""Holds for every definition; said wherever one is chosen."""

_PERCENT, _PLANE = ("%", 0.0, 100.0), ("", -1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Definition:
    """One published proxy. `weights` are the defaults, in the order in which a page shows them.

    `low`..`high` in `unit`: the range, which other weights keep: positive ones count by their ratios (the
    largest becomes 1), those of a range that begins below 0 lie in -1..1. `needs`: columns of `Grouped`
    beside counts, scores and gaze_state.
    """

    name: str
    title: str
    formula: str
    citation: str
    limits: str
    weights: Weights
    evidence: Evidence
    scale: tuple[str, float, float] = _PERCENT
    needs: tuple[str, ...] = field(default=())
    everyday: str = ""

    @property
    def plain(self) -> str:
        """What pages call it beside a figure; `title` is the field's own term."""
        return self.everyday or self.title

    @property
    def unit(self) -> str:
        return self.scale[0]

    @property
    def low(self) -> float:
        return self.scale[1]

    @property
    def high(self) -> float:
        return self.scale[2]

    @property
    def signed(self) -> bool:
        """The weights may be negative."""
        return self.low < 0


def _fixed(weights: Mapping[str, float]) -> Weights:
    return MappingProxyType({str(name): float(weight) for name, weight in weights.items()})


def _per_emotion(default: float, **others: float) -> dict[str, float]:
    return {str(emotion): others.get(str(emotion), default) for emotion in EMOTIONS}


_PAPER = _fixed(
    {
        **{str(emotion): weight for emotion, weight in EMOTION_WEIGHTS.items()},
        f"{GAZE}looking": GAZE_LOOKING,
        f"{GAZE}away": GAZE_OFF_CENTRE,
        f"{GAZE}half_closed": GAZE_HALF_CLOSED,
        f"{GAZE}closed": GAZE_CLOSED,
        f"{GAZE}unknown": GAZE_LOOKING,
    }
)
_SHARMA = (
    'P. Sharma et al., "Student Engagement Detection Using Emotion Analysis, Eye Tracking and Head Movement '
    'with Machine Learning", arXiv:1909.12913'
)
_CONCENTRATION_LIMITS = (
    "Neutral and looking scores highest and happy 66.7 at most: it measures concentration, not pleasure. "
    "Where gaze could not be measured the person is taken to be looking."
)
_RUSSELL = 'J. A. Russell, "A Circumplex Model of Affect", J. Pers. Soc. Psychol. 39 (1980)'
_RUSSELL_LIMITS = (
    "Published tables disagree on surprise, disgust and fear; the table can be edited. Disgust is not among "
    "Russell's words and is placed as in K. R. Scherer (2005)."
)
_EMOTIENT = 'Emotient Inc., "Understanding Emotient Analytics Key Performance Indicators" (2015)'
_AFFECTIVA = (
    'D. McDuff et al., "AFFDEX SDK: A Cross-Platform Real-Time Multi-Face Expression Recognition Toolkit", '
    "CHI EA (2016), and Affectiva's description of its metrics"
)
_TURN = {"frontal": 1.0, "turned": 0.0}

DEFINITIONS: Mapping[str, Definition] = MappingProxyType(
    {
        "concentration": Definition(
            "concentration",
            "Concentration index, soft",
            "100 x mean emotion weight under the seven scores x gaze weight / largest product (4.5)",
            _SHARMA,
            _CONCENTRATION_LIMITS + " The paper weighs the top expression only; see the hard form.",
            _PAPER,
            evidence.seven_scores,
            everyday="Concentration",
        ),
        "concentration_hard": Definition(
            "concentration_hard",
            "Concentration index, hard",
            "100 x weight of the leading expression x gaze weight / largest product (4.5)",
            _SHARMA,
            _CONCENTRATION_LIMITS + ' It jumps from one expression to the next; "not sure" does not count.',
            _PAPER,
            evidence.leads_when_sure,
            needs=("leads",),
            everyday="Concentration, hard",
        ),
        "attention": Definition(
            "attention",
            "Attention: head orientation",
            "100 x (1 - |yaw| / 45) x (1 - |pitch| / 30), each factor 0 at least",
            _AFFECTIVA,
            "The angles at which it ends are ours, Affectiva's are not published. A head towards the camera "
            "says nothing of the mind; someone who reads a second screen counts as absent.",
            _fixed(_TURN),
            evidence.head_facing,
            needs=("facing",),
        ),
        "expressiveness": Definition(
            "expressiveness",
            "Expressiveness",
            "100 x (1 - score of neutral)",
            _AFFECTIVA,
            "Affectiva adds up facial muscles; here it is whatever is not neutral. Calm listeners score low.",
            _fixed(_per_emotion(1.0, neutral=0.0)),
            evidence.seven_scores,
        ),
        "emotient_attention": Definition(
            "emotient_attention",
            "Attention: share of time facing the camera",
            f"100 x share of instants with yaw and pitch within {FRONTAL_WITHIN_DEG:.0f} degrees",
            _EMOTIENT,
            "The limit in degrees is ours. Whoever reads a second screen counts as absent.",
            _fixed(_TURN),
            evidence.head_frontal,
            needs=("posed", "share_frontal"),
        ),
        "emotient_engagement": Definition(
            "emotient_engagement",
            "Engagement: share of time an expression shows",
            "100 x share of instants led by an expression other than neutral",
            _EMOTIENT,
            'Anger counts like joy, and "not sure" as no expression. Calm listeners score low.',
            _fixed({**_per_emotion(1.0, neutral=0.0), NOT_SURE: 0.0}),
            evidence.leads,
            needs=("leads",),
        ),
        "second_screen": Definition(
            "second_screen",
            "Focus with a second screen",
            "100 x share of instants with a head that is frontal, or away and still",
            "Read AI's rule for a second screen, as its help pages describe it",
            "A head away and still may as well look out of the window. The limits (20 degrees, 15 degrees a "
            "second) are ours.",
            _fixed({"frontal": 1.0, "away_still": 1.0, "away_moving": 0.0}),
            evidence.head_frontal_still_moving,
            needs=("posed", "share_frontal", "away_moving"),
        ),
        "sentiment": Definition(
            "sentiment",
            "Sentiment",
            "happy + surprise - angry - disgust",
            "Entropik's description of its facial coding metrics",
            "Surprise counts as pleasant, which it need not be; fear and sadness do not count.",
            _fixed(_per_emotion(0.0, happy=1.0, surprise=1.0, angry=-1.0, disgust=-1.0)),
            evidence.seven_scores,
            _PLANE,
        ),
        "valence": Definition(
            "valence",
            "Valence: happy less the strongest negative",
            "happy - highest of angry, disgust, fear and sad",
            "Noldus, FaceReader methodology note",
            "Surprise counts neither way.",
            _fixed({"happy": 1.0, "strongest_negative": -1.0}),
            evidence.happy_and_strongest_negative,
            _PLANE,
            needs=("strongest_negative",),
        ),
        "circumplex_valence": Definition(
            "circumplex_valence",
            "Valence on the circumplex",
            "mean valence of the expressions' points under the seven scores",
            _RUSSELL,
            _RUSSELL_LIMITS,
            _fixed({emotion: CIRCUMPLEX[emotion][0] for emotion in Emotion}),
            evidence.seven_scores,
            _PLANE,
        ),
        "circumplex_arousal": Definition(
            "circumplex_arousal",
            "Arousal on the circumplex",
            "mean arousal of the expressions' points under the seven scores",
            _RUSSELL,
            _RUSSELL_LIMITS,
            _fixed({emotion: CIRCUMPLEX[emotion][1] for emotion in Emotion}),
            evidence.seven_scores,
            _PLANE,
        ),
    }
)

DEFAULT = DEFINITIONS["concentration"]
