"""The layers of our Keras models in the order of the blocks, which is not Keras's own."""

import re

import keras

_NAME = re.compile(r"block(\d+)_.*?_(shortcut_)?(\d+)_")


def with_weights(model: keras.Model) -> list[keras.Layer]:
    """The layers that hold weights, block after block, a shortcut's before its branch's.

    Keras sorts layers by their distance from the output, so that of two branches it takes one of
    each in turn.
    """
    return sorted((layer for layer in model.layers if layer.weights), key=_place)


def trainable(model: keras.Model) -> list[keras.Variable]:
    return [weight for layer in with_weights(model) for weight in layer.trainable_weights]


def statistics(model: keras.Model) -> list[keras.Variable]:
    return [weight for layer in with_weights(model) for weight in layer.non_trainable_weights]


def _place(layer: keras.Layer) -> tuple[int, bool, int]:
    found = _NAME.match(layer.name)
    assert found, layer.name
    block, shortcut, index = found.groups()
    return int(block), not shortcut, int(index)
