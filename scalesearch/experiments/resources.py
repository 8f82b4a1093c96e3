"""The memory and disk that trainings need, predicted from their plan and told in one line."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scalesearch.core.memory import SLOTS, Workload, saved_bytes, worker_bytes
from scalesearch.core.quantities import memory_size, several
from scalesearch.core.resolution import Resolution
from scalesearch.data.facts import DataFacts
from scalesearch.data.spec import DataSpec
from scalesearch.executors.capacity import (
    KEPT_FREE,
    DiskNeed,
    Fit,
    check_disk,
    ready_that_fit,
    workers_that_fit,
)
from scalesearch.executors.free_space import free_memory
from scalesearch.experiments.network_kinds import kind_of
from scalesearch.experiments.plans import Plan
from scalesearch.search.search_rounds import round_size

SEARCH_BYTES = 560 * 10**6
"""Of a search beside its workers: 310 MB of the process that has TensorFlow imported, 160 MB of the
driver with Optuna and the pictures, the rest for the pages of libraries in use (Linux, x86-64)."""

_STATE_VECTORS = 4  # weights, two of the optimiser, averaged weights
_FILES = 2  # of a checkpoint: the last and the one before
_RECORDS = 12 * 10**6  # bytes: page with its pictures, tables, an empty database
_RECORD = 30 * 10**3  # bytes a training: database, its journal, tables, log
_LABEL = 12  # bytes an image: label and place


@dataclass(frozen=True, slots=True)
class Needs:
    """What the trainings of a plan need, in bytes.

    Attributes:
        peaks: of each training's process, predicted; the largest first.
        state: of the largest training's state, once on disk.
        weights: of all trained weights that are kept.
        images: of the prepared images.
        ready: of the process of each network that is trained more than once; the largest first.
    """

    peaks: tuple[int, ...]
    state: int
    weights: int
    images: int
    ready: tuple[int, ...] = ()

    def fit(self, workers: int, available: int | None = None) -> Fit:
        """How many of the workers fit into `available` bytes (None: all). Raises StudyError."""
        fit = workers_that_fit(workers, self.peaks, SEARCH_BYTES, available)
        left = None if available is None else int((1 - KEPT_FREE) * available) - fit.total_bytes
        kept = ready_that_fit(self.ready, left)
        total = fit.total_bytes + sum(kept)
        return replace(fit, kept=len(kept), kept_bytes=sum(kept), total_bytes=total)

    def disk(self, workers: int, images_are_there: bool = False) -> DiskNeed:
        """Bytes that are written at most, with so many trainings at one time."""
        begun = min(workers, len(self.peaks))
        return DiskNeed(
            checkpoints=begun * _FILES * self.state,
            weights=self.weights,
            images=0 if images_are_there else self.images,
            records=_RECORDS + _RECORD * len(self.peaks),
        )

    def line(self, workers: int) -> str:
        """The prediction as one line."""
        fit = self.fit(workers)
        kept = f" and {several(fit.kept, 'network')} kept ready, fewer where memory is short"
        return (
            f"Memory: up to {memory_size(fit.worker_bytes)} a worker, "
            f"{memory_size(fit.total_bytes)} in all for {several(workers, 'worker')}"
            f"{kept if fit.kept else ''}; "
            f"disk: up to {memory_size(self.disk(workers).total)}."
        )

    def to_json(self, workers: int) -> dict[str, Any]:
        """The same for a program, in bytes."""
        fit = self.fit(workers)
        return {
            "workers": workers,
            "worker_memory": fit.worker_bytes,
            "kept": fit.kept,
            "kept_memory": fit.kept_bytes,
            "memory": fit.total_bytes,
            "disk": self.disk(workers).total,
        }


def checked_room(needs: Needs, workers: int, results: Path, images_are_there: bool) -> Fit:
    """How many of the workers are to be started, after a look at memory and disk.

    Raises StudyError where there is no room for one worker, or not on the disk of `results`.
    """
    fit = needs.fit(workers, free_memory())
    check_disk(results, needs.disk(fit.workers, images_are_there))
    return fit


def needs_of(plan: Plan[Any, Any]) -> Needs:
    """Those of a plan: every distinct proxy as often as it may be trained at one time.

    What a trainer of the user's own takes is not known, so that nothing is refused for its memory.
    """
    proxies = [trial.pair.proxy for trial in plan.trials]
    seeds = plan.rounds.seeds
    if plan.rounds.stop:  # a further round may be of one candidate alone
        seeds = max(seeds, round_size(len(proxies) - 1))
    again = plan.trainings > len(proxies)
    load, kind = replace(workload(plan), again=again), kind_of(plan.network)
    peaks = sorted(
        (worker_bytes(each.network, each.cost, load, kind.model(each.network)) for each in proxies),
        reverse=True,
    )
    if plan.trainer is not None:
        peaks = [0 for _ in peaks]
    main = [trial.pair.proxy for trial in plan.trials if plan.is_main(trial)]
    kept = sum(saved_bytes(proxy.network, proxy.cost, 1) for proxy in main) * seeds
    begun = [peak for peak in peaks for _ in range(seeds)][: plan.trainings]
    begun += [peaks[-1]] * (plan.trainings - len(begun))
    return Needs(
        peaks=tuple(begun),
        state=max(saved_bytes(proxy.network, proxy.cost, _STATE_VECTORS) for proxy in proxies),
        weights=kept if plan.keeps_weights else 0,
        images=_images(plan.data, plan.facts, _stored(plan)),
        ready=tuple(peaks) if again and kind.kept_ready else (),
    )


def workload(plan: Plan[Any, Any]) -> Workload:
    """What of a training decides its memory beside its network."""
    stored, facts = _stored(plan), plan.facts
    recipe = plan.profile.recipe
    return Workload(
        batch_size=recipe.at_once,
        slots=SLOTS[recipe.optimizer],
        averaged=recipe.average > 0,
        train=facts.train or 0,
        validation=facts.validation or 0,
        stored=None if _streamed(plan.data, facts, stored) else stored,
        accumulated=recipe.parts > 1,
    )


def _stored(plan: Plan[Any, Any]) -> Resolution:
    """Size of stored images, at most: proxies above the profile's canvas raise that."""
    data, facts = plan.data, plan.facts
    if facts.size is None or facts.size.longer == plan.profile.canvas:
        return data.shape.with_longer(data.canvas)
    return facts.size


def _streamed(data: DataSpec, facts: DataFacts, stored: Resolution) -> bool:
    return _decoded(facts, stored) > data.cache_limit_bytes


def _decoded(facts: DataFacts, stored: Resolution) -> int:
    return ((facts.train or 0) + (facts.validation or 0)) * stored.pixels * facts.channels


def _images(data: DataSpec, facts: DataFacts, stored: Resolution) -> int:
    """Bytes of the prepared images; of streamed ones only the split is written."""
    count = (facts.train or 0) + (facts.validation or 0)
    pixels = 0 if _streamed(data, facts, stored) else _decoded(facts, stored)
    return pixels + _LABEL * count
