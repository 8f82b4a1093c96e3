"""The real trainer, which leaves the trained weights too, so that their bytes can be compared."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scalesearch.proxy import worker


def train(spec: dict[str, Any], progress: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Train what `spec` says and keep the weights in the folder FAULTS_WEIGHTS."""
    what = json.dumps([spec["network"], spec["recipe"]], sort_keys=True)
    name = f"{hashlib.sha256(what.encode()).hexdigest()[:16]}_{spec['seed']}.npz"
    return worker.train({**spec, "weights": str(Path(os.environ["FAULTS_WEIGHTS"], name))}, progress)
