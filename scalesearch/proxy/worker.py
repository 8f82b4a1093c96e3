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
    """Train what `spec` says: {"network", "recipe", "data": {"path"}, "seed"}, all plain JSON."""
    score = training.train(
        network_from_json(spec["network"]),
        Recipe(**spec["recipe"]),
        opened(Path(spec["data"]["path"])),
        int(spec["seed"]),
        progress,
    )
    return asdict(score)
