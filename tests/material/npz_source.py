"""`npz:FILE`, which only tests know: images and labels in one file of numpy, read every epoch."""

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import numpy as np

from scalesearch.core.resolution import Resolution
from scalesearch.data.broken_images import Broken
from scalesearch.data.facts import DataFacts, LeftAlone
from scalesearch.data.spec import DataSpec, refuse_choice
from scalesearch.errors import DataError


@dataclass(frozen=True, slots=True)
class NpzSource:
    spec: DataSpec

    needs_tensorflow = False

    @property
    def file(self) -> Path:
        return Path(self.spec.dataset.partition(":")[2])

    @property
    def name(self) -> str:
        return self.file.stem

    @property
    def full_name(self) -> str:
        return f"npz-{self.file.stem}"

    @property
    def place(self) -> str:
        return self.spec.dataset

    def facts(self) -> DataFacts:
        refuse_choice(self.spec)
        if not self.file.is_file():
            raise DataError(f"`dataset` {self.spec.dataset} is not there.")
        images = self.images()
        classes = int(images.labels().max()) + 1
        identity = (("dataset", "npz"),)
        count = len(images.labels())
        return DataFacts(classes, 3, images.size, count, None, None, images.stamp(), identity)

    def class_names(self, classes: int) -> tuple[str, ...]:
        return tuple(f"kind {i}" for i in range(classes))

    def looked_at(
        self, skip_broken: bool, looks: Path | None, begin: Callable[[int], None]
    ) -> tuple[DataSpec, tuple[Broken, ...]]:
        return self.spec, ()

    def left_alone(self) -> LeftAlone | None:
        return None

    def fetch(self) -> None: ...

    def is_here(self) -> bool:
        return self.file.is_file()

    def settled(self) -> DataSpec:
        return dataclasses.replace(self.spec, dataset=f"npz:{self.file.resolve()}")

    def images(self) -> "NpzImages":
        return NpzImages(self.file)

    def write_skipped(self, file: Path, longer: int) -> None: ...


class NpzImages:
    streams, parted = True, False
    recipe: Mapping[str, object] = MappingProxyType({})

    def __init__(self, file: Path) -> None:
        self._file = file
        with np.load(file) as arrays:
            self._images, self._labels = arrays["images"], arrays["labels"]
        self.size = Resolution(*self._images.shape[1:3])

    def labels(self) -> np.ndarray:
        return self._labels

    def stamp(self) -> str:
        return hashlib.sha256(self._file.read_bytes()).hexdigest()

    def read(
        self, index: np.ndarray, size: Resolution, batch: int, shuffle: int | None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        order = index if shuffle is None else np.random.default_rng(shuffle).permutation(index)
        step = self.size.height // size.height
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            yield self._images[chosen, ::step, ::step], self._labels[chosen]

    def refuse_broken(self, index: np.ndarray) -> None: ...
