"""Where a batch has no room in memory, it is trained in parts: which, and for which studies."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from scalesearch.config.recipe import Recipe
from scalesearch.core.memory import shrunk_batch
from scalesearch.core.quantities import memory_size
from scalesearch.core.study_settings import Settings
from scalesearch.errors import StudyError, parameter
from scalesearch.executors.free_space import free_memory
from scalesearch.experiments.plans import Plan
from scalesearch.experiments.resources import SEARCH_BYTES, needs_of
from scalesearch.experiments.run_options import RunOptions
from scalesearch.studies.settings import read_settings

P = TypeVar("P", bound=Plan[Any, Any])


def fitting(plan: P, options: RunOptions) -> P:
    """The plan with its batch in so many parts that one training has room in memory.

    As it is where it has room, and where not even single images have: that is refused elsewhere.
    A study that is there keeps its parts. A trainer of the user's own sees to its memory itself.
    """
    if plan.trainer is not None:
        return plan
    recipe, available = plan.profile.recipe, free_memory()

    def bytes_at(images: int) -> int:
        return SEARCH_BYTES + max(needs_of(plan.with_recipe(_of(recipe, images))).peaks)

    stored = _stored_recipe(options)
    if stored is not None and stored.get("batch_size") == recipe.batch_size:
        kept = stored.get("micro_batch")
        if type(kept) is int and 0 < kept < recipe.batch_size and not recipe.batch_size % kept:
            recipe = _of(recipe, kept)
        if available is not None and bytes_at(recipe.at_once) > available:
            options.tell(
                f"The study {options.folder} has been made with {recipe.at_once} images of a batch "
                f"of {recipe.batch_size} at a time, which have no room now. End other programs, or "
                f"give another {parameter('study')} name: a new study takes as many as have room."
            )
        return plan.with_recipe(recipe)
    if available is None or bytes_at(recipe.at_once) <= available:
        return plan
    images = shrunk_batch(recipe.at_once, bytes_at, available)
    if images is None:
        return plan
    needed = bytes_at(recipe.at_once)
    parted = _of(recipe, images)
    whole, part = memory_size(needed), memory_size(bytes_at(images))
    options.tell(
        f"Batch {recipe.batch_size} in {parted.parts} parts of {images}: one training may need "
        f"{whole} with {recipe.at_once} images at a time, {part} with {images}, and "
        f"{memory_size(available)} are free. Gradients are averaged over the batch; batch "
        "statistics are of a part, which changes results a little."
    )
    return plan.with_recipe(parted)


def _of(recipe: Recipe, images: int) -> Recipe:
    return replace(recipe, micro_batch=None if images == recipe.batch_size else images)


def _stored_recipe(options: RunOptions) -> Mapping[str, Any] | None:
    """The recipe of the study that is there, as far as it can be read: else it is refused later."""
    try:
        return Settings.from_json(read_settings(options.folder) or {}).recipe
    except (StudyError, ValueError):
        return None
