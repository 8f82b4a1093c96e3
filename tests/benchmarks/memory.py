"""`memory`: the predicted peak of a training worker beside the measured one."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from scalesearch.core.footprint import footprint
from scalesearch.core.memory import worker_bytes
from scalesearch.core.resolution import Resolution
from scalesearch.data.prepared_images import ARRAY, Prepared
from scalesearch.errors import ScaleSearchError
from scalesearch.experiments.executor_choice import environment
from scalesearch.experiments.network_kinds import kind_of
from tests.memory_cases import Case, cases

from . import records, timing

MOST_ABOVE, MOST_BELOW = 1.25, 0.95
"""Of predicted over measured, for tables."""


def run(out: Path, only: str) -> str:
    """Measure the cases whose names hold `only`, write the table, return the page."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, _server() as server:
        for name, case in cases().items():
            if only in name:
                rows.append(_row(name, case, _measured(server, case, Path(folder))))
                print(f"{name}: {rows[-1]['predicted_over_measured']}", file=sys.stderr)
        server.stdin.close()
    if not rows:
        raise ScaleSearchError(f"--only must be part of a case's name. Got {only!r}.")
    lines = [
        "A worker's peak of private bytes, beyond what it shares with the fork server: predicted "
        "before the training, measured from outside at 20 Hz, and told by the process at its end "
        "(`peak_memory` of a study, "
        f"read in at most {max(row['told_seconds'] for row in rows) * 1e3:.1f} ms). One thread. "
        "What is trained again is trained by the same process with another seed.",
        *(
            f"Predicted over measured, {kind}: {min(ratios):.2f} to {max(ratios):.2f} "
            f"({len(ratios)} trainings){aim}"
            for kind, ratios, aim in (
                ("tables", _ratios(rows, "table"), f"; aim: {MOST_BELOW} to {MOST_ABOVE}."),
                ("Python functions", _ratios(rows, "function"), ", of which no layer is known."),
            )
            if ratios
        ),
    ]
    shown = [{key: row[key] for key in row if key != "told_seconds"} for row in rows]
    table = records.Table("", "Each training, or those of a network, in a child, bytes", shown)
    return records.write(out, "memory", "Memory of training workers", lines, [table])


def _ratios(rows: list[dict[str, Any]], kind: str) -> list[float]:
    return [row["predicted_over_measured"] for row in rows if row["kind"] == kind]


def _server() -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.memory_server"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=timing.ROOT,
        env=timing.CHECKOUT | environment(1),
    )


def _measured(server: subprocess.Popen, case: Case, folder: Path) -> dict[str, Any]:
    images = str(_images(case, folder))
    with tempfile.TemporaryDirectory(dir=folder) as checkpoints:
        specs = [
            {
                "network": case.network.to_json(),
                "recipe": case.recipe.to_json(),
                "data": {"path": images},
                "seed": seed,
                "checkpoint": f"{checkpoints}/{seed}",
            }
            for seed in case.seeds
        ]
        server.stdin.write(json.dumps(specs) + "\n")
        server.stdin.flush()
        answer = json.loads(server.stdout.readline())
    if "error" in answer:
        raise ScaleSearchError(f"A training failed: {answer['error']}")
    return answer


def _images(case: Case, folder: Path) -> Path:
    """Random images as a prepared dataset; noise takes the memory that photographs take."""
    network, side = case.network, case.stored
    parts = {"train": case.train, "validation": case.validation}
    shape = (side, side, network.input_channels)
    place = folder / "-".join(map(str, (*parts.values(), *shape, network.classes)))
    if not place.is_dir():
        place.mkdir()
        draw = np.random.default_rng(0)
        for part, count in parts.items():
            images = draw.integers(0, 256, (count, *shape), np.uint8)
            np.save(place / f"{part}_images.npy", images)
            labels = np.arange(count, dtype=np.int32) % network.classes
            np.save(place / f"{part}_labels.npy", labels)
        of = (
            ARRAY,
            network.classes,
            network.input_channels,
            Resolution.square(side),
            *parts.values(),
        )
        Prepared(place, *of, "", {"dataset": "noise"}).write()
    return place


def _row(name: str, case: Case, measured: dict[str, Any]) -> dict[str, Any]:
    network = case.network
    kind, counted = "function" if network.blocks is None else "table", network.cost
    model = kind_of(network).model(network)
    predicted = worker_bytes(network, counted, case.workload, model)
    return {
        "training": name,
        "kind": kind,
        "pixels": network.resolution.to_json(),
        "batch": case.recipe.batch_size,
        "optimizer": case.recipe.optimizer,
        "params": counted.params,
        "acts": counted.acts,
        "layers": model.layers if model else footprint(network, 1).layers,
        "largest": model.largest if model else None,
        "measured": measured["peak"],
        "told": measured["told"],
        "predicted": predicted,
        "predicted_over_measured": round(predicted / measured["peak"], 3),
        "told_seconds": measured["told_seconds"],
    }
