"""A dataset that only tests know: four classes of chequered squares, made from a seed."""

import numpy as np

from scalesearch.core.resolution import Resolution
from scalesearch.data.embedded_source import EmbeddedSource
from scalesearch.data.facts import DataFacts
from scalesearch.data.images import Images, MadeImages
from scalesearch.data.spec import DataSpec

CLASSES, COUNT, SIDE = 4, 400, 16


def chequers_source(spec: DataSpec) -> EmbeddedSource:
    return EmbeddedSource(spec, _facts, _images)


def _facts(spec: DataSpec) -> DataFacts:
    size = spec.shape.crop_of(Resolution.square(SIDE))
    identity = (("dataset", spec.dataset),)
    return DataFacts(CLASSES, 3, size, COUNT, None, None, identity=identity)


def _images(spec: DataSpec, facts: DataFacts) -> Images:
    def make() -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(spec.seed)
        labels = np.arange(COUNT, dtype=np.int32) % CLASSES
        lines = np.arange(SIDE)[:, None] + np.arange(SIDE)
        bright = (lines // (labels[:, None, None] + 1)) % 2
        images = bright[..., None] * rng.integers(100, 256, (COUNT, 1, 1, 3))
        return images.astype(np.uint8), labels

    assert facts.size is not None
    return MadeImages(make, facts.size)
