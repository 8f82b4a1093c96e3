"""A trainer without TensorFlow: its score is a fixed function of cell and seed.

With the spec's "number", of a network of the triangle, it is that of `triangle_rows`. The spec's
"act" says how it behaves; each training that ends writes a line to the spec's "log".
"""

import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scalesearch.errors import StudyError
from tests.search.triangle_rows import top1_of

_RESULT = {"loss": 1.0, "epochs": 2, "seconds": 0.5, "images_per_second": 100.0}


def train(spec: dict[str, Any], progress: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """`steps` and `nap` of the spec are steps an epoch and seconds a step."""
    epochs, steps = spec["recipe"]["epochs"], spec.get("steps", 1)
    for step in range(1, epochs * steps + 1):
        time.sleep(spec.get("nap", 0.0))
        if progress({"step": step}) is False:
            return {"stopped": True}
        if step % steps == 0:
            epoch = step // steps
            progress({"epoch": epoch, "epochs": epochs, "top1": epoch / (2 * epochs)})
    act = spec.get("act", "train")
    if act == "raise":
        raise ValueError("labels out\nof range")
    if act == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if act == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if act == "leave":
        sys.exit(3)
    if act == "print":
        print("chatter on standard output")
    if act == "hang":
        Path(spec["pid"]).write_text(str(os.getpid()))
        time.sleep(60)
    if act == "tell pid":
        with open(spec["pid"], "a", encoding="utf-8") as told:
            told.write(f"{os.getpid()}\n")
    if act == "sleep":
        Path(spec["pid"]).write_text(str(os.getpid()))
        os.kill(os.getpid(), signal.SIGSTOP)
    if act == "no disk":
        raise StudyError("weights cannot be written: No space left on device.")
    if act == "note":
        progress({"note": "the checkpoint is damaged"})
    if act == "diverge":
        return {**_RESULT, "top1": 0.1, "loss": float("nan")}
    if act == "fail once" and not os.path.exists(spec["log"]):
        Path(spec["log"]).touch()
        raise ValueError("the first time")
    if act == "malformed progress":
        progress({"epoch": 1})
    if "log" in spec:
        with open(spec["log"], "a", encoding="utf-8") as log:
            log.write(f"{spec['cell']} {spec['seed']}\n")
    top1 = top1_of(spec["number"], spec["seed"]) if "number" in spec else None
    top1 = score(spec["cell"], spec["seed"]) if top1 is None else top1
    known = {"top1": top1, "epochs": epochs}
    return {**_RESULT, **known, "ready": spec.get("ready", True), **spec.get("result", {})}


def score(cell: str, seed: int) -> float:
    """Cells differ by up to 0.4, seeds by up to 0.02; the baseline's (cell 0) is low."""
    start = 0.2 if int(cell, 16) == 0 else 0.3 + 0.4 * random.Random(cell).random()
    return start + 0.02 * random.Random(f"{cell} {seed}").random()
