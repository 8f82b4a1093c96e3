"""scikit-learn's handwritten digits: 1,797 real scans of 8 x 8 pixels, ten classes."""

import numpy as np

from scalesearch.core.resolution import Resolution
from scalesearch.data.embedded_source import EmbeddedSource
from scalesearch.data.facts import DataFacts
from scalesearch.data.images import MadeImages
from scalesearch.data.spec import DataSpec

COUNT = 1797
CLASSES = 10
CHANNELS = 1
SIZE = 8  # pixels


def scans() -> tuple[np.ndarray, np.ndarray]:
    """Images uint8 (1797, 8, 8, 1) from 0 to 255 and labels int32 (1797,). Reads no network."""
    from sklearn.datasets import load_digits  # imports for seconds; checks do not need it

    found = load_digits()
    images = np.rint(found.images * (255 / 16)).astype(np.uint8)[..., None]
    assert images.shape == (COUNT, SIZE, SIZE, CHANNELS), images.shape
    return images, found.target.astype(np.int32)


def digits_source(spec: DataSpec) -> EmbeddedSource:
    """The dataset `digits`, as `sources.SOURCES` names it."""
    return EmbeddedSource(spec, _facts, _images)


def _facts(spec: DataSpec) -> DataFacts:
    return DataFacts(
        CLASSES,
        CHANNELS,
        spec.shape.crop_of(Resolution.square(SIZE)),
        COUNT,
        None,
        None,
        identity=(("dataset", spec.dataset),),
    )


def _images(spec: DataSpec, facts: DataFacts) -> MadeImages:
    assert facts.size is not None
    return MadeImages(scans, facts.size)
