"""The kinds of datasets: which there are by name, and what each of them can tell and open.

A new kind is a module with a `Source` and a line in `SOURCES`; nobody else asks which kind a
dataset is. Checks import no TensorFlow.
"""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from scalesearch.core.passwords import without_passwords
from scalesearch.core.plain_text import short
from scalesearch.data import splits
from scalesearch.data.broken_images import Broken
from scalesearch.data.cluttered_source import cluttered_source
from scalesearch.data.digits import digits_source
from scalesearch.data.facts import DataFacts, LeftAlone
from scalesearch.data.folder_source import PREFIX, FolderSource
from scalesearch.data.images import Images
from scalesearch.data.own_images import PREFIX as OWN
from scalesearch.data.own_images import own_source
from scalesearch.data.spec import DataSpec, check_numbers
from scalesearch.data.tfds_source import TfdsSource
from scalesearch.errors import DataError

_LONGEST = 300  # characters of a path in a sentence


class Source(Protocol):
    """The dataset of one spec. Making it looks at nothing; all else may raise DataError."""

    @property
    def needs_tensorflow(self) -> bool:
        """Whether its images are read by TensorFlow, which takes seconds and memory to load."""

    @property
    def name(self) -> str:
        """A short name, fit for a study's: the same however the dataset's path is spelled."""

    @property
    def full_name(self) -> str:
        """A name for the folder of its prepared images; kind and version included."""

    @property
    def place(self) -> str:
        """The dataset as it was asked for, and where it is looked for."""

    def facts(self) -> DataFacts:
        """What can be seen without reading the images in full.

        `train` and `validation` are None where they are to be cut from `train_available` images.
        """

    def class_names(self, classes: int) -> tuple[str, ...]:
        """A name for each of `classes`, in the order of labels; numbers where nothing says."""

    def looked_at(
        self, skip_broken: bool, looks: Path | None, begin: Callable[[int], None]
    ) -> tuple[DataSpec, tuple[Broken, ...]]:
        """As `looked_at` of this module; the spec as it is where there are no files to look at."""

    def left_alone(self) -> LeftAlone | None:
        """What lies beside the images and is not taken for one; None where that has no meaning."""

    def fetch(self) -> None:
        """Download it where the spec wants that and it is not here."""

    def is_here(self) -> bool:
        """Whether its images can be read without a download."""

    def settled(self) -> DataSpec:
        """The same images by absolute paths and with their version.

        So they are found again from another folder, with another environment, and when a newer
        version has come. What is not here, or lies in no files, comes back as it is.
        """

    def images(self) -> Images:
        """Its images. Raises DataError where their files are not those of the spec's stamp."""

    def write_skipped(self, file: Path, longer: int) -> None:
        """Write down which images the spec leaves out and why; these have `longer` pixels."""


SOURCES: dict[str, Callable[[DataSpec], Source]] = {
    "digits": digits_source,
    "cluttered-digits": cluttered_source,
    PREFIX: FolderSource,
    OWN: own_source,
}
"""By the dataset's name, or by what it begins with, up to its colon.

Any other name is of tensorflow-datasets.
"""


def source_of(spec: DataSpec) -> Source:
    """The dataset that the spec names, whether it is there or not."""
    name, colon, _ = spec.dataset.partition(":")
    if make := SOURCES.get(name + colon):
        return make(spec)
    # Images that a trainer brings are for programs alone, so that they are not offered here.
    return TfdsSource(spec, tuple(each for each in SOURCES if each != OWN))


def check(spec: DataSpec) -> DataFacts:
    """Look at everything that can be seen without reading the images in full.

    Imports TensorFlow only where `download` is set and the dataset is not on disk yet.
    Raises DataError naming the field, the value and what to do.
    """
    check_numbers(spec)
    with _reading(spec):
        known = source_of(spec).facts()
    if known.train is not None:
        return known
    if known.train_available is None:
        return dataclasses.replace(known, train=spec.train, validation=spec.validation)
    train, validation = splits.counts(
        known.train_available, known.classes, spec.train, spec.validation, spec.dataset
    )
    return dataclasses.replace(known, train=train, validation=validation)


def looked_at(
    spec: DataSpec,
    skip_broken: bool = False,
    looks: Path | None = None,
    begin: Callable[[int], None] = lambda images: None,
) -> tuple[DataSpec, tuple[Broken, ...]]:
    """The spec of the images as they lie in their files now, and those it leaves out.

    Only a first look is taken, unless `skip_broken` and a folder `looks` are given: then every
    image is decoded, after a call of `begin` with their number, and the findings are kept there for
    the next time. Raises DataError naming what is broken without `skip_broken`, and where what is
    left is too little.
    """
    with _reading(spec):
        return source_of(spec).looked_at(skip_broken, looks, begin)


def place_of(spec: DataSpec) -> str:
    """Where the images lie, on one line; this decides nothing of what is trained."""
    return short(without_passwords(source_of(spec).place), _LONGEST)


def opened_again(spec: Mapping[str, object]) -> Images:
    """The images of a spec that was stored as plain values. Raises DataError as `Source.images`."""
    return source_of(DataSpec(**spec)).images()  # type: ignore[arg-type]  # read from JSON


@contextmanager
def _reading(spec: DataSpec) -> Iterator[None]:
    """What the file system raises inside becomes a DataError that names the dataset."""
    try:
        yield
    # RuntimeError: ~ of a user who is not there; ValueError: a NUL character in a path.
    except (OSError, RuntimeError, ValueError) as error:
        raise DataError(
            f"`dataset` {short(spec.dataset)} cannot be read: {short(str(error).rstrip('.'), 300)}."
        ) from error
