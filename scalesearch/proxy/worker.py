"""What runs in a worker process: a plain spec in, plain numbers out."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scalesearch.config.recipe import Recipe
from scalesearch.core.built import network_from_json
from scalesearch.proxy import training
from scalesearch.proxy.checkpoints import Checkpoints, identity
from scalesearch.proxy.data.cache import opened


def train(
    spec: dict[str, Any], progress: Callable[[dict[str, Any]], bool | None]
) -> dict[str, Any]:
    """Train what `spec` says: {"network", "recipe", "data": {"path"}, "seed"}, all plain JSON.

    Where it names a file under "weights", the trained weights are there before this returns. Where
    it names a folder under "checkpoint", the training goes on from there and leaves its own there.
    `progress` is told of epochs, steps and notes; once it answers False for a step, the training
    keeps a checkpoint and gives {"stopped": True}.
    """
    network = network_from_json(spec["network"])

    def keep(state: Any) -> None:
        if "weights" in spec:
            training.form_of(network).keep(state, Path(spec["weights"]))

    def report(sentence: str) -> None:
        progress({"note": sentence})

    checkpoints = None
    if "checkpoint" in spec:
        checkpoints = Checkpoints(Path(spec["checkpoint"]), identity(spec), report)
    try:
        score = training.train(
            network,
            Recipe(**spec["recipe"]),
            opened(Path(spec["data"]["path"])),
            int(spec["seed"]),
            progress=progress,
            keep=keep,
            go_on=lambda step: progress({"step": step}) is not False,
            checkpoints=checkpoints,
        )
    except training.Stopped:
        return {"stopped": True}
    except FloatingPointError:  # whoever tries again should not begin from what led here
        if checkpoints:
            checkpoints.clear()
        raise
    return asdict(score)
