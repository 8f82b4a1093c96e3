"""What runs in a worker process: a plain spec in, plain numbers out."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scalesearch.config.recipe import Recipe
from scalesearch.core.built import network_from_json
from scalesearch.proxy import kept, training
from scalesearch.proxy.data.cache import opened
from scalesearch.proxy.step import State


def train(spec: dict[str, Any], progress: Callable[[dict], None]) -> dict[str, Any]:
    """Train what `spec` says: {"network", "recipe", "data": {"path"}, "seed"}, all plain JSON.

    Where it names a file under "weights", the trained weights are there before this returns.
    """
    arguments = (
        network_from_json(spec["network"]),
        Recipe(**spec["recipe"]),
        opened(Path(spec["data"]["path"])),
        int(spec["seed"]),
        progress,
    )
    if "weights" not in spec:
        return asdict(training.train(*arguments))

    def keep(state: State) -> None:
        vectors = kept.Kept(state.average.numpy(), state.statistics.numpy())
        kept.write(Path(spec["weights"]), vectors)

    return asdict(training.train(*arguments, keep))
