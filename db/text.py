"""What a person typed, made safe to keep: bounded, without control characters."""


def one_line(text: str, limit: int) -> str:
    """`text` as one trimmed line of at most `limit` characters; a longer one ends in an ellipsis."""
    return _cut(" ".join(_printable(text).split()), limit)


def note(text: str, limit: int) -> str:
    """`text` with its line breaks, trimmed, at most `limit` characters."""
    lines = (" ".join(_printable(line).split()) for line in text.splitlines())
    return _cut("\n".join(lines).strip(), limit)


def _printable(text: str) -> str:
    # Joiners and variation selectors are not "printable" to Python, but emoji and many scripts need them.
    kept = (c if c.isprintable() or ord(c) in (0x200C, 0x200D) or c >= "\U000e0020" else " " for c in text)
    return "".join(kept).encode("utf-8", "replace").decode("utf-8")


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
