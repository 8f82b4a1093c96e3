"""What a training is known by: a hash of all that decides its result."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from scalesearch.config.recipe import Recipe
from scalesearch.core.networks import Network


def cell_of(
    network: Network,
    recipe: Recipe,
    data: Mapping[str, Any],
    trainer: Mapping[str, Any] | None = None,
) -> str:
    """16 hex digits for the proxy `network`, trained so on the images that `data` decides.

    The network's name and the seed are no part of it. `trainer` is the key of the user's own.
    """
    key = {
        "network": network.named("").to_json(),
        "recipe": recipe.to_json(),
        "data": dict(data),
        **({} if trainer is None else {"trainer": dict(trainer)}),
    }
    text = json.dumps(key, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
