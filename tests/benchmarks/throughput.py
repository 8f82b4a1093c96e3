"""`throughput`: training images a second of the whole machine, beside Keras `fit` and PyTorch.

Every arm of a case is started, then they take turns at a number of steps, so that all meet the
same machine; what is compared is the median over rounds. Of Keras and PyTorch the better of two
ways of using two cores counts. A second table has the time from handing a training to a worker to
the end of its first step, beside a Keras `fit` in the same kind of child.
"""

import importlib.util
import statistics
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from scalesearch.config.shipped_files import load_network
from scalesearch.core.cost import cost
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.proxies import shrink
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ScaleSearchError

from . import arms, records

CASES = ((32, 1.0), (64, 1.0), (32, 0.5), (64, 0.5))
"""Pixels a side, and the factor of B0's channels."""
BATCH, IMAGES, CLASSES = 64, 1024, 10
KERAS_AIM, TORCH_AIM, START_AIM, WORKERS_AIM, INPUT_AIM = 3.0, 1.5, 4.0, 1.9, 3.0


def run(out: Path, rounds: int, starts: int) -> str:
    """Measure, write the tables, return the page."""
    if importlib.util.find_spec("torch") is None:
        raise ScaleSearchError(
            "`throughput` measures beside PyTorch, which is not installed. "
            "Install it with: pip install -e '.[bench]'"
        )
    cases, turns, first = [], [], []
    with tempfile.TemporaryDirectory() as name:
        for resolution, width in CASES:
            network = proxy(resolution, width)
            job = {
                "network": network.to_json(),
                "batch": BATCH,
                "data": str(_data(Path(name) / str(resolution), resolution)),
            }
            found = arms.turns(job, rounds)
            what = {"resolution": resolution, "width": width}
            cases.append(what | {"params": cost(network).params} | _case(found, network))
            turns += [
                what | {"arm": arm, "round": index} | _turn(turn)
                for arm, its in found.items()
                for index, turn in enumerate(its)
            ]
            first.append(what | _first(arms.starts(job, starts)))
    return records.write(
        out,
        "throughput",
        "Training throughput",
        list(_lines(cases, first, rounds, starts)),
        [
            records.Table("", "Training images a second of the machine (medians)", cases),
            records.Table("start", "Seconds until the first step is done", first),
            records.Table("turns", "Each turn", turns),
        ],
    )


def proxy(resolution: int, width: float) -> TableNetwork:
    """EfficientNet-B0 with all its blocks and strides on small images."""
    return shrink(
        load_network("efficientnet_b0"),
        resolution=resolution,
        width=width,
        drop_strides=0,
        classes=CLASSES,
        channels=3,
    )


def _data(folder: Path, side: int) -> Path:
    """A folder of prepared random images, made where it is missing."""
    import numpy as np

    from scalesearch.data.prepared_images import ARRAY, Prepared

    if not folder.exists():
        folder.mkdir()
        rng = np.random.default_rng(0)
        for part, count in (("train", IMAGES), ("validation", BATCH)):
            shape = (count, side, side, 3)
            np.save(folder / f"{part}_images.npy", rng.integers(0, 256, shape, dtype=np.uint8))
            np.save(folder / f"{part}_labels.npy", rng.integers(0, CLASSES, count, dtype=np.int32))
        spec: dict[str, object] = {"dataset": "random"}
        Prepared(
            folder, ARRAY, CLASSES, 3, Resolution.square(side), IMAGES, BATCH, "", spec
        ).write()
    return folder


def _turn(turn: arms.Turn) -> dict[str, Any]:
    return {
        "images_a_second": round(turn.images_a_second, 1),
        "images_a_cpu_second": round(turn.images_a_cpu_second, 1),
    }


def _case(found: dict[str, list[arms.Turn]], network: TableNetwork) -> dict[str, Any]:
    median = {
        name: statistics.median(turn.images_a_second for turn in its) for name, its in found.items()
    }
    efficient = {
        name: statistics.median(turn.images_a_cpu_second for turn in its)
        for name, its in found.items()
    }
    ours = found["ours, 2 workers"]
    best = {
        kind: max((arm.name for arm in arms.ARMS if arm.kind == kind), key=median.__getitem__)
        for kind in ("keras", "torch")
    }
    both, one = median["ours, 2 workers"], median["ours, 1 worker"]
    # Forward, and back to features and to weights: three products of two operations a MAC.
    arithmetic = 6 * BATCH * cost(network).macs / 1e9
    return {
        "ours": round(both, 1),
        "keras_fit": round(median[best["keras"]], 1),
        "keras_way": best["keras"].partition(", ")[2],
        "times_keras": round(both / median[best["keras"]], 2),
        "keras_as_it_comes": round(median[arms.AS_IT_COMES], 1),
        "times_keras_as_it_comes": round(both / median[arms.AS_IT_COMES], 2),
        "pytorch": round(median[best["torch"]], 1),
        "pytorch_way": best["torch"].partition(", ")[2],
        "times_pytorch": round(both / median[best["torch"]], 2),
        "ours_1_worker": round(one, 1),
        "times_1_worker": round(both / one, 2),
        "times_keras_by_cpu": round(
            efficient["ours, 2 workers"] / efficient["Keras fit, 2 processes x 1 thread"], 2
        ),
        "times_pytorch_by_cpu": round(
            efficient["ours, 2 workers"] / efficient["PyTorch, 2 processes x 1 thread"], 2
        ),
        "times_1_worker_of_2_threads": round(both / median["ours, 1 worker x 2 threads"], 2),
        "input_percent_of_step": round(statistics.median(t.input_percent or 0 for t in ours), 2),
        "gflop_a_step": round(arithmetic, 2),
        "gflop_a_second_of_1_worker": round(arithmetic * one / BATCH, 1),
        "features_megabytes": round(4 * BATCH * cost(network).acts / 1e6, 1),
    }


def _first(found: dict[str, list[float]]) -> dict[str, Any]:
    median = {kind: statistics.median(times) for kind, times in found.items()}
    return {
        "ours_seconds": round(median["ours"], 2),
        "keras_fit_seconds": round(median["keras"], 2),
        "times_keras": round(median["keras"] / median["ours"], 2),
    }


def _lines(
    cases: Sequence[dict[str, Any]], first: Sequence[dict[str, Any]], rounds: int, starts: int
) -> Iterator[str]:
    def span(rows: Sequence[dict[str, Any]], key: str) -> str:
        values = [row[key] for row in rows]
        least, most = f"{min(values):.2f}", f"{max(values):.2f}"
        return least if least == most else f"{least} to {most}"

    yield (
        f"EfficientNet-B0 with all its blocks and strides, {CLASSES} classes, batch {BATCH}, SGD "
        f"with Nesterov momentum; medians of {rounds} turns each, all in one run and taking turns."
    )
    yield (
        "On this machine two of our workers train "
        f"{span(cases, 'times_keras_as_it_comes')} times as many images a second as Keras `fit` "
        f"as it comes (aim: {KERAS_AIM:g}), {span(cases, 'times_keras')} times as many as the "
        "better of that and two processes of it with one thread each, and "
        f"{span(cases, 'times_pytorch')} times as many as PyTorch, channels last, in the better of "
        f"two processes with one thread and one with two (aim: {TORCH_AIM:g})."
    )
    yield (
        "By processor time, which other work on the machine leaves alone, an image costs Keras in "
        f"two processes {span(cases, 'times_keras_by_cpu')} times and PyTorch "
        f"{span(cases, 'times_pytorch_by_cpu')} times what it costs us."
    )
    yield (
        f"Two workers train {span(cases, 'times_1_worker')} times as many as one (aim: "
        f"{WORKERS_AIM:g}), and {span(cases, 'times_1_worker_of_2_threads')} times as many as one "
        "with two threads. Reading and changing images takes "
        f"{span(cases, 'input_percent_of_step')} % of a step (aim: under {INPUT_AIM:g} %); it is "
        "in our figures. Keras and PyTorch are handed float images that lie ready in memory, Keras "
        "as batches of a dataset without end, since `fit` waits at ends of epochs."
    )
    yield (
        "`gflop_a_step` is the arithmetic of a step's products, forward and back; "
        "`features_megabytes` what its convolutions put out, which normalisations, activations and "
        "gates pass over again and again, there and back."
    )
    yield (
        "Keras's `build`, `compile` and `fit` to the end of the first batch take "
        f"{span(first, 'times_keras')} times as long as what we take from handing a training to a "
        f"worker to the end of its first step (aim: {START_AIM:g}; medians of {starts}). Both run "
        "in a fresh child of a fork server that has imported TensorFlow."
    )
