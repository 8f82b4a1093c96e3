"""What is known of a dataset before it is read."""

from dataclasses import dataclass

from scalesearch.core.resolution import Resolution


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
