"""Networks small enough to train in a test, and weights carried between our two forms of them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from scalesearch.config.shipped import load_network
from scalesearch.core.network import Network, Stage


@pytest.fixture(scope="session")
def b0() -> Network:
    return load_network("efficientnet_b0")


@pytest.fixture(scope="session")
def odd() -> Network:
    """No width a multiple of 16, odd pixels all the way down, every kind of block."""
    stages = (
        Stage("conv", 3, 2, 7),
        Stage("mbconv", 3, 1, 7, repeats=1, expand=1, se=0.25),
        Stage("mbconv", 5, 2, 9, repeats=2, expand=3, se=0.25),
        Stage("mbconv", 5, 1, 11, repeats=2, expand=2),
        Stage("mbconv", 3, 2, 10, repeats=2, expand=1.5, se=0.5),
        Stage("conv", 1, 1, 19),
    )
    return Network("odd", stages, 21, 5, drop_connect=0.2, dropout=0.3)


@pytest.fixture(scope="session")
def even() -> Network:
    """Every width a multiple of 16, even pixels, grey images."""
    stages = (
        Stage("conv", 3, 1, 16),
        Stage("mbconv", 3, 1, 16, repeats=1, expand=1, se=0.25),
        Stage("mbconv", 5, 2, 32, repeats=2, expand=2, se=0.25),
        Stage("conv", 1, 1, 48),
    )
    return Network("even", stages, 12, 4, input_channels=1, drop_connect=0.2, dropout=0.3)


@pytest.fixture(scope="session")
def tiny() -> Network:
    """What learns the embedded digits in seconds."""
    stages = (
        Stage("conv", 3, 1, 12),
        Stage("mbconv", 3, 2, 16, repeats=2, expand=2, se=0.25),
        Stage("conv", 1, 1, 32),
    )
    return Network("tiny", stages, 8, 10, input_channels=1, drop_connect=0.2, dropout=0.1)


@pytest.fixture(scope="session")
def pour() -> Callable[[Any, np.ndarray, np.ndarray], None]:
    """A function that fills a Keras model from the training's two vectors.

    Both are in the order of the model's layers: its trainable weights, and its moving statistics.
    """

    def fill(model: Any, vector: np.ndarray, statistics: np.ndarray) -> None:
        for weights, values in (
            (model.trainable_weights, vector),
            (model.non_trainable_weights, statistics),
        ):
            sizes = [int(np.prod(weight.shape)) for weight in weights]
            assert sum(sizes) == len(values)
            parts = np.split(values, np.cumsum(sizes)[:-1])
            for weight, part in zip(weights, parts, strict=True):
                weight.assign(part.reshape(weight.shape))

    return fill
