"""YuNet on LiteRT: the ONNX file's weights as a LiteRT network, written in memory when the program loads it.

Writing takes 10 ms, so nothing is kept on disk. Per image it takes less than half the time of OpenCV's
engine, and its answers differ by float32's rounding (tests/unit/model/detection/test_engines.py).
"""

from collections import OrderedDict
from functools import lru_cache

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from model.detection.litert_file import NetworkWriter
from model.detection.onnx_file import Graph, Node, read_graph
from model.detection.yunet_rows import OUTPUTS, STRIDES, candidates, strongest
from model.faces import Floats
from model.images import Image

KEPT_SIZES = 2
"""Image sizes for which memory stays laid out, 20 to 35 MB each: laying it out costs half a detection."""

FIRST_SIZE_PX = 64


class LiteRTEngine:
    """Not thread-safe. Raises ValueError or RuntimeError where LiteRT cannot run the network."""

    name = "litert"

    def __init__(self, onnx: bytes, min_confidence: float, threads: int = 1) -> None:
        self._file, self._threads = litert_yunet(onnx), threads
        self._min_confidence = min_confidence
        self._sized: OrderedDict[tuple[int, int], _SizedNetwork] = OrderedDict()
        self._of_size(FIRST_SIZE_PX, FIRST_SIZE_PX)  # what cannot run at all is told here

    def rows(self, image: Image) -> Floats:
        """(n, 15) float32 as OpenCV's FaceDetectorYN gives them: x, y, width, height, five points, score."""
        maps = self._of_size(image.shape[0], image.shape[1]).run(image)
        return strongest(candidates(maps, self._min_confidence), self._min_confidence)

    def _of_size(self, height: int, width: int) -> "_SizedNetwork":
        key = height, width
        if key not in self._sized:
            self._sized[key] = _SizedNetwork(self._file, height, width, self._threads)
            if len(self._sized) > KEPT_SIZES:
                self._sized.popitem(last=False)
        self._sized.move_to_end(key)
        return self._sized[key]


class _SizedNetwork:
    """An interpreter laid out for images of one size, padded with black to whole cells."""

    def __init__(self, content: bytes, height: int, width: int, threads: int) -> None:
        cell = STRIDES[-1]
        # One row and column before the image: ONNX pads a stride of 2 there, LiteRT's own padding behind.
        self._padded = np.zeros((1, 1 + -(-height // cell) * cell, 1 + -(-width // cell) * cell, 3), np.uint8)
        self._interpreter = Interpreter(model_content=content, num_threads=threads)
        [given] = self._interpreter.get_input_details()
        self._input = given["index"]
        self._interpreter.resize_tensor_input(self._input, self._padded.shape)
        self._interpreter.allocate_tensors()
        self._outputs = [output["index"] for output in self._interpreter.get_output_details()]

    def run(self, image: Image) -> list[Floats]:
        """(rows, columns, OUTPUTS) for each of STRIDES."""
        self._padded[0, 1 : 1 + image.shape[0], 1 : 1 + image.shape[1]] = image
        self._interpreter.set_tensor(self._input, self._padded)
        self._interpreter.invoke()
        return [self._interpreter.get_tensor(index)[0] for index in self._outputs]


@lru_cache(maxsize=1)
def litert_yunet(onnx: bytes) -> bytes:
    """The same network for LiteRT, of any input size. Raises ValueError for a file that is not YuNet's.

    Input: (1, H + 1, W + 1, 3) uint8 BGR, the first row and column black, H and W multiples of 32. Outputs:
    for each of STRIDES (1, rows, columns, OUTPUTS), the four heads side by side, before their sigmoid.
    """
    graph = read_graph(onnx)
    writer = NetworkWriter(FIRST_SIZE_PX + 1, FIRST_SIZE_PX + 1, 3)
    tensors = {"input": writer.image}
    activated = {node.inputs[0]: node.output for node in graph.nodes if node.operator == "Relu"}
    for node in graph.nodes:
        if not _is_head(node):
            _translate(node, graph, writer, tensors, activated)
    outputs = [_heads(level, graph, writer, tensors) for level in range(len(STRIDES))]
    return writer.file(outputs)


def _translate(
    node: Node, graph: Graph, writer: NetworkWriter, tensors: dict[str, int], activated: dict[str, str]
) -> None:
    """One operation of the backbone or neck; a ReLU goes into the convolution before it."""
    name = activated.get(node.output, node.output)
    if node.operator == "Conv":
        kernels, bias = (graph.weights[weight] for weight in node.inputs[1:])
        [stride] = set(node.numbers["strides"])
        source = tensors[node.inputs[0]]
        tensors[name] = writer.convolution(source, kernels, bias, stride, node.output in activated)
    elif node.operator == "MaxPool":
        tensors[name] = writer.halved(tensors[node.inputs[0]])
    elif node.operator == "Resize":
        tensors[name] = writer.doubled(tensors[node.inputs[0]])
    elif node.operator == "Add":
        tensors[name] = writer.total(*(tensors[source] for source in node.inputs))
    elif node.operator not in ("Relu", "Transpose", "Reshape", "Sigmoid"):
        raise ValueError(f"not YuNet's network: it has an operation {node.operator}")


HEAD = "bbox_head.multi_level_{}.{}.conv{}.{}"


def _is_head(node: Node) -> bool:
    return node.operator == "Conv" and node.inputs[1].startswith(HEAD.split("{", maxsplit=1)[0])


def _heads(level: int, graph: Graph, writer: NetworkWriter, tensors: dict[str, int]) -> int:
    """All four heads of a level as one pair of convolutions: 16 channels cost less than 1 + 1 + 4 + 10."""
    first = HEAD.format("cls", level, 1, "weight")
    [source] = (node.inputs[0] for node in graph.nodes if first in node.inputs)
    tensor = tensors[source]
    for layer in (1, 2):
        kernels, bias = (
            np.concatenate([graph.weights[HEAD.format(head, level, layer, part)] for head in OUTPUTS])
            for part in ("weight", "bias")
        )
        tensor = writer.convolution(tensor, kernels, bias, 1, False)
    return tensor
