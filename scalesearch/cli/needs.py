"""The memory and disk that trainings need, predicted from their plan and told in one line."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scalesearch.cli.built import model_of
from scalesearch.cli.planning import Search
from scalesearch.cli.render import several
from scalesearch.config.profiles import Profile
from scalesearch.core.memory import SLOTS, Workload, saved_bytes, worker_bytes
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.networks import Realised
from scalesearch.core.resolution import Resolution
from scalesearch.data.facts import DataFacts
from scalesearch.data.spec import DataSpec
from scalesearch.executors.capacity import (
    KEPT_FREE,
    DiskNeed,
    Fit,
    check_disk,
    ready_that_fit,
    size,
    workers_that_fit,
)
from scalesearch.executors.free_space import free_memory

if TYPE_CHECKING:
    from scalesearch.cli.arm_training import Work

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
        waiting: how many trainings, at most, wait at a cut with their checkpoints.
        ready: of the process of each network that is trained more than once; the largest first.
    """

    peaks: tuple[int, ...]
    state: int
    weights: int
    images: int
    waiting: int = 0
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
        begun = max(self.waiting, min(workers, len(self.peaks)))
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
            f"Memory: up to {size(fit.worker_bytes)} a worker, {size(fit.total_bytes)} in all for "
            f"{several(workers, 'worker')}{kept if fit.kept else ''}; "
            f"disk: up to {size(self.disk(workers).total)}."
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


def needs_of_search(search: Search) -> Needs:
    """Those of a search: every distinct proxy and the baseline on as many seeds as it may get."""
    rows = (search.plan.reference, *(trial.row for trial in search.plan.trials))
    proxies = [row.proxy for row in rows]
    seeds = search.profile.final_seeds
    cut = search.profile.halving is not None
    found = _needs(
        proxies, search.trainings, seeds, search.profile, search.data, search.facts, cut=cut
    )
    if not cut:
        return found
    return replace(found, waiting=len(proxies) * search.profile.search_seeds)


def needs_of_work(work: "Work") -> Needs:
    """Those of a comparison or sweep: every distinct proxy on every seed."""
    proxies = {named.proxy.network: named.proxy for named in work.networks}.values()
    return _needs(
        proxies, work.trainings, work.seeds, work.profile, work.data, work.facts,
        keep_weights=work.keep_weights,
    )  # fmt: skip


def _needs(
    proxies: Iterable[Realised],
    trainings: int,
    seeds: int,
    profile: Profile,
    data: DataSpec,
    facts: DataFacts,
    *,
    cut: bool = False,
    keep_weights: bool = False,
) -> Needs:
    proxies = list(proxies)
    again = seeds > 1 or cut
    load = replace(workload(profile, data, facts), again=again, cut=cut)
    peaks = sorted(
        (
            worker_bytes(proxy.network, proxy.cost, load, model_of(proxy.network))
            for proxy in proxies
        ),
        reverse=True,
    )
    kept = sum(saved_bytes(proxy.network, proxy.cost, 1) for proxy in proxies) * seeds
    return Needs(
        peaks=tuple(peak for peak in peaks for _ in range(seeds))[:trainings],
        state=max(saved_bytes(proxy.network, proxy.cost, _STATE_VECTORS) for proxy in proxies),
        weights=kept if keep_weights else 0,
        images=_images(data, facts, _stored(profile, data, facts)),
        # Of networks that functions build, nothing is kept.
        ready=tuple(peaks) if again and isinstance(proxies[0].network, TableNetwork) else (),
    )


def workload(profile: Profile, data: DataSpec, facts: DataFacts) -> Workload:
    """What of a training decides its memory beside its network."""
    stored = _stored(profile, data, facts)
    recipe = profile.recipe
    return Workload(
        batch_size=recipe.at_once,
        slots=SLOTS[recipe.optimizer],
        averaged=recipe.average > 0,
        train=facts.train or 0,
        validation=facts.validation or 0,
        stored=None if _streamed(data, facts, stored) else stored,
        accumulated=recipe.parts > 1,
    )


def _stored(profile: Profile, data: DataSpec, facts: DataFacts) -> Resolution:
    """Size of stored images, at most: proxies above the profile's canvas raise that."""
    if facts.size is None or facts.size.longer == profile.canvas:
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
