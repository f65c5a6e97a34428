"""A part of a card's JSON as a frozen dataclass: what is missing or wrong is said, not raised."""

from collections.abc import Hashable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

Part = TypeVar("Part")
LONGEST_SHOWN = 40
WANTED = {
    "float": "a number",
    "int": "a whole number",
    "string": "text",
    "tuple": "a list",
    "dict": "an object of names and values",
    "dataclass": "an object of names and values",
}
"""By the first word of pydantic's kind of error, such as "float_parsing"."""


def read_part(kind: type[Part], found: Any, where: str) -> tuple[Part | None, tuple[str, ...]]:
    """`found` as the dataclass `kind`, and a sentence on each thing that is missing or wrong, from `where`.

    A wrong value of a field that has a default is left out; without one the part is None, as for an empty
    `found`, which is no fault. Unknown names are ignored: a newer card may have them.
    """
    if found == {}:
        return None, ()
    adapter: TypeAdapter[Part] = _adapter(cast("Hashable", kind))
    try:
        return adapter.validate_python(found), ()
    except ValidationError as error:
        problems = error.errors(include_url=False)
    faults = tuple(dict.fromkeys(f"{where}: {_said(problem)}" for problem in problems))
    wrong = {problem["loc"][0] if problem["loc"] else None for problem in problems}
    if not isinstance(found, Mapping) or not wrong <= _optional(kind):
        return None, faults
    kept = {name: value for name, value in found.items() if name not in wrong}
    return adapter.validate_python(kept), faults


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _optional(kind: Any) -> set[Any]:
    return {
        each.name
        for each in fields(kind)
        if each.default is not MISSING or each.default_factory is not MISSING
    }


def _said(problem: Any) -> str:
    place, kind, message = ".".join(map(str, problem["loc"])), problem["type"], problem["msg"]
    if kind == "missing":
        return f"{place} is missing"
    if kind == "value_error":
        return f"{place}: {message.removeprefix('Value error, ')}"
    wanted = WANTED.get(kind.split("_")[0], message.removeprefix("Input should be "))
    shown = repr(problem["input"])
    shown = shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}..."
    return f"{place}: wanted {wanted}, got {shown}".removeprefix(": ")
