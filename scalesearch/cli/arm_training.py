"""Trains named networks on several seeds as a study: what `compare` and `sweep` have in common."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scalesearch.cli.names import checked_name
from scalesearch.cli.proxies import data_key, data_lines, left_alone_json, left_alone_lines
from scalesearch.cli.render import quantity, several
from scalesearch.cli.running import Place, room
from scalesearch.cli.searching import SEEDS_APART
from scalesearch.config.profiles import Profile
from scalesearch.core.networks import Realised
from scalesearch.data.facts import DataFacts
from scalesearch.data.spec import DataSpec
from scalesearch.errors import StudyError
from scalesearch.files.whole_files import write_whole

if TYPE_CHECKING:
    from scalesearch.cli.timing import Took

IMAGES = "images.json"
"""File of a study: its prepared images, by their folder under the results' data, their size and
channels."""


@dataclass(frozen=True, slots=True)
class Named:
    """A network to train, by its name in the table."""

    name: str
    full: Realised
    proxy: Realised


@dataclass(frozen=True, slots=True)
class Work:
    """What is trained, on what, how often. The first network is the baseline."""

    kind: str
    """compare or sweep."""
    networks: tuple[Named, ...]
    profile: Profile
    data: DataSpec
    facts: DataFacts
    seed: int
    seeds: int
    settings: dict[str, Any]
    """What the study is pinned to, plain values."""
    keep_weights: bool

    @property
    def training_seeds(self) -> range:
        first = self.seed * SEEDS_APART
        return range(first, first + self.seeds)

    @property
    def trainings(self) -> int:
        """Trainings in all: each distinct proxy once a seed."""
        return len({named.proxy.network for named in self.networks}) * self.seeds

    @property
    def training_macs(self) -> int:
        """MACs of all trainings: three times a forward pass (Kaplan et al. 2020) an image."""
        distinct = {named.proxy.network: named.proxy.cost.macs for named in self.networks}
        images = (self.facts.train or 0) * self.profile.recipe.epochs
        return 3 * images * sum(distinct.values()) * self.seeds

    def lines(self) -> list[str]:
        """What is trained and on what, for a person."""
        return [
            f"{data_lines(self.profile, self.data, self.facts)}.",
            *left_alone_lines(self.data, self.facts),
            f"{self.trainings} trainings ({several(self.seeds, 'seed')} each), "
            f"{quantity(self.training_macs)} multiply-accumulates.",
        ]

    def to_json(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "profile": self.profile.name,
            "dataset": self.data.dataset,
            "left_alone": left_alone_json(self.facts),
            "seeds": self.seeds,
            "trainings": self.trainings,
            "training_macs": self.training_macs,
        }


@dataclass(frozen=True, slots=True)
class Trained:
    """What the trainings of one network came to."""

    top1: tuple[float, ...]
    """Of each complete seed, in order."""
    failed: int
    reason: str
    """Why the first that failed did; empty where none has."""


@contextlib.contextmanager
def trained_networks(
    work: Work, place: Place, calibrate: bool
) -> Iterator[tuple[list[Trained], "Took"]]:
    """Train, or go on training; what came out, one for each of the networks, in their order.

    With it goes what was estimated and taken; `calibrate` measures the machine anew for that. The
    study is this process's own until the with block ends, for what is written of it there.
    What can be refused is refused before TensorFlow is loaded. Raises StudyError, DataError.
    """
    checked_name(place.study)
    from scalesearch.cli.needs import needs_of_work

    with room(place, work.settings, work.profile, work.data, needs_of_work(work)) as inside:
        from scalesearch.cli.estimating import timed_work
        from scalesearch.cli.timing import Stopwatch
        from scalesearch.search.cells import Training, cell_of
        from scalesearch.search.entries import WEIGHTS, Entry, entry_tasks
        from scalesearch.studies.remedies import way_back

        images = inside.images
        key = data_key(work.data, work.facts)
        training = Training(work.profile.recipe, key, str(images.path))
        if work.keep_weights:
            size = images.size.to_json()
            note_images(place, images.path.name, size, work.facts.channels)
        entries = [Entry(named.name, named.full, named.proxy) for named in work.networks]
        weights = place.folder.resolve() / WEIGHTS if work.keep_weights else None
        plan = entry_tasks(entries, training, work.training_seeds, weights)
        stopwatch = Stopwatch(inside, timed_work(work), calibrate)
        records = inside.train(plan, work.kind, stopwatch.work)
        took = stopwatch.stop()
        cells = [cell_of(each.proxy.network, training) for each in work.networks]
        trained = [_trained(records, cell) for cell in cells]
        if not any(each.top1 for each in trained):
            reason = next(each.reason for each in trained if each.reason)
            raise StudyError(
                f"None of the trainings gave a result. The first reason: {reason}. "
                f"{way_back(results=False)}"
            )
        yield trained, took
        inside.study.note_answer()


def note_images(place: Place, name: str, size: int | str, channels: int) -> None:
    """Write down which prepared images were used, their size and channels, for `cam`."""
    text = json.dumps({"prepared": name, "size": size, "channels": channels}) + "\n"
    write_whole(place.folder / IMAGES, text.encode("utf-8"), StudyError)


def _trained(records: Sequence[dict[str, Any]], cell: str) -> Trained:
    rows = [row for row in records if row["cell"] == cell]
    good = tuple(row["val_top1"] for row in rows if row["state"] == "complete")
    bad = [row["reason"] for row in rows if row["state"] != "complete"]
    return Trained(good, len(bad), bad[0] if bad else "")
