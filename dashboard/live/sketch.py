"""Where everybody is in the picture, as a sketch: who P5 is, without the picture of them."""

from html import escape

from dashboard.running.people_now import PeopleNow
from dashboard.wording import person_name

Box = tuple[float, float, float, float]


def sketch_html(now: PeopleNow, size_px: tuple[int, int] | None) -> str:
    """The picture's frame, `size_px` wide and high, with a named box for everybody lately in view; empty
    without anybody, and where individuals are hidden."""
    if size_px is None or now.reading.group_only:
        return ""
    boxes = {person: seen.box for seen in now.seen if (person := now.person(seen)) is not None}
    boxes = {person: boxes[person] for person in sorted(boxes) if person not in now.who.excluded}
    if not boxes:
        return ""
    names = {person: person_name(now.who.name_of(person), person) for person in boxes}
    drawn = "".join(_box(box, names[person], size_px) for person, box in boxes.items())
    told = ", ".join(f"{names[person]} {_place(box, size_px[0])}" for person, box in boxes.items())
    return (
        f'<div class="lv-sketch" style="aspect-ratio:{size_px[0]}/{size_px[1]}" role="img" '
        f'aria-label="Where they are in the picture: {escape(told)}">{drawn}</div>'
    )


def _box(box: Box, name: str, size_px: tuple[int, int]) -> str:
    (left, top, right, bottom), (width, height) = box, size_px
    place = {"left": left / width, "top": top / height}
    place |= {"width": (right - left) / width, "height": (bottom - top) / height}
    style = ";".join(f"{side}:{share:.1%}" for side, share in place.items())
    return f'<span style="{style}">{escape(name)}</span>'


def _place(box: Box, width: int) -> str:
    middle = (box[0] + box[2]) / 2 / max(width, 1)
    return "on the left" if middle < 1 / 3 else "on the right" if middle > 2 / 3 else "in the middle"
