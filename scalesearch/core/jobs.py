"""What a trainer of the user's own is given: a pair of networks, and whom to tell its progress."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from scalesearch.core.architecture import Architecture
from scalesearch.core.blocks import Block, blocks
from scalesearch.core.cost import Cost
from scalesearch.core.function_network import network_from_json
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.networks import Network, Realised
from scalesearch.core.resolution import Resolution
from scalesearch.core.scores import Score


@dataclass(frozen=True, slots=True)
class JobNetwork:
    """A network of a job: what it is, and what it costs."""

    network: Network
    depth: float
    """Blocks over the blocks of the baseline of the same size; of a function's network the
    multiplier that the function was called with."""
    width: float
    """Multiplier of the baseline's channels, before they were rounded."""
    cost: Cost

    @property
    def name(self) -> str:
        return self.network.name

    @property
    def table(self) -> Architecture | None:
        """The network as a table of stages; None where a function builds it."""
        return self.network.table

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block from the image to the logits, in order; none where a function builds them."""
        return blocks(self.table) if self.table else ()

    @property
    def repeats(self) -> tuple[int, ...]:
        """Blocks of each stage that depth scales; none where a function builds them."""
        return self.network.repeats

    @property
    def builder(self) -> str:
        """The function that builds it, as package.module:function; "" of a table."""
        return self.network.builder

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What `builder` is called with: depth, width, resolution, classes; empty of a table."""
        return self.network.arguments

    @property
    def resolution(self) -> Resolution:
        """Height and width of the input in pixels."""
        return self.network.resolution

    @property
    def classes(self) -> int:
        return self.network.classes

    @property
    def input_channels(self) -> int:
        return self.network.input_channels

    @property
    def macs(self) -> int:
        """Multiply-accumulates an image."""
        return self.cost.macs

    @property
    def params(self) -> int:
        """Parameters that are trained."""
        return self.cost.params

    @property
    def acts(self) -> int:
        """Output elements of convolutions and linear layers, an image."""
        return self.cost.acts

    def to_json(self) -> dict[str, Any]:
        """The network as plain values, fit for JSON."""
        return self.network.to_json()


@dataclass(frozen=True, slots=True)
class Job:
    """One training: which network, with which seed."""

    network: JobNetwork
    """The proxy, which is what shall be trained."""
    full: JobNetwork
    """The network at full size, which the proxy stands for."""
    coefficients: Coefficients
    """alpha, beta, gamma: depth, width and resolution are multiplied by them at phi = 1."""
    seed: int
    """Another one for each training of a network."""
    data: Mapping[str, Any] | None = None
    """What the study is said to be trained on, plain values; None where it has no dataset."""
    checkpoint: Path | None = None
    """A folder, which is there, for what an interrupted training goes on from. It is removed once
    the training has ended or failed with an unusable score."""


class JobProgress(Protocol):
    """What an own trainer calls after an epoch, and as often besides as it likes."""

    def __call__(
        self,
        epoch: int | None = None,
        epochs: int | None = None,
        *,
        top1: float | None = None,
        note: str = "",
    ) -> bool:
        """False where the training shall stop: keep a checkpoint and return None.

        `epochs` are those of the training, `epoch` how many of them are done, those before an
        interruption included. `top1` is shown with it, and `note` to a person. Without an epoch it
        says that the training lives: in a worker process one that says nothing for ten minutes
        (`hangs_after` of the profile) counts as hanging and is ended.

        What is returned after False does not count, and the training is done again from its
        checkpoint, unless its last epoch was over.
        """


OwnTrainer = Callable[[Job, JobProgress], Score | Mapping[str, Any] | float | None]


def job_spec(full: Realised, proxy: Realised, coefficients: Coefficients) -> dict[str, Any]:
    """The part of a task's spec, plain values, that `job_of` makes the networks of a job of.

    `job_of` reads "seed", "data" and "checkpoint" beside it.
    """
    return {
        "network": proxy.network.to_json(),
        "full": full.network.to_json(),
        "coefficients": {
            "alpha": coefficients.alpha,
            "beta": coefficients.beta,
            "gamma": coefficients.gamma,
        },
        "sizes": {"network": _sizes(proxy), "full": _sizes(full)},
    }


def job_of(spec: Mapping[str, Any]) -> Job:
    """The job that a task's spec describes (trusted: nothing is checked)."""
    network, full = (_network(spec[which], **spec["sizes"][which]) for which in ("network", "full"))
    checkpoint = spec.get("checkpoint")
    return Job(
        network,
        full,
        Coefficients(**spec["coefficients"]),
        spec["seed"],
        spec.get("data"),
        Path(checkpoint) if checkpoint else None,
    )


def _sizes(realised: Realised) -> dict[str, Any]:
    cost = realised.cost
    return {
        "depth": realised.depth,
        "width": realised.width,
        "macs": cost.macs,
        "params": cost.params,
        "acts": cost.acts,
    }


def _network(
    values: dict[str, Any], depth: float, width: float, macs: int, params: int, acts: int
) -> JobNetwork:
    return JobNetwork(network_from_json(values), depth, width, Cost(macs, params, acts))
