"""Figures measured after an export, written into an artifact's card."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from model.card import CARD_FILE, ModelCard, load_card
from model.evaluation import OtherData, Robustness


def record_other_data(folder: Path, name: str, entry: OtherData) -> ModelCard:
    """Puts `entry` under other_data[`name`], in place of an older one. Raises ArtifactError."""
    card = load_card(folder)
    return _written(folder, replace(card, other_data=card.other_data | {name: entry.as_json()}))


def record_robustness(folder: Path, entry: Robustness) -> ModelCard:
    """Puts the figures of `training.robustness` into the card. Raises ArtifactError."""
    return _written(folder, replace(load_card(folder), robustness=entry.as_json()))


def record_card(folder: Path, card: ModelCard) -> ModelCard:
    """Puts `card` in the place of the folder's. Raises ArtifactError."""
    return _written(folder, card)


def record_scoreboard(folder: Path, entry: dict[str, Any]) -> ModelCard:
    """Puts the table of `training.scoreboard` into the card. Raises ArtifactError."""
    return _written(folder, replace(load_card(folder), scoreboard=entry))


def record_own_neutral(folder: Path, entry: dict[str, Any]) -> ModelCard:
    """Puts what `training.own_neutral` measured into the card. Raises ArtifactError."""
    return _written(folder, replace(load_card(folder), own_neutral=entry))


def _written(folder: Path, card: ModelCard) -> ModelCard:
    """Written beside, then renamed, so that a reader finds the old card or the new one."""
    beside = folder / f".{CARD_FILE}.part"
    beside.write_text(card.to_json(), encoding="utf-8")
    beside.replace(folder / CARD_FILE)
    return load_card(folder)


def portable(path: Path) -> str:
    """A path as a command in the card should show it: from the project's root, or the name alone."""
    root = Path(__file__).resolve().parents[1]
    resolved = path.resolve()
    return resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else path.name
