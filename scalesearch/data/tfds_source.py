"""Names of tensorflow-datasets as a source. TensorFlow is imported where images are read."""

import dataclasses
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scalesearch.data.broken_images import Broken
from scalesearch.data.facts import DataFacts, LeftAlone
from scalesearch.data.images import Images
from scalesearch.data.spec import DataSpec
from scalesearch.data.tfds_choice import Wanted, chosen
from scalesearch.data.tfds_description import fetch, look, opened_builder
from scalesearch.data.tfds_names import data_folder, find, full_name
from scalesearch.data.tfds_records import TfdsImages
from scalesearch.errors import DataError


@dataclass(frozen=True, slots=True)
class TfdsSource:
    """A dataset in the layout of tensorflow-datasets, here or to be downloaded.

    A `sources.Source`; `others` are names and prefixes of the other ones, for a refusal to name.
    """

    spec: DataSpec
    others: tuple[str, ...] = ()

    @property
    def needs_tensorflow(self) -> bool:
        return True

    @property
    def name(self) -> str:
        return self.spec.dataset.partition(":")[0].replace("/", "-")  # without a version

    @property
    def full_name(self) -> str:
        return self.spec.dataset

    @property
    def place(self) -> str:
        return f"{self.spec.dataset} (in {data_folder(self.spec.data_dir)})"

    def facts(self) -> DataFacts:
        spec = self.spec
        return look(
            spec.dataset,
            spec.data_dir,
            spec.download,
            spec.canvas,
            self.others,
            self._wanted,
            spec.shape,
        )

    def class_names(self, classes: int) -> tuple[str, ...]:
        numbers = tuple(map(str, range(classes)))
        if (version := self._version) is None:
            return numbers
        label = chosen(opened_builder(version), self._wanted).label
        file = version / f"{label}.labels.txt"
        if file.exists():
            names = tuple(_text(file).split("\n"))[:classes]
            if len(names) == classes:
                return names
        return numbers

    def looked_at(
        self, skip_broken: bool, looks: Path | None, begin: Callable[[int], None]
    ) -> tuple[DataSpec, tuple[Broken, ...]]:
        return self.spec, ()

    def left_alone(self) -> LeftAlone | None:
        return None

    def fetch(self) -> None:
        if self.spec.download:
            fetch(self.spec.dataset, self.spec.data_dir, self.others)

    def is_here(self) -> bool:
        return self._version is not None

    def settled(self) -> DataSpec:
        if (version := self._version) is None:
            return self.spec
        root = os.path.realpath(data_folder(self.spec.data_dir))
        name = full_name(self.spec.dataset, self.spec.data_dir, version)
        return dataclasses.replace(self.spec, dataset=name, data_dir=root)

    def images(self) -> Images:
        spec = self.spec
        return TfdsImages(
            spec.dataset, spec.data_dir, spec.canvas, spec.stamp, self._wanted, spec.shape
        )

    def write_skipped(self, file: Path, longer: int) -> None:
        """Records are never left out."""

    @property
    def _version(self) -> Path | None:
        """The folder of the newest version, or of the named one. Raises DataError as `find`."""
        return find(self.spec.dataset, self.spec.data_dir)

    @property
    def _wanted(self) -> Wanted:
        return Wanted(self.spec.split, self.spec.label)


def _text(file: Path) -> str:
    """What a file of names says, whatever in it is no UTF-8 escaped. Raises DataError."""
    try:
        return file.read_text(encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror or error}.") from error
