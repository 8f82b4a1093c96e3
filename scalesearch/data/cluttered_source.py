"""`cluttered-digits` as a source: canvases are made in the counts that are asked for."""

import numpy as np

from scalesearch.core.resolution import Resolution
from scalesearch.data import cluttered_digits
from scalesearch.data.cluttered_digits import CHANNELS, CLASSES, SIZE, canvases
from scalesearch.data.embedded_source import EmbeddedSource
from scalesearch.data.facts import DataFacts
from scalesearch.data.images import MadeImages
from scalesearch.data.spec import DataSpec
from scalesearch.errors import DataError


def cluttered_source(spec: DataSpec) -> EmbeddedSource:
    """The dataset `cluttered-digits`, as `sources.SOURCES` names it."""
    return EmbeddedSource(spec, _facts, _images)


def _facts(spec: DataSpec) -> DataFacts:
    train = cluttered_digits.TRAIN_CANVASES if spec.train is None else spec.train
    validation = (
        cluttered_digits.VALIDATION_CANVASES if spec.validation is None else spec.validation
    )
    for field, value in (("train", train), ("validation", validation)):
        if value < CLASSES:
            raise DataError(
                f"`{field}` must be at least the number of classes, {CLASSES}. "
                f"Got {value} ({spec.dataset})."
            )
    size = (train + validation) * SIZE**2
    if size > spec.cache_limit_bytes:
        raise DataError(
            f"`train` {train} and `validation` {validation} canvases of {spec.dataset} take "
            f"{size} bytes, more than `cache_limit_bytes` {spec.cache_limit_bytes}, and made "
            "images are not streamed. Ask for fewer."
        )
    return DataFacts(
        CLASSES,
        CHANNELS,
        spec.shape.crop_of(Resolution.square(SIZE)),
        None,
        train,
        validation,
        cluttered_digits.fingerprint(),
        (("dataset", spec.dataset),),
    )


def _images(spec: DataSpec, facts: DataFacts) -> MadeImages:
    assert facts.size is not None
    counts = (("train", facts.train), ("validation", facts.validation))

    def make() -> tuple[np.ndarray, np.ndarray]:
        parts = [canvases(part, count, spec.seed) for part, count in counts if count is not None]
        images, labels = zip(*parts, strict=True)
        return np.concatenate(images), np.concatenate(labels)

    return MadeImages(make, facts.size, parted=True, recipe=cluttered_digits.recipe())
