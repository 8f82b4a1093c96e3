"""What is known of a dataset before it is read."""

from dataclasses import dataclass

from scalesearch.core.resolution import Resolution
from scalesearch.data.other_files import LeftAlone


@dataclass(frozen=True, slots=True)
class DataFacts:
    """Facts that need no decoding.

    `size` is that of the images as they would be stored, None where images differ and nothing says
    so yet. `train_available` counts the training images, None where they are
    made on the fly or not downloaded yet. `train` and `validation` are the counts that will be
    cut from them; None only before a download.
    """

    classes: int
    channels: int
    size: Resolution | None
    train_available: int | None
    train: int | None
    validation: int | None
    fingerprint: str = ""
    """Of what else decides the images, such as how they are made; "" where nothing does."""
    identity: tuple[tuple[str, str], ...] = ()
    """Names and values of what these images are, without where they lie: "dataset" is "digits",
    "folder" or "cifar10:3.0.2", of the latter kind there are "split" and "label" too."""
    left_alone: LeftAlone | None = None
    """Files of a folder that are no images by their names; None where that was not counted."""
