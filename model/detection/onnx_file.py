"""Nodes and weights of an ONNX file: the few fields of its protocol buffer that a converter needs.

Field numbers are those of onnx.proto3 (Open Neural Network Exchange, IR version 6). The package `onnx` would
be a dependency of 40 MB for this.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRAPH = 7
NODE, INITIALIZER = 1, 5
INPUT, OUTPUT, OPERATOR, ATTRIBUTE = 1, 2, 4, 5
NAME_OF_ATTRIBUTE, NUMBER, NUMBERS = 1, 3, 8
DIMENSION, DATA_TYPE, NAME_OF_TENSOR, RAW_DATA = 1, 2, 8, 9
DTYPES = {1: np.float32, 7: np.int64}

VARINT, FIXED_64, SIZED, FIXED_32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class Node:
    """One operation. `numbers`: its whole-numbered attributes, as strides and pads are."""

    operator: str
    inputs: tuple[str, ...]
    output: str
    numbers: dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Graph:
    """Operations in the order in which they can run, and the weights by name."""

    nodes: tuple[Node, ...]
    weights: dict[str, NDArray[Any]]


def read_graph(content: bytes) -> Graph:
    """The graph of an ONNX file. Raises ValueError where the content is none or cut short."""
    try:
        [graph] = (value for field, value in _fields(content) if field == GRAPH)
        parts = list(_fields(graph))
        nodes = tuple(_node(value) for field, value in parts if field == NODE)
        weights = dict(_weight(value) for field, value in parts if field == INITIALIZER)
    except (LookupError, TypeError, ValueError) as error:
        raise ValueError(f"not an ONNX file: {error}") from None
    return Graph(nodes, weights)


def _node(content: bytes) -> Node:
    parts = list(_fields(content))
    [output] = _texts(parts, OUTPUT)
    [operator] = _texts(parts, OPERATOR)
    numbers = dict(_attribute(value) for field, value in parts if field == ATTRIBUTE)
    return Node(operator, tuple(_texts(parts, INPUT)), output, numbers)


def _attribute(content: bytes) -> tuple[str, tuple[int, ...]]:
    parts = list(_fields(content))
    [name] = _texts(parts, NAME_OF_ATTRIBUTE)
    return name, tuple(value for field, value in parts if field in (NUMBER, NUMBERS))


def _weight(content: bytes) -> tuple[str, NDArray[Any]]:
    parts = list(_fields(content))
    [name] = _texts(parts, NAME_OF_TENSOR)
    shape = [value for field, value in parts if field == DIMENSION]
    [dtype] = (DTYPES[value] for field, value in parts if field == DATA_TYPE)
    [raw] = (value for field, value in parts if field == RAW_DATA)
    return name, np.frombuffer(raw, np.dtype(dtype).newbyteorder("<")).reshape(shape)


def _texts(parts: list[tuple[int, Any]], wanted: int) -> list[str]:
    return [value.decode() for field, value in parts if field == wanted]


def _fields(content: bytes) -> Iterator[tuple[int, Any]]:
    """Number and value of each field: an int, or bytes."""
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        kind = key & 7
        if kind == VARINT:
            value, at = _varint(content, at)
            yield key >> 3, value
            continue
        if kind == SIZED:
            size, at = _varint(content, at)
        else:
            size = {FIXED_64: 8, FIXED_32: 4}[kind]
        if at + size > len(content):
            raise IndexError(f"wanted {size} bytes at {at} of {len(content)}")
        yield key >> 3, content[at : at + size]
        at += size


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """A number written in groups of seven bits, the lowest first, and where the next field begins."""
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
