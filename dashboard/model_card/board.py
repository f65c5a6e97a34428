"""The card's scoreboard, for people: every set of faces, every head, and other people's networks."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from dashboard.wording import PERCENT, counted
from model.card import ModelCard

HEAD_TITLES = {"people": "Shown: what people say", "fer2013": "By FER2013's labels"}
FEWEST_FACES = 10


@dataclass(frozen=True, slots=True)
class Board:
    """`sets`: a row for each set, with set, n and people, then for each network by its title the share named
    right (mean recall where the set names people, 0..1) and its interval as text. `groups`: set, group, n,
    kept, low and high: of neutral faces the share called neutral, shares 0..1. `curves`: set, coverage and
    accuracy, shares 0..1, of the network that is shown. `networks`: their titles, the shown one first."""

    sets: pd.DataFrame
    groups: pd.DataFrame
    curves: pd.DataFrame
    networks: tuple[str, ...]
    notes: tuple[str, ...]
    command: str


def board_of(card: ModelCard) -> Board | None:
    """The card's scoreboard, or None if it has none that can be read."""
    found = card.scoreboard
    try:
        rows = found["rows"]
        names = tuple(rows[0]["by"])
        board = Board(
            pd.DataFrame([_set_row(row) for row in rows]),
            pd.DataFrame([group for row in rows for group in _groups(row, names[0])]),
            pd.DataFrame([point for row in rows for point in _curve(row, names[0])]),
            tuple(title(name) for name in names),
            tuple(map(str, found.get("notes", ()))),
            str(found.get("command", "")),
        )
    except (KeyError, IndexError, TypeError, ValueError, AttributeError):
        return None
    return board


def title(network: str) -> str:
    """A head's name in words; another network's own."""
    return HEAD_TITLES.get(network, network)


def board_finding(board: Board) -> str:
    """Where the shown head is best and where worst."""
    ranked = board.sets.sort_values(board.networks[0])
    worst, best = ranked.iloc[0], ranked.iloc[-1]
    first = board.networks[0]
    return (
        f"Best on {best['set']} ({best[first] * 100:.0f}{PERCENT}), worst on {worst['set']} "
        f"({worst[first] * 100:.0f}{PERCENT}) of {counted(len(ranked), 'reading', 'readings')}"
    )


def groups_finding(groups: pd.DataFrame) -> str:
    """Whose neutral faces are most and least often called something else."""
    ranked = groups.sort_values("kept")
    worst, best = ranked.iloc[0], ranked.iloc[-1]
    return (
        f"Neutral faces called something else: {100 * (1 - worst['kept']):.0f}{PERCENT} of group "
        f"{worst['group']}, {100 * (1 - best['kept']):.0f}{PERCENT} of group {best['group']}"
    )


def _set_row(row: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"set": str(row["set"]), "n": int(row["n"]), "people": row.get("subjects")}
    for network, figures in row["by"].items():
        by_person = "mean_recall_ci95" in figures
        low, high = figures["mean_recall_ci95" if by_person else "ci95"]
        told[title(network)] = float(figures["mean_recall" if by_person else "accuracy"])
        told[f"{title(network)}: interval"] = f"{low * 100:.0f} to {high * 100:.0f}{PERCENT}"
    return told


def _groups(row: dict[str, Any], network: str) -> list[dict[str, Any]]:
    """Of a set that has nothing but neutral faces."""
    figures = row["by"][network]
    if list(figures["recall"]) != ["neutral"]:
        return []
    return [
        {"set": row["set"], "group": name, "n": g["n"], "kept": g["accuracy"]}
        | dict(zip(("low", "high"), g["ci95"], strict=True))
        for name, g in sorted(figures["groups"].items())
        if g["n"] >= FEWEST_FACES
    ]


def _curve(row: dict[str, Any], network: str) -> list[dict[str, Any]]:
    points = row["by"][network].get("coverage", ())
    return [{"set": row["set"], "coverage": share, "accuracy": right} for share, right in points]
