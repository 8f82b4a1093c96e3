"""What a training came to, as a value, and where it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scalesearch.errors import ScaleSearchError

from .training_jobs import Job, job_from

USUAL = "0.99-4096"
PARTS = 16
"""Parts of a training of which each has the mean of its steps' losses."""


class Score(NamedTuple):
    """On the validation images. Accuracies in percent."""

    top1: float
    first4000: float
    """On the first 4,000 of them."""
    loss: float
    """Mean cross-entropy in nats."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A training that has ended.

    `scores` are by what was scored: "0.99-4096" are the weights averaged with that decay, with
    statistics over 4,096 images; "last-1024" the last weights; "last-moving" those with the
    statistics that moved along. `losses` are the means of sixteenths of the steps.
    """

    job: Job
    blocks: int
    macs: int
    params: int
    steps: int = 0
    train_seconds: float = 0.0
    """From the end of the first step to the end of the last."""
    seconds: float = 0.0
    """Of all, the resizing of images, tracing and scoring included."""
    losses: tuple[float, ...] = ()
    scores: Mapping[str, Score] = field(default_factory=dict)
    failed: str = ""
    """Why there are no scores; empty where there are."""

    def top1(self) -> float:
        """Of the weights averaged with 0.99, or with the decay nearest below that there is."""
        name = max(name for name in self.scores if name <= USUAL and name.endswith("-4096"))
        return self.scores[name].top1


def outcome_from(values: Mapping[str, Any]) -> Outcome:
    """The outcome of plain values as `to_json` and the workers have them, job and all."""
    job = job_from(values)
    network = job.network
    if "error" in values or values.get("failed"):
        reason = str(values.get("failed") or values["error"])
        return Outcome(job, network.blocks, network.cost.macs, network.cost.params, failed=reason)
    found = (values["blocks"], values["macs"], values["params"])
    if found != (network.blocks, network.cost.macs, network.cost.params):
        raise ScaleSearchError(
            f"The training {job.key} ({job.tag}) is of a network of {found[0]} blocks and "
            f"{found[1]:,} MACs; its job now makes one of {network.blocks} and "
            f"{network.cost.macs:,}. Proxies are made otherwise since: train it again."
        )
    return Outcome(
        job,
        *found,
        steps=values["steps"],
        train_seconds=values["train_seconds"],
        seconds=values["seconds"],
        losses=tuple(values["losses"]),
        scores={name: Score(**score) for name, score in values["scores"].items()},
    )


def merged(*tables: Sequence[Outcome]) -> list[Outcome]:
    """Each training once, in the order of first sight; what ended well replaces what failed."""
    found: dict[str, Outcome] = {}
    for outcome in (each for table in tables for each in table):
        key = outcome.job.key
        if key not in found or (found[key].failed and not outcome.failed):
            found[key] = outcome
    return list(found.values())
