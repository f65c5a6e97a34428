"""Writes a LiteRT network file (.tflite), operation by operation, with the schema that LiteRT brings.

Tensors are (1, H, W, C) float32. Sizes written are those of one input; LiteRT works all of them out anew
when the input is resized, for no operation here holds a size.
"""

from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

Operator, Options, Type = schema.BuiltinOperator, schema.BuiltinOptions, schema.TensorType
Shape = tuple[int, int, int]

SCHEMA_VERSION, FILE_IDENTIFIER = 3, b"TFL3"
LAST_CODE_OF_OLD = 127


class NetworkWriter:
    """A network of one uint8 image. Tensors are numbers that its methods give out."""

    def __init__(self, height: int, width: int, channels: int) -> None:
        self._buffers: list[Any] = [schema.BufferT()]
        self._tensors: list[Any] = []
        self._operators: list[Any] = []
        self._codes: dict[int, int] = {}
        self._shapes: dict[int, Shape] = {}
        self._given = self._tensor((1, height, width, channels), Type.UINT8)
        quantization = schema.QuantizationParametersT()
        quantization.scale, quantization.zeroPoint = [1.0], [0]
        self._tensors[self._given].quantization = quantization
        shape = (height, width, channels)
        self.image = self._add(
            Operator.DEQUANTIZE, Options.DequantizeOptions, schema.DequantizeOptionsT(), [self._given], shape
        )
        """The given image as float32, 0..255."""

    def convolution(
        self, source: int, kernels: NDArray[np.float32], bias: NDArray[np.float32], stride: int, relu: bool
    ) -> int:
        """kernels (out, in, k, k), or (n, 1, k, k) for one kernel a channel of `source`, as ONNX has them.

        A stride of 1 keeps the size, the edge padded with 0; any other pads nothing.
        """
        height, width, channels = self._shapes[source]
        count, _, side, _ = kernels.shape
        options: Any
        if count == channels and kernels.shape[1] == 1:
            options, kind = schema.DepthwiseConv2DOptionsT(), Options.DepthwiseConv2DOptions
            options.depthMultiplier = 1
            code, weights = Operator.DEPTHWISE_CONV_2D, kernels[:, 0].transpose(1, 2, 0)[None]
        else:
            options, kind = schema.Conv2DOptionsT(), Options.Conv2DOptions
            code, weights = Operator.CONV_2D, kernels.transpose(0, 2, 3, 1)
        _set_window(options, stride, "SAME" if stride == 1 else "VALID")
        options.dilationWFactor = options.dilationHFactor = 1
        options.fusedActivationFunction = int(relu) * schema.ActivationFunctionType.RELU
        lost = 0 if stride == 1 else side - stride
        shape = ((height - lost) // stride, (width - lost) // stride, count)
        return self._add(code, kind, options, [source, self._constant(weights), self._constant(bias)], shape)

    def halved(self, source: int) -> int:
        """The largest of every 2 x 2."""
        height, width, channels = self._shapes[source]
        options = schema.Pool2DOptionsT()
        _set_window(options, 2, "VALID")
        options.filterWidth = options.filterHeight = 2
        shape = (height // 2, width // 2, channels)
        return self._add(Operator.MAX_POOL_2D, Options.Pool2DOptions, options, [source], shape)

    def doubled(self, source: int) -> int:
        """Every value four times, as 2 x 2: four copies as channels, laid out in space.

        LiteRT's own nearest-neighbour resizing holds the size it gives, and runs outside XNNPACK.
        """
        height, width, channels = self._shapes[source]
        join, spread = schema.ConcatenationOptionsT(), schema.DepthToSpaceOptionsT()
        join.axis, spread.blockSize = 3, 2
        copies = self._add(
            Operator.CONCATENATION,
            Options.ConcatenationOptions,
            join,
            [source] * 4,
            (height, width, 4 * channels),
        )
        shape = (2 * height, 2 * width, channels)
        return self._add(Operator.DEPTH_TO_SPACE, Options.DepthToSpaceOptions, spread, [copies], shape)

    def total(self, one: int, other: int) -> int:
        """Both added."""
        options = schema.AddOptionsT()
        return self._add(Operator.ADD, Options.AddOptions, options, [one, other], self._shapes[one])

    def file(self, outputs: list[int]) -> bytes:
        """The content of the file."""
        graph, model = schema.SubGraphT(), schema.ModelT()
        graph.tensors, graph.operators = self._tensors, self._operators
        graph.inputs, graph.outputs = [self._given], outputs
        model.version, model.buffers, model.subgraphs = SCHEMA_VERSION, self._buffers, [graph]
        model.operatorCodes = [_operator_code(code) for code in self._codes]
        builder = flatbuffers.Builder()
        builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
        return bytes(builder.Output())

    def _add(self, code: int, kind: int, options: object, inputs: list[int], shape: Shape) -> int:
        result = self._tensor((1, *shape), Type.FLOAT32)
        self._shapes[result] = shape
        operator = schema.OperatorT()
        operator.opcodeIndex = self._codes.setdefault(code, len(self._codes))
        operator.inputs, operator.outputs = inputs, [result]
        operator.builtinOptionsType, operator.builtinOptions = kind, options
        self._operators.append(operator)
        return result

    def _constant(self, values: NDArray[np.float32]) -> int:
        buffer = schema.BufferT()
        buffer.data = np.frombuffer(np.ascontiguousarray(values, "<f4").tobytes(), np.uint8)
        self._buffers.append(buffer)
        number = self._tensor(values.shape, Type.FLOAT32)
        self._tensors[number].buffer = len(self._buffers) - 1
        return number

    def _tensor(self, shape: tuple[int, ...], kind: int) -> int:
        tensor = schema.TensorT()
        tensor.shape, tensor.type, tensor.buffer = list(shape), kind, 0
        tensor.name = str(len(self._tensors))
        self._tensors.append(tensor)
        return len(self._tensors) - 1


def _set_window(options: Any, stride: int, padding: str) -> None:
    options.strideW = options.strideH = stride
    options.padding = getattr(schema.Padding, padding)


def _operator_code(code: int) -> Any:
    result = schema.OperatorCodeT()
    result.builtinCode, result.version = code, 1
    result.deprecatedBuiltinCode = min(code, LAST_CODE_OF_OLD)
    return result
