"""What is known of a dataset before it is read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scalesearch.core.resolution import Resolution
from scalesearch.data.file_endings import listed


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """Counts of what was left alone.

    `files` in class folders and `beside` them, by ending ("" without one), the most frequent
    first; `folders` inside class folders, and the `deeper` files in those that have an image's
    ending; `images` of the `files` that begin as an image does whatever their ending, of the first
    few at least.
    """

    files: Mapping[str, int]
    beside: Mapping[str, int]
    folders: int
    deeper: int
    images: int

    def __bool__(self) -> bool:
        return bool(self.files or self.beside or self.folders)

    def to_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return {
            "files": dict(self.files),
            "beside": dict(self.beside),
            "folders": self.folders,
            "images_in_folders": self.deeper,
            "images_by_content": self.images,
        }

    def sentence(self, dataset: str) -> str:
        """What was left alone in `dataset`, and how it would be taken; not to be called of none."""
        parts = [
            *([listed(self.files)] if self.files else []),
            *([f"beside the class folders {listed(self.beside)}"] if self.beside else []),
            *([self._folders()] if self.folders else []),
        ]
        told = f"Left alone in {dataset}: {'; '.join(parts)}."
        if self.images:
            begin = "begins as an image does" if self.images == 1 else "begin as images do"
            told += (
                f" {self.images:,} of these files {begin}: give them the ending of what they are "
                "(.jpg, .png, .gif, .tif or .webp), and they are taken."
            )
        return told

    def _folders(self) -> str:
        what = "1 folder" if self.folders == 1 else f"{self.folders:,} folders"
        images = "1 image" if self.deeper == 1 else f"{self.deeper:,} images"
        return f"{what} inside class folders" + (f", with {images}" if self.deeper else "")


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
