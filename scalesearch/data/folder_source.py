"""`folder:PATH` as a source: one folder a class, image files inside. No TensorFlow."""

import dataclasses
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scalesearch.data.broken_images import Broken
from scalesearch.data.facts import DataFacts, LeftAlone
from scalesearch.data.folder_scan import scanned
from scalesearch.data.image_folder import FolderImages, look, write_skipped
from scalesearch.data.omissions import broken_of
from scalesearch.data.other_files import left_alone
from scalesearch.data.spec import DataSpec, refuse_choice
from scalesearch.errors import DataError

PREFIX = "folder:"


@dataclass(frozen=True, slots=True)
class FolderSource:
    """The folder of class folders that the spec names; a `sources.Source`."""

    spec: DataSpec

    @property
    def needs_tensorflow(self) -> bool:
        return False

    @property
    def path(self) -> Path:
        """The folder. Raises RuntimeError for the home of a user who is not there."""
        return Path(self.place.removeprefix(PREFIX)).expanduser()

    @property
    def name(self) -> str:
        path = os.path.expanduser(self.place.removeprefix(PREFIX))
        return os.path.basename(os.path.abspath(path)) or "root"

    @property
    def full_name(self) -> str:
        return f"folder-{self.path.name}"

    @property
    def place(self) -> str:
        return self.spec.dataset

    def facts(self) -> DataFacts:
        if self.place == PREFIX:
            raise DataError("`dataset` folder:PATH must name a folder. Got no path.")
        refuse_choice(self.spec)
        spec = self.spec
        return look(
            self.path, spec.canvas, spec.left_out, spec.stamp, spec.follow_links, spec.shape
        )

    def class_names(self, classes: int) -> tuple[str, ...]:
        return scanned(self.path, self.spec.follow_links).classes

    def looked_at(
        self, skip_broken: bool, looks: Path | None, begin: Callable[[int], None]
    ) -> tuple[DataSpec, tuple[Broken, ...]]:
        listed = scanned(self.path, self.spec.follow_links)
        broken = broken_of(listed, self.spec.canvas, skip_broken, looks, begin)
        left_out = tuple(sorted(each.name for each in broken))
        stamp = listed.without(left_out).stamp()
        return dataclasses.replace(self.spec, left_out=left_out, stamp=stamp), broken

    def left_alone(self) -> LeftAlone | None:
        return left_alone(self.path)

    def fetch(self) -> None:
        """A folder is there, or is refused where it is looked at."""

    def is_here(self) -> bool:
        return True

    def settled(self) -> DataSpec:
        return dataclasses.replace(self.spec, dataset=PREFIX + os.path.realpath(self.path))

    def images(self) -> FolderImages:
        spec = self.spec
        return FolderImages(
            self.path, spec.canvas, spec.left_out, spec.stamp, spec.follow_links, spec.shape
        )

    def write_skipped(self, file: Path, longer: int) -> None:
        write_skipped(file, self.path, self.spec.left_out, longer, self.spec.follow_links)
