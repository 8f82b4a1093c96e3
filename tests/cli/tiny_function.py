"""A small Python function as a user writes one: the text of a module, with an end of choice."""

BODY = """
import keras
from keras import layers


def build(depth, width, resolution=32, classes=10):
    x = image = keras.Input((resolution, resolution, 3))
    channels = max(1, round(120 * width))
    x = layers.Conv2D(channels, 3, 2, padding="same", use_bias=False)(x)
    for _ in range(max(1, round(6 * depth))):
        y = layers.Conv2D(channels, 3, padding="same", use_bias=False)(x)
        x = layers.Add()([x, layers.ReLU()(layers.BatchNormalization()(y))])
"""


def module(*end: str) -> str:
    """The module's text; `end` are the last lines of `build`, from the features `x`."""
    return BODY + "".join(f"    {line}\n" for line in end)
