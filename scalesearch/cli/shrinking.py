"""Where a batch has no room in memory, it is trained in parts: which, and for which studies."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scalesearch.cli.needs import SEARCH_BYTES, Needs, needs_of_search, needs_of_work
from scalesearch.cli.planning import Search
from scalesearch.cli.proxies import data_key
from scalesearch.cli.render import note
from scalesearch.config.profiles import Profile
from scalesearch.config.recipe import Recipe
from scalesearch.core.memory import shrunk_batch
from scalesearch.core.quantities import memory_size
from scalesearch.errors import StudyError
from scalesearch.executors.free_space import free_memory
from scalesearch.search.cells import Training, cell_of
from scalesearch.studies.settings import read_settings

if TYPE_CHECKING:
    from scalesearch.cli.arm_training import Work
    from scalesearch.cli.running import Place


def fitting_search(search: Search, place: "Place") -> Search:
    """The search with its batch in so many parts that one training has room in memory.

    As it is where it has room, and where not even single images have: that is refused elsewhere.
    A study that is there keeps its parts.
    """

    def at(recipe: Recipe) -> Search:
        settings = {**search.settings, "recipe": recipe.to_json()}
        return replace(search, profile=replace(search.profile, recipe=recipe), settings=settings)

    return at(_fitting(search.profile, place, lambda recipe: needs_of_search(at(recipe))))


def fitting_work(work: "Work", place: "Place") -> "Work":
    """The same for a comparison or sweep."""

    def at(recipe: Recipe) -> "Work":
        profile = replace(work.profile, recipe=recipe)
        settings = {**work.settings, "recipe": recipe.to_json()}
        if "arms" in settings:  # each has the key of its trainings, of which the recipe is part
            training = Training(recipe, data_key(work.data, work.facts), "")
            proxies = {named.name: named.proxy.network for named in work.networks}
            settings["arms"] = {
                name: {**arm, "cell": cell_of(proxies[name], training)}
                for name, arm in settings["arms"].items()
            }
        return replace(work, profile=profile, settings=settings)

    return at(_fitting(work.profile, place, lambda recipe: needs_of_work(at(recipe))))


def _fitting(profile: Profile, place: "Place", needs_at: Callable[[Recipe], Needs]) -> Recipe:
    """The profile's recipe, with a micro batch where it must be."""
    recipe, available = profile.recipe, free_memory()

    def bytes_at(images: int) -> int:
        return SEARCH_BYTES + max(needs_at(_of(recipe, images)).peaks)

    stored = _stored_recipe(place)
    if stored is not None and stored.get("batch_size") == recipe.batch_size:
        kept = stored.get("micro_batch")
        if type(kept) is int and 0 < kept < recipe.batch_size and not recipe.batch_size % kept:
            recipe = _of(recipe, kept)
        if available is not None and bytes_at(recipe.at_once) > available:
            note(
                f"The study {place.folder} has been made with {recipe.at_once} images of a batch "
                f"of {recipe.batch_size} at a time, which have no room now. End other programs, or "
                "give another --study name: a new study takes as many as have room."
            )
        return recipe
    if available is None or bytes_at(recipe.at_once) <= available:
        return recipe
    images = shrunk_batch(recipe.at_once, bytes_at, available)
    if images is None:
        return recipe
    needed = bytes_at(recipe.at_once)
    parted = _of(recipe, images)
    note(
        f"Batch {recipe.batch_size} in {parted.parts} parts of {images}: one training may need "
        f"{memory_size(needed)} with {recipe.at_once} images at a time, "
        f"{memory_size(bytes_at(images))} with {images}, and {memory_size(available)} are free. "
        "Gradients are averaged over the batch; batch statistics are of a part, which changes "
        "results a little."
    )
    return parted


def _of(recipe: Recipe, images: int) -> Recipe:
    return replace(recipe, micro_batch=None if images == recipe.batch_size else images)


def _stored_recipe(place: "Place") -> Mapping[str, Any] | None:
    """The recipe of the study that is there, as far as it can be read: else it is refused later."""
    try:
        stored = read_settings(place.folder)
    except StudyError:
        return None
    recipe = stored.get("recipe") if stored else None
    return recipe if isinstance(recipe, dict) else None
