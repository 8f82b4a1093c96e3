"""A trainer that trains nothing for `compare` and `sweep`: its score follows from the network.

It writes weights where it is told to, as the real one does. `FAIL` and `STOP` name what goes wrong.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from scalesearch.core.cost import cost
from scalesearch.core.function_network import FunctionNetwork, network_from_json
from scalesearch.core.networks import Network
from scalesearch.training.table_backend import weight_files
from scalesearch.training.table_backend.weight_vector import normalised, weights_of

TRAINED: list[tuple[int, int]] = []
"""(resolution, seed) of every training that ended."""


def score(network: Network, seed: int) -> float:
    """More for costlier networks, more still for wider ones; a little by seed."""
    if isinstance(network, FunctionNetwork):
        return 0.3 + 0.05 * network.width + 0.01 * network.depth + 0.01 * (seed % 7) ** 0.5
    widest = max(stage.channels for stage in network.stages)
    return 0.3 + 0.02 * np.log2(cost(network).macs) / 2 + widest / 5000 + 0.01 * (seed % 7) ** 0.5


def write_weights(path: Path, network: Network, seed: int) -> None:
    """Weights that nothing has trained; a function's model as it is built."""
    if isinstance(network, FunctionNetwork):
        from scalesearch.keras_models.functions import function_models
        from scalesearch.training.model_backend import variable_files

        variable_files.write(path, function_models.build_model(network))
        return
    size = sum(weight.size for weight in weights_of(network))
    rng = np.random.default_rng(seed)
    vectors = weight_files.Kept(
        rng.normal(0, 0.1, size).astype(np.float32),
        np.ones(2 * sum(normalised(network)), np.float32),
    )
    weight_files.write(path, vectors)


def trainer(
    fail: Callable[[Network], bool] = lambda network: False,
    stop_after: int | None = None,
    more: Callable[[Network, dict[str, Any]], float] = lambda network, spec: 0.0,
) -> Callable[..., dict[str, Any]]:
    """One that raises where `fail` says so, and is interrupted after so many trainings.

    `more` is what a network and its spec add to the score.
    """

    def train(spec: dict[str, Any], progress: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
        if stop_after is not None and len(TRAINED) >= stop_after:
            raise KeyboardInterrupt
        network, seed = network_from_json(spec["network"]), spec["seed"]
        if fail(network):
            raise ValueError("out of memory")
        progress({"epoch": 1, "epochs": 1})
        if "weights" in spec:
            write_weights(Path(spec["weights"]), network, seed)
        TRAINED.append((network.resolution.to_json(), seed))
        return {
            "top1": float(score(network, seed) + more(network, spec)),
            "loss": 1.0,
            "epochs": spec["recipe"]["epochs"] if "recipe" in spec else 1,
            "seconds": 0.5,
            "images_per_second": 100.0,
        }

    return train
