"""What runs in a worker process: a plain spec in, plain numbers out."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scalesearch.config.recipe import Recipe
from scalesearch.core.built import network_from_json
from scalesearch.proxy import training
from scalesearch.proxy.data.cache import opened


def train(spec: dict[str, Any], progress: Callable[[dict], None]) -> dict[str, Any]:
    """Train what `spec` says: {"network", "recipe", "data": {"path"}, "seed"}, all plain JSON.

    Where it names a file under "weights", the trained weights are there before this returns.
    """
    network = network_from_json(spec["network"])
    arguments = (
        network,
        Recipe(**spec["recipe"]),
        opened(Path(spec["data"]["path"])),
        int(spec["seed"]),
        progress,
    )
    if "weights" not in spec:
        return asdict(training.train(*arguments))

    def keep(state: Any) -> None:
        training.form_of(network).keep(state, Path(spec["weights"]))

    return asdict(training.train(*arguments, keep))
