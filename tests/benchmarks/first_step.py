"""What a child of the fork server does for `throughput`: everything up to its first step's end."""

import time
from typing import Any

import keras  # noqa: F401  # the fork server imports what both kinds need, before any clock runs
import tensorflow  # noqa: F401  # as above

from scalesearch.keras_models import table_model  # noqa: F401  # as above
from scalesearch.training import trainer  # noqa: F401  # as above

from . import trainees


class _First(trainees.Pace):
    """Ends the training after one step."""

    def __init__(self) -> None:
        super().__init__()
        self.at = 0.0

    def step(self) -> bool:
        self.at = time.monotonic()
        return False


def train(spec: dict[str, Any], progress: object) -> dict[str, Any]:
    """Seconds from `spec["submitted"]`, on the clock that all processes share, to the first step.

    They are given as a training's seconds; the other numbers that a result must have say nothing.
    """
    pace = _First()
    trainees.KINDS[spec["kind"]](spec["job"], pace)
    seconds = pace.at - spec["submitted"]
    return {"top1": 0.0, "loss": 0.0, "epochs": 1, "seconds": seconds, "images_per_second": 0.0}
