"""What the driver hands out and what comes back: plain values that survive a trip through JSON."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

Progress = Callable[[dict[str, Any]], bool | None]
"""Takes {"epoch", "epochs", ...} after an epoch, {"step"} after each step, {"note"} for people.

False asks the training to stop where it is, after a step: to keep what it has and to return
{"stopped": True}, so that it can go on from there another time.
"""
Trainer = Callable[[dict[str, Any], Progress], dict[str, Any]]
"""Trains what a spec says, and returns the numbers of an Outcome.

With {"ready": True} beside them it has kept what the next training of the same network begins
sooner with: its process is then given that one, if it can be. {"untold": [...]} names numbers that
it does not know, and {"unusable": "..."} says why there is no result.
"""
Key = tuple[str, int]

COMPLETE: Literal["complete"] = "complete"
FAILED: Literal["failed"] = "failed"
STOPPED: Literal["stopped"] = "stopped"
BASELINE, CANDIDATE = "baseline", "candidate"  # the column `role`


@dataclass(frozen=True, slots=True)
class Task:
    """One network to train with one seed.

    `cell` is the hash of what is trained, without the seed (16 hex digits). `attributes` holds the
    columns of the trials table that are known before training; `spec` is the JSON for the trainer.
    """

    cell: str
    seed: int
    alpha: float
    beta: float
    gamma: float
    attributes: dict[str, Any]
    spec: dict[str, Any]

    @property
    def key(self) -> Key:
        return self.cell, self.seed

    def of_stage(self, stage: str) -> "Task":
        """The same as a phase hands it out, with the column `stage`."""
        return replace(self, attributes={**self.attributes, "stage": stage})


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a task ended. `top1` is a fraction of the validation images, `seconds` wall time.

    A stopped one was interrupted at the driver's wish: it is no result and never recorded.

    Raises ValueError for a complete outcome whose `top1` is no finite number, or whose `loss` is
    told and is none, so a diverged training can never be stored as a result.
    """

    state: Literal["complete", "failed", "stopped"]
    top1: float | None = None
    loss: float | None = None
    epochs: float | None = None
    seconds: float | None = None
    images_per_second: float | None = None
    peak_memory: int | None = None
    """Bytes that its process had of its own at the most, where that is known."""
    weights: str = ""
    """sha256 of the trained weights, where the trainer tells it."""
    reason: str = ""

    def __post_init__(self) -> None:
        if self.state == COMPLETE:
            if self.top1 is None or not math.isfinite(self.top1):
                raise ValueError(f"a complete outcome needs a finite top1. Got {self.top1}.")
            if self.loss is not None and not math.isfinite(self.loss):
                raise ValueError(f"the loss of a complete outcome is finite. Got {self.loss}.")


def failed(reason: str) -> Outcome:
    """The outcome of a training that gave no usable result."""
    return Outcome(FAILED, reason=reason)


def outcome_of(result: Mapping[str, Any]) -> Outcome:
    """The outcome of a training that returned `result`.

    It is failed, with the reason, where a number is missing, not a number, or not finite, or where
    top1 is not a fraction. Numbers but top1 may be missing where "untold" names them. What is known
    of the effort (epochs, seconds) is kept all the same.
    """
    if result.get("stopped") is True:
        return Outcome(STOPPED)
    reason = _unusable(result)
    effort = {name: _finite(result.get(name)) for name in ("epochs", "seconds")}
    epochs = effort["epochs"]
    if reason:
        return Outcome(FAILED, epochs=epochs, seconds=effort["seconds"], reason=reason)
    return Outcome(
        COMPLETE,
        top1=float(result["top1"]),
        loss=_finite(result.get("loss")),
        epochs=epochs,
        seconds=effort["seconds"],
        images_per_second=_finite(result.get("images_per_second")),
        peak_memory=result.get("peak_memory"),
        weights=str(result.get("weights", "")),
    )


def _unusable(result: Mapping[str, Any]) -> str:
    if result.get("unusable"):
        return str(result["unusable"])
    untold = set(result.get("untold", ())) - {"top1"}
    for name in ("top1", "loss", "epochs", "seconds", "images_per_second"):
        if name in untold:
            continue
        if name not in result:
            return f"the trainer returned no {name}"
        value = result[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"the trainer returned no number as {name}: {value!r}"
        if not math.isfinite(value):
            diverged = ": the training diverged" if name in ("top1", "loss") else ""
            return f"{name} is {value}{diverged}"
    if not 0 <= result["top1"] <= 1:
        return f"top1 must be a fraction between 0 and 1. Got {result['top1']}"
    return ""


def _finite(value: object) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and math.isfinite(value) else None  # type: ignore[arg-type, return-value] # narrowed by is_number
