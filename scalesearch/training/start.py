"""What a training needs before its first step: graphs, and the images at its resolution.

Making it takes a second or two, as long as dozens of steps of a small proxy, and a process keeps it
for the next training of the same network. What is kept decides nothing: every variable is set anew,
so a training is the same whichever came before it.
"""

from dataclasses import dataclass
from pathlib import Path

from scalesearch.config.recipe import Recipe
from scalesearch.core.networks import Network
from scalesearch.core.resolution import Resolution
from scalesearch.data import batches
from scalesearch.data.augmentation import Augmentation
from scalesearch.data.prepared_images import Prepared
from scalesearch.training.backends import backend_of
from scalesearch.training.learner import Learner

VALIDATION_BATCH = 250

Of = tuple[Network, Recipe, Path]
"""The network, how it is trained, and where its images lie."""


@dataclass(frozen=True, slots=True)
class Start:
    """A network before its first step, and its images."""

    of: Of
    learner: Learner
    images: batches.Batches
    """Those that are trained on."""
    validation: batches.Batches


class Keeper:
    """Keeps what was made for the training that a process did last."""

    def __init__(self) -> None:
        self._kept: Start | None = None

    @property
    def full(self) -> bool:
        """Whether it has something."""
        return self._kept is not None

    def give(self, of: Of, seed: int) -> Start | None:
        """What is kept, made anew for `seed`, if it is of this training; it is kept no longer."""
        kept, self._kept = self._kept, None
        if kept is None or kept.of != of or kept.learner.restart is None:
            return None
        kept.learner.restart(seed)
        return kept

    def keep(self, start: Start) -> None:
        """Keep this, of a training that ended well, if it can be used again."""
        if start.learner.restart is not None:
            self._kept = start


def at_start(
    network: Network, recipe: Recipe, data: Prepared, seed: int, keeper: Keeper | None = None
) -> Start:
    """All of it, the state being that before the first step, drawn from `seed`.

    Raises DataError where the training part holds less than one batch.
    """
    of = network, recipe, data.path
    kept = keeper.give(of, seed) if keeper else None
    if kept is not None:
        return kept
    learner = backend_of(network).learner(network, recipe, seed)
    how = Augmentation(flip=recipe.flip, shift=recipe.shift, cutout=recipe.cutout)
    informed = None if recipe.informed is None else Resolution.of(recipe.informed)
    return Start(
        of,
        learner,
        batches.training(data, network.resolution, recipe.batch_size, how, informed),
        batches.validation(data, network.resolution, VALIDATION_BATCH, informed),
    )
