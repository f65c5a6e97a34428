"""Weights a person may edit and a session keeps; definitions found again by the name a session stored."""

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from model.engagement.definitions import DEFAULT, DEFINITIONS, GAZE, Definition
from model.errors import EngagementError


def definition_or_default(name: str | None) -> tuple[Definition, str | None]:
    """The definition a session stored, and a sentence about the trouble if it is not known any more.

    A session from before definitions were stored (None) reads as the default without a word.
    """
    if name is None or name in DEFINITIONS:
        return DEFINITIONS.get(name or DEFAULT.name, DEFAULT), None
    return DEFAULT, (
        f'This session was kept under the definition "{name}", which this version does not know; '
        f'it is shown as "{DEFAULT.title}".'
    )


def checked_weights(definition: Definition, given: Mapping[str, Any]) -> dict[str, float]:
    """`given` as plain numbers in the definition's own order, ready to be computed with and stored as JSON.

    Raises EngagementError for a missing or unknown weight, one that is no finite number, negative, or
    outside -1..1 where negative ones are allowed, and for weights of one kind that are all zero.
    """
    _check_names(definition, given)
    weights = {name: _checked(definition, name, given[name]) for name in definition.weights}
    for kind, names in _kinds(weights):
        if not any(weights[name] for name in names):
            raise EngagementError(
                f"{definition.title}: all {kind}weights are zero; at least one must be {_wanted(definition)}"
            )
    return weights


def weights_or_default(
    definition: Definition, given: Mapping[str, Any] | None
) -> tuple[dict[str, float], str | None]:
    """The weights a session stored, and a sentence about the trouble if they cannot be used.

    None reads as the definition's own.
    """
    if given is None:
        return dict(definition.weights), None
    try:
        return checked_weights(definition, given), None
    except EngagementError as error:
        return dict(
            definition.weights
        ), f"The stored weights cannot be used; the published ones are. ({error})"


def _check_names(definition: Definition, given: Mapping[str, Any]) -> None:
    if not isinstance(given, Mapping):
        raise EngagementError(f"{definition.title}: wanted weights by name, got {given!r}")
    missing = [name for name in definition.weights if name not in given]
    unknown = [str(name) for name in given if name not in definition.weights]
    if missing or unknown:
        parts = [f"missing {', '.join(missing)}"] * bool(missing) + [f"unknown {', '.join(unknown)}"] * bool(
            unknown
        )
        raise EngagementError(
            f"{definition.title}: weights {' and '.join(parts)}; wanted {', '.join(definition.weights)}"
        )


def _checked(definition: Definition, name: str, value: Any) -> float:
    number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else float("nan")
    allowed = -1 <= number <= 1 if definition.signed else number >= 0
    if not isfinite(number) or not allowed:
        wanted = "a number in -1..1" if definition.signed else "a number, 0 or more"
        raise EngagementError(f"{definition.title}, weight {name}: wanted {wanted}, got {value!r}")
    return float(number)


def _kinds(weights: Iterable[str]) -> list[tuple[str, list[str]]]:
    """The weights of the sum, and those that multiply it by gaze; each needs one that is not zero."""
    names = list(weights)
    gaze = [name for name in names if name.startswith(GAZE)]
    kinds = [("", [name for name in names if name not in gaze])]
    return kinds + [("gaze ", gaze)] * bool(gaze)


def _wanted(definition: Definition) -> str:
    return "different from 0" if definition.signed else "above 0"
