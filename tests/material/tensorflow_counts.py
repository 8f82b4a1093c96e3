"""Multiply-accumulates of any Keras model, read off the graph that TensorFlow makes of it.

An outside count: of what TensorFlow will run, for a batch of one, and not of what layers say. It
has products and convolutions alone; additions of biases are none.
"""

from math import prod
from typing import Any

import keras
import tensorflow as tf


def macs(model: keras.Model) -> int:
    """Of one image. Loops must be unrolled. Raises NotImplementedError for one that is not."""
    specs = [
        tf.TensorSpec((1, *each.shape[1:]), each.dtype) for each in keras.tree.flatten(model.inputs)
    ]

    @tf.function(autograph=False)
    def forward(*inputs: Any) -> Any:
        structure = keras.tree.pack_sequence_as(model.input, list(inputs))
        return model(structure, training=False)

    graph = forward.get_concrete_function(*specs).graph
    return sum(_macs(each) for each in _needed(graph.outputs))


def _needed(outputs: list[Any]) -> list[Any]:
    """The operations that the outputs come from. TensorFlow drops the others."""
    found, waiting = {}, [each.op for each in outputs]
    while waiting:
        operation = waiting.pop()
        if operation.name not in found:
            found[operation.name] = operation
            waiting += [each.op for each in operation.inputs]
    return list(found.values())


def _macs(operation: Any) -> int:
    shapes = [tuple(each.shape) for each in operation.inputs if each.shape.rank is not None]
    made = [tuple(each.shape) for each in operation.outputs if each.shape.rank is not None]
    match operation.type:
        case "MatMul":
            return prod(made[0]) * shapes[0][0 if operation.get_attr("transpose_a") else 1]
        case "BatchMatMulV2" | "BatchMatMul":
            return prod(made[0]) * shapes[0][-2 if operation.get_attr("adj_x") else -1]
        case "Einsum":
            terms = operation.get_attr("equation").decode().partition("->")[0].split(",")
            if len(terms) == 1 or "..." in terms[0]:
                raise NotImplementedError(str(terms))
            sizes: dict[str, int] = {}
            for term, shape in zip(terms, shapes, strict=True):
                sizes |= dict(zip(term, shape, strict=True))
            return prod(sizes.values())
        case "Conv2D" | "Conv3D":
            return prod(made[0]) * prod(shapes[1][:-1])
        case "DepthwiseConv2dNative":
            return prod(made[0]) * prod(shapes[1][:2])
        case "Conv2DBackpropInput" | "Conv3DBackpropInputV2":
            return prod(shapes[-1]) * prod(shapes[1][:-1])
        case "While" | "StatelessWhile" | "PartitionedCall" | "StatefulPartitionedCall":
            raise NotImplementedError(operation.type)
        case _:
            return 0
