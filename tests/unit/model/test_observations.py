"""What is kept of a face."""

from model.observations import USABLE, Observation, QualityFlag

EVEN = (1 / 7,) * 7
BOX = (0.0, 0.0, 10.0, 10.0)


def test_stored_bits_keep_their_meaning() -> None:
    bits = {flag.name: int(flag) for flag in QualityFlag}
    assert bits == {
        "SMALL": 1,
        "BLURRED": 2,
        "DARK": 4,
        "LOW_CONFIDENCE": 8,
        "TURNED_AWAY": 16,
        "CUT_OFF": 32,
        "OCCLUDED": 64,
        "OVEREXPOSED": 128,
        "STILL": 256,
    }


def test_reasons_are_named_lowest_bit_first() -> None:
    assert (QualityFlag.DARK | QualityFlag.SMALL).names() == ("small", "dark")
    assert USABLE.names() == ()


def test_a_face_counts_only_when_scored_and_without_a_reason_against_it() -> None:
    assert Observation(1, BOX, 0.9, USABLE, EVEN).usable
    assert not Observation(1, BOX, 0.9, USABLE, None).usable
    assert not Observation(1, BOX, 0.9, QualityFlag.DARK, EVEN).usable
