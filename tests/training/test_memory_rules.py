"""What the prediction of memory takes for granted of the training."""

import keras
import pytest

from scalesearch.config.recipe import Recipe
from scalesearch.core import memory
from scalesearch.data import batches
from scalesearch.training import start
from scalesearch.training.optimizers import optimizer_of


def test_sizes_are_those_of_the_training() -> None:
    assert memory.SCORED_AT_ONCE == start.VALIDATION_BATCH
    assert memory.HELD_WHOLE == batches.RESIZE_WHOLE_BYTES
    assert memory.RESIZED_AT_ONCE == batches._CHUNK


@pytest.mark.parametrize("name", memory.SLOTS)
def test_an_optimiser_has_so_many_vectors(name: str) -> None:
    optimizer = optimizer_of(Recipe(1, 1, name))
    optimizer.build([keras.Variable([0.0] * 7)])
    vectors = [variable for variable in optimizer.variables if variable.shape == (7,)]
    assert len(vectors) == memory.SLOTS[name]
