"""Networks small enough to train in a test, weights carried between our two forms, pictures."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from scalesearch.config.shipped_files import load_network
from scalesearch.core.architecture import Stage
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.resolution import Resolution


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Three classes of ten colour PNGs, 20 x 16 pixels, each of one colour of its own."""
    root = tmp_path / "pictures"
    for c, name in enumerate(("cat", "dog", "fox")):
        (root / name).mkdir(parents=True)
        for i in range(10):
            Image.new("RGB", (20, 16), (80 * c, 20 * i, 7)).save(root / name / f"{i}.png")
    return root


@pytest.fixture(scope="session")
def b0() -> TableNetwork:
    return load_network("efficientnet_b0")


@pytest.fixture(scope="session")
def odd() -> TableNetwork:
    """No width a multiple of 16, odd pixels all the way down, every kind of block."""
    stages = (
        Stage("conv", 3, 2, 7),
        Stage("mbconv", 3, 1, 7, repeats=1, expand=1, se=0.25),
        Stage("mbconv", 5, 2, 9, repeats=2, expand=3, se=0.25),
        Stage("mbconv", 5, 1, 11, repeats=2, expand=2),
        Stage("mbconv", 3, 2, 10, repeats=2, expand=1.5, se=0.5),
        Stage("conv", 1, 1, 19),
    )
    return TableNetwork("odd", stages, 21, 5, drop_connect=0.2, dropout=0.3)


@pytest.fixture(scope="session")
def even() -> TableNetwork:
    """Every width a multiple of 16, even pixels, grey images."""
    stages = (
        Stage("conv", 3, 1, 16),
        Stage("mbconv", 3, 1, 16, repeats=1, expand=1, se=0.25),
        Stage("mbconv", 5, 2, 32, repeats=2, expand=2, se=0.25),
        Stage("conv", 1, 1, 48),
    )
    return TableNetwork("even", stages, 12, 4, input_channels=1, drop_connect=0.2, dropout=0.3)


@pytest.fixture(scope="session")
def separable() -> TableNetwork:
    """MobileNetV1 in little, with odd pixels all the way down."""
    stages = (
        Stage("conv", 3, 2, 7),
        Stage("separable", 3, 1, 9, repeats=1),
        Stage("separable", 5, 2, 16, repeats=2),
        Stage("separable", 3, 2, 11, repeats=1),
    )
    return TableNetwork("separable", stages, 21, 5, activation="relu6", dropout=0.3)


@pytest.fixture(scope="session")
def residual() -> TableNetwork:
    """ResNet in little: a pool, and shortcuts with and without a projection."""
    stages = (
        Stage("conv", 7, 2, 12),
        Stage("max_pool", 3, 2, 0),
        Stage("bottleneck", 3, 1, 12, repeats=2, inner=0.25),
        Stage("bottleneck", 3, 2, 18, repeats=2, inner=0.5),
        Stage("bottleneck", 5, 1, 32, repeats=1, inner=0.5),
    )
    return TableNetwork(
        "residual", stages, 29, 5, activation="relu", drop_connect=0.2, norm_epsilon=1e-5
    )


@pytest.fixture(scope="session")
def symmetric(residual: TableNetwork) -> TableNetwork:
    """The same with every option of Keras's ResNets, and strided blocks that are padded."""
    stages = [replace(stage, stride_first=stage.inner == 0.5) for stage in residual.stages]
    stages.append(Stage("mbconv", 5, 2, 10, repeats=2, expand=2, se=0.5))
    return replace(
        residual, name="symmetric", stages=tuple(stages), padding="symmetric", conv_bias=True
    )


@pytest.fixture(scope="session")
def oblong(odd: TableNetwork) -> TableNetwork:
    """Sides of unlike parity, so that 'same' pads them in unlike ways at every stride."""
    return replace(odd, name="oblong", resolution=Resolution(15, 22))


@pytest.fixture(scope="session")
def portrait(symmetric: TableNetwork) -> TableNetwork:
    return replace(symmetric, name="portrait", resolution=Resolution(37, 18))


@pytest.fixture(scope="session")
def tiny() -> TableNetwork:
    """What learns the embedded digits in seconds."""
    stages = (
        Stage("conv", 3, 1, 12),
        Stage("mbconv", 3, 2, 16, repeats=2, expand=2, se=0.25),
        Stage("conv", 1, 1, 32),
    )
    return TableNetwork("tiny", stages, 8, 10, input_channels=1, drop_connect=0.2, dropout=0.1)


@pytest.fixture(scope="session")
def pour() -> Callable[[Any, np.ndarray, np.ndarray], None]:
    """A function that fills a Keras model from the training's two vectors.

    The first holds its trainable weights, the second its moving statistics.
    """
    import keras_order  # loads Keras

    def fill(model: Any, vector: np.ndarray, statistics: np.ndarray) -> None:
        for weights, values in (
            (keras_order.trainable(model), vector),
            (keras_order.statistics(model), statistics),
        ):
            sizes = [int(np.prod(weight.shape)) for weight in weights]
            assert sum(sizes) == len(values)
            parts = np.split(values, np.cumsum(sizes)[:-1])
            for weight, part in zip(weights, parts, strict=True):
                weight.assign(part.reshape(weight.shape))

    return fill


@pytest.fixture
def portraits(tmp_path: Path) -> Path:
    """Two classes of 24 images, 30 x 20 pixels: bright at the left or at the right edge.

    Beyond what the shape 20 x 20 keeps, everything is alike; here the whole height is kept.
    """
    rng = np.random.default_rng(0)
    root = tmp_path / "portraits"
    for name, at in (("above", 0), ("below", 26)):
        (root / name).mkdir(parents=True)
        for i in range(24):
            pixels = rng.integers(0, 60, (30, 20, 3), np.uint8)
            pixels[at : at + 4] = 255
            Image.fromarray(pixels).save(root / name / f"{i:02}.png")
    return root
