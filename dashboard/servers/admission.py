"""What a host is told before the camera starts, when this server cannot take another session."""

from dataclasses import dataclass

from dashboard.servers.heart import Heart
from db.errors import DatabaseError


@dataclass(frozen=True, slots=True)
class Refusal:
    """`freer`: the address of a server that has room; None: there is none, or it has told none."""

    sentence: str
    freer: str | None = None


def refusal(heart: Heart) -> Refusal | None:
    """Why no session can begin here now; None: one can."""
    load = heart.meter.last
    if load.room is None or load.room > 0:
        return None
    told = f"This server is full: {load.told}. With one more all sessions would be analysed too rarely."
    try:
        other = heart.freer()
    except DatabaseError:
        other = None
    if other is None:
        return Refusal(f"{told} Wait until a session ends, or ask whoever runs Attune for another server.")
    room = "" if other.room is None else f" for {other.room} more" if other.room < 100 else ""
    return Refusal(f"{told} Another server has room{room}.", other.address)
