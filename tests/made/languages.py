"""What a meeting says, in several languages: made texts of about sixty words, from the file beside."""

from pathlib import Path

_LINES = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
_TEXTS = [(name, text) for name, _, text in (line.partition("\t") for line in _LINES)]
ENGLISH = tuple(text for name, text in _TEXTS if name == "English")
FOREIGN = {name: text for name, text in _TEXTS if name != "English"}
