"""The turns that `loop` takes between searches of ours and points of the two loops."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from scalesearch.core.networks import Realised
from scalesearch.data.prepared_images import Prepared
from scalesearch.experiments.grid import SearchPlan

from . import estimate, loop_rows, loop_sides
from .memo import Memo


@dataclass(frozen=True, slots=True)
class Measured:
    """The searches, and the points of the loops."""

    ours: Sequence[loop_sides.Searched]
    points: Sequence[loop_rows.Point]
    start_seconds: float
    """Of the decent loop, before its first training."""


def measured(
    grid: loop_sides.Grid,
    plan: SearchPlan,
    data: Prepared,
    memo: Memo,
    points: int | None,
    runs: int,
) -> Measured:
    """Time so many points of both loops (None: all), and so many searches of ours among them.

    What `memo` has is not measured again; the searches write into its folder. `data` are the images
    that the loops are given.
    """
    pairs = plan.accepted
    proxies = [plan.trial_of(pair).pair.proxy for pair in pairs]
    sizes = [[size(proxy, by) for proxy in proxies] for by in (loop_rows.MACS, loop_rows.BLOCKS)]
    sample = estimate.spread(sizes, points or len(pairs))
    turns = estimate.before(len(sample), runs)
    # Libraries are read from disk once before any clock runs.
    subprocess.run([sys.executable, "-c", "import keras, tensorflow"], check=True)
    ours: list[loop_sides.Searched] = []
    timed: list[loop_rows.Point] = []
    trained: set[str] = set()
    with loop_sides.KerasLoop() as decent:
        for count in range(len(sample) + 1):
            for _ in range(turns.count(count)):
                tell(f"search {len(ours) + 1} of {runs}")
                ours.append(loop_sides.search(grid, memo, f"ours{len(ours)}"))
            if count == len(sample):
                break
            pair = pairs[sample[count]]
            name, trial = pair.name, plan.trial_of(pair)
            tell(f"point {count + 1} of {len(sample)}: {name}")
            proxy, network = trial.pair.proxy, "; ".join(trial.names)
            job = {
                "network": proxy.network.to_json(),
                "recipe": plan.profile.recipe.to_json(),
                "seed": 0,
                "data": str(data.path),
            }
            told: dict[str, dict[str, float]] = {}
            for kind in ("plain", "decent") if count % 2 == 0 else ("decent", "plain"):
                if kind == "plain":
                    told[kind] = memo.of(f"plain {name}", partial(loop_sides.alone, job))
                elif network not in trained:
                    told[kind] = memo.of(f"decent {network}", partial(decent.train, job))
            trained.add(network)
            blocks, side = sum(proxy.network.repeats), proxy.network.resolution.longer
            timed.append(
                loop_rows.Point(
                    name, network, blocks, side, proxy.cost.macs, told["plain"], told.get("decent")
                )
            )
        start_seconds = memo.of("start of the decent loop", lambda: decent.start_seconds)
        return Measured(ours, timed, start_seconds)


def size(proxy: Realised, by: str) -> float:
    """The network's size, as `Point.size` has it."""
    return sum(proxy.network.repeats) if by == loop_rows.BLOCKS else proxy.cost.macs / 1e6


def tell(what: str) -> None:
    """Say on standard error what is done next."""
    print(f"loop: {what}", file=sys.stderr, flush=True)
