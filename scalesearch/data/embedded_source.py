"""Datasets that lie in no files of the user's: they come with a library, or are made."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scalesearch.data.broken_images import Broken
from scalesearch.data.facts import DataFacts, LeftAlone
from scalesearch.data.images import Images
from scalesearch.data.spec import DataSpec, refuse_choice


@dataclass(frozen=True, slots=True)
class EmbeddedSource:
    """A `sources.Source` by what is known of it, and how its images are had.

    `look` reads no image; `open_images` is given what it found.
    """

    spec: DataSpec
    look: Callable[[DataSpec], DataFacts]
    open_images: Callable[[DataSpec, DataFacts], Images]

    @property
    def needs_tensorflow(self) -> bool:
        return False

    @property
    def name(self) -> str:
        return self.spec.dataset

    @property
    def full_name(self) -> str:
        return self.spec.dataset

    @property
    def place(self) -> str:
        return self.spec.dataset

    def facts(self) -> DataFacts:
        refuse_choice(self.spec)
        return self.look(self.spec)

    def class_names(self, classes: int) -> tuple[str, ...]:
        return tuple(map(str, range(classes)))

    def looked_at(
        self, skip_broken: bool, looks: Path | None, begin: Callable[[int], None]
    ) -> tuple[DataSpec, tuple[Broken, ...]]:
        return self.spec, ()

    def left_alone(self) -> LeftAlone | None:
        return None

    def fetch(self) -> None:
        """Nothing is ever missing."""

    def is_here(self) -> bool:
        return True

    def settled(self) -> DataSpec:
        return self.spec

    def images(self) -> Images:
        return self.open_images(self.spec, self.look(self.spec))

    def write_skipped(self, file: Path, longer: int) -> None:
        """Nothing is left out."""
