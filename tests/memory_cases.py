"""The trainings whose memory is measured. Imports no TensorFlow: a test holds the model to them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scalesearch.config.profiles import read_profile
from scalesearch.config.recipe import Recipe
from scalesearch.config.shipped_files import load_network
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.memory import SLOTS, Workload
from scalesearch.core.multipliers import with_sizes
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.networks import Network
from scalesearch.core.proxies import shrink
from scalesearch.core.resolution import Resolution

CLASSES = 10
AGAIN = (
    "quick, resolution alone", "quick, depth alone", "cifar10, baseline", "60,000 images",
    "B0, 32 px", "B0, 64 px, averaged", "B0, tiny, 60 blocks", "B0, three times as wide",
    "ResNet-50, tiny", "ResNet-50, 32 px, averaged",
)  # fmt: skip
FUNCTIONS = "tests.benchmarks.memory_functions"


@dataclass(frozen=True, slots=True)
class Case:
    """A training on random images; `stored` is their side in pixels on disk.

    `again`: its process then trains another seed.
    """

    network: Network
    recipe: Recipe
    train: int
    validation: int
    stored: int
    again: bool = False

    @property
    def seeds(self) -> tuple[int, ...]:
        """Those of what its process trains."""
        return (0, 1) if self.again else (0,)

    @property
    def workload(self) -> Workload:
        recipe = self.recipe
        return Workload(
            recipe.batch_size,
            SLOTS[recipe.optimizer],
            recipe.average > 0,
            self.train,
            self.validation,
            Resolution.square(self.stored),
            again=self.again,
        )


def _table(
    base: str,
    pixels: int,
    width: float,
    dropped: int,
    *,
    channels: int = 3,
    depth: float = 1.0,
    classes: int = CLASSES,
    **other: Any,
) -> TableNetwork:
    network = shrink(
        load_network(base),
        resolution=pixels,
        width=width,
        depth=depth,
        drop_strides=dropped,
        classes=classes,
        channels=channels,
    )
    return replace(network, **other)


def _function(name: str, pixels: int, width: float = 1.0, depth: float = 1.0) -> FunctionNetwork:
    return FunctionNetwork(name, f"{FUNCTIONS}:{name}", pixels, CLASSES, depth, width)


def _sgd(batch: int) -> Recipe:
    return Recipe(epochs=1, batch_size=batch, learning_rate=0.001)


def _adamw(batch: int, **other: Any) -> Recipe:
    return Recipe(1, batch, "adamw", learning_rate=0.001, **other)


def _rmsprop(batch: int) -> Recipe:
    return Recipe(1, batch, "rmsprop", learning_rate=1e-4, weight_decay=1e-5, average=0.999)


def cases() -> Mapping[str, Case]:
    """Every case by its name."""
    b0, v1, v2, resnet = "efficientnet_b0", "mobilenet_v1", "mobilenet_v2", "resnet50"
    quick = read_profile("quick").recipe
    cifar = replace(read_profile("cifar10").recipe, epochs=1)
    grey = {"channels": 1}
    half = {"depth": 0.5}
    tiny = _table(b0, 8, 0.05, 2, **grey)
    found = {
        "quick, baseline": Case(_table(b0, 19, 0.16, 2, **grey, **half), quick, 6000, 2000, 64),
        "quick, resolution alone": Case(
            _table(b0, 27, 0.16, 2, **grey, **half), quick, 6000, 2000, 64
        ),
        "quick, depth alone": Case(_table(b0, 19, 0.16, 2, **grey), quick, 6000, 2000, 64),
        "quick, width alone": Case(_table(b0, 19, 0.23, 2, **grey, **half), quick, 6000, 2000, 64),
        "quick, batch 128": Case(
            _table(b0, 19, 0.16, 2, **grey, **half), replace(quick, batch_size=128), 6000, 2000, 64
        ),
        "cifar10, baseline": Case(_table(b0, 19, 0.16, 2, **half), cifar, 6000, 2000, 32),
        "cifar10, depth alone": Case(_table(b0, 19, 0.16, 2), cifar, 4000, 2000, 32),
        "60,000 images": Case(_table(b0, 24, 0.16, 2, **half), quick, 60000, 2000, 32),
        "B0, 32 px": Case(_table(b0, 32, 1, 2), _sgd(64), 768, 500, 32),
        "B0, 32 px, all strides": Case(_table(b0, 32, 1, 0), _sgd(64), 1280, 500, 32),
        "B0, 64 px": Case(_table(b0, 64, 1, 2), _adamw(32), 256, 500, 64),
        "B0, 64 px, averaged": Case(_table(b0, 64, 1, 1), _rmsprop(32), 384, 500, 64),
        "B0, 128 px, half width": Case(_table(b0, 128, 0.5, 0), _sgd(16), 160, 250, 64),
        "B0, 224 px, half width": Case(_table(b0, 224, 0.5, 0), _sgd(8), 48, 32, 224),
        "B0, few images a step": Case(_table(b0, 64, 0.5, 1), _sgd(4), 80, 500, 64),
        "B0, batch 256": Case(_table(b0, 48, 0.3, 1), _rmsprop(256), 1536, 500, 48),
        "B0, 1,000 classes": Case(
            _table(b0, 40, 0.5, 2, classes=1000), _adamw(128), 1024, 2000, 48
        ),
        "B0, gelu": Case(_table(b0, 32, 0.5, 1, activation="gelu"), _adamw(64), 1280, 500, 32),
        "B0, tiny": Case(tiny, _sgd(4), 200, 100, 16),
        "B0, tiny, 60 blocks": Case(
            with_sizes(tiny, (3, 6, 6, 9, 9, 12, 3), 1.0, 8), _sgd(4), 400, 50, 16
        ),
        "B0, three times as wide": Case(_table(b0, 8, 3, 2), _sgd(4), 40, 50, 16),
        "MobileNetV1, 48 px": Case(_table(v1, 48, 0.5, 1), _sgd(64), 1280, 500, 48),
        "MobileNetV1, padded as Keras": Case(
            _table(v1, 64, 0.5, 1, padding="symmetric", conv_bias=True), _sgd(32), 640, 500, 64
        ),
        "MobileNetV2, 32 px": Case(_table(v2, 32, 1, 2), _sgd(64), 768, 500, 32),
        "MobileNetV2, 64 px": Case(_table(v2, 64, 1, 1, classes=1000), _rmsprop(32), 320, 2000, 64),
        "ResNet-50, tiny": Case(_table(resnet, 8, 0.05, 2, **grey), _sgd(4), 400, 50, 16),
        "ResNet-50, quarter width": Case(_table(resnet, 32, 0.25, 2), _sgd(64), 1280, 500, 32),
        "ResNet-50, 32 px": Case(_table(resnet, 32, 1, 2), _sgd(16), 160, 250, 32),
        "ResNet-50, 32 px, averaged": Case(
            _table(resnet, 32, 1, 2), _adamw(16, average=0.99, weight_decay=0.01), 160, 250, 32
        ),
        "ResNet-50, 64 px": Case(_table(resnet, 64, 1, 1), _sgd(32), 160, 100, 64),
        "ResNet-50, 112 px": Case(_table(resnet, 112, 0.5, 0), _adamw(16), 96, 40, 128),
        "function: two convolutions": Case(_function("plain", 32), _sgd(32), 1280, 500, 32),
        "function: four wide ones": Case(_function("plain", 48, 4, 2), _sgd(32), 640, 500, 48),
        "function: MobileNetV2": Case(_function("mobilenet_v2", 64, 0.5), _adamw(32), 640, 500, 64),
        "function: MobileNetV2, batch 4": Case(_function("mobilenet_v2", 64), _sgd(4), 64, 500, 64),
        "function: EfficientNet-B0": Case(
            _function("efficientnet_b0", 64), _adamw(64), 640, 500, 64
        ),
        "function: ResNet-50": Case(_function("resnet50", 64), _sgd(16), 160, 250, 64),
    }
    again = {f"{name}, again": replace(found[name], again=True) for name in AGAIN}
    return found | again
