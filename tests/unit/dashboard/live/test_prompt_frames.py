"""A video frame is given out with its last packet, whatever order, loss and padding there are."""

import random

import pytest
from aiortc import rtcrtpreceiver
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live.prompt_frames import PromptJitterBuffer, deliver_promptly


def packet(number: int, timestamp: int, data: bytes, *, last: bool = False) -> RtpPacket:
    made = RtpPacket(sequence_number=number % 65536, timestamp=timestamp, marker=int(last))
    made._data = data  # type: ignore[attr-defined]
    return made


def stream(sizes: list[int], first: int = 0) -> list[RtpPacket]:
    """Frames of so many packets each; a packet's data is b"frame.part "."""
    packets: list[RtpPacket] = []
    for frame, size in enumerate(sizes):
        for part in range(size):
            data = f"{frame}.{part} ".encode()
            packets.append(packet(first + len(packets), 3000 * frame, data, last=part == size - 1))
    return packets


def given_out(buffer: JitterBuffer, packets: list[RtpPacket]) -> list[bytes]:
    found = [buffer.add(one)[1] for one in packets]
    return [frame.data for frame in found if frame is not None]


def video() -> PromptJitterBuffer:
    return PromptJitterBuffer(capacity=128, is_video=True)


def test_a_frame_leaves_with_its_own_last_packet_and_not_with_the_next_frame() -> None:
    assert given_out(video(), stream([3])) == [b"0.0 0.1 0.2 "]
    assert given_out(JitterBuffer(capacity=128, is_video=True), stream([3])) == []


@given(sizes=st.lists(st.integers(1, 6), min_size=1, max_size=20), first=st.integers(0, 65535))
def test_in_order_every_frame_is_whole_and_comes_once(sizes: list[int], first: int) -> None:
    whole = [b"".join(f"{f}.{p} ".encode() for p in range(n)) for f, n in enumerate(sizes)]
    assert given_out(video(), stream(sizes, first)) == whole


@given(sizes=st.lists(st.integers(1, 5), min_size=6, max_size=20), seed=st.integers(0, 1000))
def test_packets_that_overtake_each_other_mix_no_frames_and_keep_their_order(
    sizes: list[int], seed: int
) -> None:
    packets, chance = stream(sizes), random.Random(seed)
    for i in range(1, len(packets) - 1):
        if chance.random() < 0.3:
            packets[i], packets[i + 1] = packets[i + 1], packets[i]
    frames = given_out(video(), packets)
    whole = [b"".join(f"{f}.{p} ".encode() for p in range(n)) for f, n in enumerate(sizes)]
    assert frames == [one for one in whole if one in frames] and frames


def test_a_packet_that_comes_late_holds_its_frame_back_until_it_is_there() -> None:
    packets = stream([1, 3, 1])
    assert given_out(video(), [*packets[:2], packets[3]]) == [b"0.0 "]
    assert given_out(video(), [*packets[:2], packets[3], packets[2]]) == [b"0.0 ", b"1.0 1.1 1.2 "]


def test_padding_after_the_mark_is_no_frame_of_its_own() -> None:
    first, second = packet(0, 0, b"picture", last=True), packet(3, 3000, b"next", last=True)
    padding = [packet(1, 0, b""), packet(2, 0, b"")]
    assert given_out(video(), [first, *padding, second]) == [b"picture", b"next"]


def test_without_its_mark_a_frame_leaves_with_the_next_one_as_before() -> None:
    unmarked = [packet(0, 0, b"a"), packet(1, 0, b"b"), packet(2, 3000, b"c", last=True)]
    assert given_out(video(), unmarked)[0] == b"ab"


def test_a_packet_sent_twice_changes_nothing() -> None:
    packets = stream([2, 2])
    assert given_out(video(), [*packets, *packets]) == [b"0.0 0.1 ", b"1.0 1.1 "]


@pytest.mark.parametrize("size", [1, 3])
def test_sound_is_left_as_it_was(size: int) -> None:
    packets = stream([size] * 12)
    own = given_out(PromptJitterBuffer(capacity=16, prefetch=4), packets)
    assert own == given_out(JitterBuffer(capacity=16, prefetch=4), packets)


def test_connections_use_it_once_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rtcrtpreceiver, "JitterBuffer", JitterBuffer)
    deliver_promptly()
    assert rtcrtpreceiver.__dict__["JitterBuffer"] is PromptJitterBuffer
