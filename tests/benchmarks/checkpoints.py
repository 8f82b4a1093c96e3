"""`checkpoints`: trainings of the `quick` profile with and without checkpoints, taking turns."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import scalesearch as ss
from scalesearch.experiments.executor_choice import environment
from scalesearch.experiments.grid import SearchPlan

from . import records, timing

LIMIT = 0.03
FORMS = ("without", "with")


def run(out: Path, runs: int) -> str:
    """Measure, write the tables, return the page."""
    plan = ss.plan_grid(profile="quick")
    largest = max(plan.trials, key=lambda trial: trial.pair.proxy.cost.params)
    networks = {
        "baseline": plan.baseline.proxy.network,
        f"most parameters ({largest.names[0]})": largest.pair.proxy.network,
    }
    rows = []
    with tempfile.TemporaryDirectory(dir=".") as name:
        for label, network in networks.items():
            times = _times(plan, network, Path(name), runs)
            rows.append(
                {
                    "network": label,
                    **{f"{form}_s": round(statistics.median(times[form]), 3) for form in FORMS},
                    "ratio": statistics.median(times["with"]) / statistics.median(times["without"]),
                    "writing_share": statistics.median(times["writing"]),
                    "checkpoints": int(statistics.median(times["count"])),
                    "checkpoint_bytes": int(times["bytes"][0]),
                    "runs": runs,
                }
            )
    worst = max(row["writing_share"] for row in rows)
    lines = [
        f"Writing checkpoints takes {100 * worst:.1f} % of a `quick` training's time at most "
        f"(`writing_share`: time inside `save`). Aim: under {100 * LIMIT:g} %.",
        "`with_s` and `without_s` are medians of whole trainings in one thread, taking turns, with "
        "and without; where they differ by less than the runs of one kind do, `ratio` says little.",
    ]
    table = records.Table("", "Trainings of the quick profile", rows)
    return records.write(out, "checkpoints", "What checkpoints cost", lines, [table])


def _times(
    plan: SearchPlan, network: ss.Network, folder: Path, runs: int
) -> dict[str, list[float]]:
    """Seconds of each training by its form, and of the writing and number of checkpoints."""
    found: dict[str, list[float]] = {name: [] for name in (*FORMS, "writing", "count", "bytes")}
    for number in range(runs):
        for form in FORMS if number % 2 else FORMS[::-1]:
            spec = {
                "network": network.to_json(),
                "recipe": plan.profile.recipe.to_json(),
                "seed": number,
                "data": {"path": str(_images(plan, folder))},
            }
            if form == "with":
                spec["checkpoint"] = str(folder / f"checkpoint{number}")
            told = _trained(spec)
            found[form].append(told["seconds"])
            if form == "with":
                found["writing"].append(told["writing"] / told["seconds"])
                found["count"].append(told["count"])
                found["bytes"].append(told["bytes"])
    return found


def _trained(spec: dict[str, Any]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=json.dumps(spec),
        capture_output=True,
        text=True,
        check=True,
        env=timing.CHECKOUT | environment(1) | {"TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _images(plan: SearchPlan, folder: Path) -> Path:
    from scalesearch.data.image_cache import prepare

    return prepare(plan.data, folder).path


def main() -> None:
    """Train the spec on standard input in this process; its times on standard output."""
    from scalesearch.training import checkpoints, worker

    spec = json.load(sys.stdin)
    writing, sizes = [0.0], [0]
    save = checkpoints.Checkpoints.save

    def timed(self: Any, *arguments: Any) -> None:
        begun = time.perf_counter()
        save(self, *arguments)
        writing.append(time.perf_counter() - begun)
        sizes.append(max(os.path.getsize(file) for file in self._files()))

    checkpoints.Checkpoints.save = timed  # type: ignore[method-assign]  # only timed
    result = worker.train(spec, lambda state: None)
    told = {"seconds": result["seconds"], "writing": sum(writing)}
    print(json.dumps({**told, "count": len(writing) - 1, "bytes": max(sizes)}))


if __name__ == "__main__":
    main()
