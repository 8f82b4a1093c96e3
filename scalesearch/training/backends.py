"""What a training needs before its first step: graphs, and the images at its resolution.

Making it takes a second or two, as long as dozens of steps of a small proxy, and a process keeps it
for the next training of the same network. What is kept decides nothing: every variable is set anew,
so a training is the same whichever came before it. Of a network that a Python function builds
nothing is kept, since its layers may hold random and other state that nobody knows of.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.config.recipe import Recipe
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.networks import Network
from scalesearch.data import batches
from scalesearch.data.augmentation import Augmentation
from scalesearch.data.prepared_images import Prepared
from scalesearch.training import model_step, table_step

VALIDATION_BATCH = 250

Of = tuple[Network, Recipe, Path]
"""The network, how it is trained, and where its images lie."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A network's state, the functions over it, each traced at its first call, and its images."""

    of: Of
    state: Any
    take: Callable[..., Any]
    """(images, labels, rate, seed) -> loss: see `step.training_step`."""
    score: Callable[..., Any]
    """(images, labels) -> (right answers, summed loss): see `step.scoring_step`."""
    observe: Callable[..., None]
    """(images, share): see `step.observing_step`."""
    images: batches.Batches
    """Those that are trained on."""
    validation: batches.Batches


class Keeper:
    """Keeps what was made for the training that a process did last."""

    def __init__(self) -> None:
        self._kept: Ready | None = None

    @property
    def full(self) -> bool:
        """Whether it has something."""
        return self._kept is not None

    def give(self, of: Of) -> Ready | None:
        """What is kept, if it is of this training; it is kept no longer."""
        kept, self._kept = self._kept, None
        return kept if kept is not None and kept.of == of else None

    def keep(self, ready: Ready) -> None:
        """Keep this, of a training that ended well, unless a function built its network."""
        if isinstance(ready.state, table_step.State):
            self._kept = ready


def form_of(network: Network) -> Any:
    """The module that trains this kind of network: both have the same names."""
    return model_step if isinstance(network, FunctionNetwork) else table_step


def at_start(
    network: Network, recipe: Recipe, data: Prepared, seed: int, keeper: Keeper | None = None
) -> Ready:
    """All of it, the state being that before the first step, drawn from `seed`.

    Raises DataError where the training part holds less than one batch.
    """
    of = network, recipe, data.path
    kept = keeper.give(of) if keeper else None
    if kept is not None:
        kept.state.restart(seed)
        return kept
    form = form_of(network)
    state = form.State(network, recipe, seed)
    how = Augmentation(flip=recipe.flip, shift=recipe.shift, cutout=recipe.cutout)
    return Ready(
        of,
        state,
        form.training_step(network, recipe, state),
        form.scoring_step(network, state),
        form.observing_step(network, recipe, state),
        batches.training(data, network.resolution, recipe.batch_size, how),
        batches.validation(data, network.resolution, VALIDATION_BATCH),
    )
