import pytest

from dashboard.consent import LIVE_RATE, Ground, Kind, Purpose, Region, Setup, kept_text, needs_ground


def setup(purpose: Purpose, region: Region, ground: Ground | None = None) -> Setup:
    return Setup("Review", Kind.MEETING, purpose, region, ground)


@pytest.mark.parametrize("purpose", [Purpose.WORK, Purpose.EDUCATION])
def test_work_and_education_in_the_eu_are_presence_only(purpose: Purpose) -> None:
    assert not setup(purpose, Region.EU_UK).expressions_allowed


@pytest.mark.parametrize("ground", list(Ground))
def test_a_stated_ground_allows_expressions_there(ground: Ground) -> None:
    assert setup(Purpose.WORK, Region.EU_UK, ground).expressions_allowed


@pytest.mark.parametrize("purpose", [p for p in Purpose if p not in (Purpose.WORK, Purpose.EDUCATION)])
def test_other_purposes_in_the_eu_need_no_ground(purpose: Purpose) -> None:
    assert not needs_ground(purpose, Region.EU_UK)


@pytest.mark.parametrize("region", [Region.USA, Region.OTHER])
def test_work_elsewhere_needs_no_ground(region: Region) -> None:
    assert setup(Purpose.WORK, region).expressions_allowed


@pytest.mark.parametrize("expressions", [True, False])
def test_what_is_kept_says_how_often_faces_are_looked_at(expressions: bool) -> None:
    assert f"every face, {LIVE_RATE}: where it is" in kept_text(expressions)
    assert "every face, 2 times a second: where it is" in kept_text(expressions, "2 times a second")


def test_what_everyone_agrees_to_live_says_the_rate() -> None:
    assert "{" not in setup(Purpose.RESEARCH, Region.OTHER).consent_text
    assert LIVE_RATE in setup(Purpose.WORK, Region.EU_UK).consent_text
