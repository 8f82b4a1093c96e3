"""The graphs of a training, kept for the next one of the same network in the same process.

Making them takes about a second, as long as dozens of steps of a small proxy. What is kept decides
nothing: every variable is set anew, so a training is the same whichever came before it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scalesearch.config.recipe import Recipe
from scalesearch.core.built import AnyNetwork, BuiltNetwork
from scalesearch.proxy import keras_step, step


@dataclass(frozen=True, slots=True)
class Graphs:
    """A network's state and the functions over it, each traced at its first call."""

    of: tuple[AnyNetwork, Recipe]
    state: Any
    take: Callable[..., Any]
    """(images, labels, rate, seed) -> loss: see `step.training_step`."""
    score: Callable[..., Any]
    """(images, labels) -> (right answers, summed loss): see `step.scoring_step`."""
    observe: Callable[..., None]
    """(images, share): see `step.observing_step`."""


class KeptGraphs:
    """The graphs of the network that a process trained last."""

    def __init__(self) -> None:
        self._kept: Graphs | None = None

    def give(self, network: AnyNetwork, recipe: Recipe) -> Graphs | None:
        """What is kept of this training, if it is this one's; it is kept no longer."""
        kept, self._kept = self._kept, None
        return kept if kept is not None and kept.of == (network, recipe) else None

    def keep(self, graphs: Graphs) -> None:
        """Keep these, of a training that ended well."""
        self._kept = graphs


def form_of(network: AnyNetwork) -> Any:
    """The module that trains this kind of network: both have the same names."""
    return keras_step if isinstance(network, BuiltNetwork) else step


def at_start(network: AnyNetwork, recipe: Recipe, seed: int, kept: Graphs | None = None) -> Graphs:
    """Graphs whose state is that before the first step, drawn from `seed`."""
    form = form_of(network)
    state = form.State(network, recipe, seed)
    if kept is not None:
        for variable, value in zip(kept.state.variables(), state.variables(), strict=True):
            variable.assign(value)
        return kept
    return Graphs(
        (network, recipe),
        state,
        form.training_step(network, recipe, state),
        form.scoring_step(network, state),
        form.observing_step(network, recipe, state),
    )
