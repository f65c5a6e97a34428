"""What the browser tells of sources: read without trust, and said in sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.consent import Source
from dashboard.live.source_events import (
    CAMERA_REFUSED,
    SHARING_REFUSED,
    SURFACES,
    SourceEvent,
    read_events,
)

WORDS = ("number", "kind", "wanted", "name", "surface")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(WORDS) | st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_whatever_a_page_sends_is_events_or_nothing(value: object) -> None:
    assert all(isinstance(event, SourceEvent) for event in read_events(value))


def test_events_are_read_in_order() -> None:
    told = [
        {"number": 1, "kind": "refused", "wanted": "screen", "name": "NotAllowedError"},
        {"number": 2, "kind": "capturing", "wanted": "screen", "surface": "monitor", "more": 1},
    ]
    assert [event.number for event in read_events(told)] == [1, 2]
    assert read_events(told)[1].source is Source.SCREEN


@pytest.mark.parametrize("wanted", ["camera", "screen"])
@pytest.mark.parametrize("name", sorted({*CAMERA_REFUSED, *SHARING_REFUSED, "SomethingNewError"}))
def test_every_refusal_says_what_to_do(wanted: str, name: str) -> None:
    [event] = read_events([{"number": 1, "kind": "refused", "wanted": wanted, "name": name}])
    assert "START" in event.sentence or "camera" in event.sentence
    assert event.sentence.endswith(".") and "{" not in event.sentence


def test_an_unknown_surface_is_a_window_or_the_camera() -> None:
    assert (
        SourceEvent(number=1, kind="capturing", wanted="screen", surface="hologram").source is Source.WINDOW
    )
    assert SourceEvent(number=1, kind="capturing", wanted="camera").source is Source.CAMERA
    assert set(SURFACES.values()) == set(Source)
