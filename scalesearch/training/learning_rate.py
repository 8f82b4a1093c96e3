"""The learning rate over a training."""

import math

from scalesearch.config.recipe import Recipe


def rate_at(recipe: Recipe, epoch: float) -> float:
    """Learning rate at `epoch`, a number of epochs from 0, whose fraction counts steps within one.

    The first step of a warm-up has a small rate rather than none.
    """
    if epoch < recipe.warmup_epochs:
        return recipe.learning_rate * (epoch + 0.01) / (recipe.warmup_epochs + 0.01)
    after = epoch - recipe.warmup_epochs
    if recipe.schedule == "cosine":
        share = after / max(recipe.epochs - recipe.warmup_epochs, 1e-9)
        return recipe.learning_rate * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))
    if recipe.schedule == "exponential":
        return recipe.learning_rate * 0.97 ** (after / 2.4)
    return recipe.learning_rate
