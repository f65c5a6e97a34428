import pytest

from dashboard.consent import Ground, Kind, Purpose, Region, Setup, needs_ground


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
