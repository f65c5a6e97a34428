"""Events in words."""

from model.behaviour.events import Event, EventKind


def event_sentence(event: Event, person: str = "Someone") -> str:
    """What happened, in words; `person` is the name of whose event it is."""
    length_s = ((event.end_ms or event.start_ms) - event.start_ms) / 1000
    if event.kind is EventKind.GROUP_FALL:
        within = f" within {length_s:.0f} s" if event.end_ms else ""
        return f"The group's line fell by {event.value:.0f} points{within}."
    if event.kind is EventKind.LAUGHTER:
        return f"Smiles or laughter together: {event.value:.0%} of the people seen."
    if event.kind is EventKind.NOD:
        return f"{person} nodded."
    what = "looked away" if event.kind is EventKind.AWAY else "had the eyes closed"
    return f"{person} {what} for {'' if event.end_ms else 'more than '}{event.value:.0f} s."
