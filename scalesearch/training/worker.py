"""What runs in a worker process: a plain spec in, plain numbers out."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from scalesearch.config.recipe import Recipe
from scalesearch.core.function_network import network_from_json
from scalesearch.data.image_cache import opened
from scalesearch.errors import parameter
from scalesearch.training import trainer, validation
from scalesearch.training.backends import backend_of
from scalesearch.training.checkpoints import Checkpoints, identity
from scalesearch.training.learner import State
from scalesearch.training.start import Keeper
from scalesearch.training.step_times import calibrate

_KEEPER = Keeper()  # of this process: a worker may train one network several times
_CHANGED = (
    "the search began. What is finished is kept. Put back what was there then and run the same "
    f"command again, or give another {parameter('study')} name to begin one with what is there now."
)


def train(
    spec: dict[str, Any], progress: Callable[[dict[str, Any]], bool | None]
) -> dict[str, Any]:
    """Train what `spec` says: {"network", "recipe", "data": {"path"}, "seed"}, all plain JSON.

    Where it names a file under "weights", the trained weights are there before this returns. Where
    it names a folder under "checkpoint", the training goes on from there and leaves its own there.
    `progress` is told of the beginning, epochs, steps and notes; once it answers False for a step,
    the training keeps a checkpoint and gives {"stopped": True}. "ready" in the result says that
    this process has kept what another training of this network needs. Where it has counts under
    "calibrate" in place of data, nothing is trained, and the numbers are those that
    `step_times.calibrate` gives.
    Raises StudyError where the code of a function's network is not that which was planned with.
    """
    network = network_from_json(spec["network"])
    backend_of(network).check_source(network, _CHANGED)
    recipe = Recipe(**spec["recipe"])

    def go_on(step: int) -> bool:
        return progress({"step": step}) is not False

    def keep(state: State) -> None:
        if "weights" in spec:
            state.write(Path(spec["weights"]))

    def report(sentence: str) -> None:
        progress({"note": sentence})

    checkpoints = None
    if "checkpoint" in spec:
        checkpoints = Checkpoints(Path(spec["checkpoint"]), identity(spec), report)
    progress({"epoch": 0, "epochs": recipe.epochs})  # the libraries are there: time begins
    try:
        if "calibrate" in spec:
            return calibrate(network, recipe, spec["calibrate"], go_on)
        score = trainer.train(
            network,
            recipe,
            opened(Path(spec["data"]["path"])),
            int(spec["seed"]),
            progress=progress,
            keep=keep,
            go_on=go_on,
            checkpoints=checkpoints,
            keeper=_KEEPER,
        )
    except validation.Stopped:
        return {"stopped": True}
    except FloatingPointError:  # whoever tries again should not begin from what led here
        if checkpoints:
            checkpoints.clear()
        raise
    return {**asdict(score), "ready": _KEEPER.full}
