"""The images that a study trains on, as the options and the profile have them."""

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from scalesearch.config.profiles import Profile
from scalesearch.core.networks import Network
from scalesearch.core.passwords import without_passwords
from scalesearch.core.plain_text import short
from scalesearch.core.quantities import epochs_words, several
from scalesearch.data.broken_images import Broken, listed
from scalesearch.data.facts import DataFacts
from scalesearch.data.spec import DataSpec
from scalesearch.errors import DataError
from scalesearch.experiments.dataset_suggestions import meant
from scalesearch.experiments.training_options import TrainingOptions

Tell = Callable[[str], None]
"""Takes a sentence for a person."""


def data_of(
    options: TrainingOptions, profile: Profile, tell: Tell = lambda text: None
) -> tuple[DataSpec, DataFacts]:
    """The images to train on. Another dataset than the profile's may hold fewer: then all.

    `tell` is given what is looked at and what is left out. Raises DataError, also where fewer than
    one batch would be left to train on.
    """
    from scalesearch.data.sources import source_of  # loads numpy and Pillow

    try:
        spec, facts = _asked_for(options, profile, tell)
    except DataError as error:
        if not (hint := meant(options.dataset or profile.dataset)):
            raise
        remedy = f"{error.remedy}{hint}".strip()
        raise DataError(error.message, field=error.field, remedy=remedy) from error
    facts = dataclasses.replace(facts, left_alone=source_of(spec).left_alone())
    batch = profile.recipe.batch_size
    if facts.train is not None and facts.train < batch:
        raise DataError(
            f"`train` must be at least the profile's batch size, {batch}. Got {facts.train} images "
            f"of {spec.dataset}. Ask for more images, or copy the profile and lower `batch_size`."
        )
    return spec, facts


def _asked_for(
    options: TrainingOptions, profile: Profile, tell: Tell
) -> tuple[DataSpec, DataFacts]:
    from scalesearch.data.sources import check, looked_at

    own = options.dataset in (None, profile.dataset)  # else its split and label mean nothing
    spec = DataSpec(
        dataset=profile.dataset if options.dataset is None else options.dataset,
        data_dir=options.data_dir or profile.data_dir,
        split=profile.split if options.split is None and own else options.split,
        label=profile.label if options.label is None and own else options.label,
        follow_links=options.follow_links,
        train=options.train or profile.train,
        validation=options.validation or profile.validation,
        download=options.download,
        canvas=profile.canvas,
    )
    spec, broken = looked_at(
        spec,
        options.skip_broken,
        options.looks,
        lambda images: tell(f"Looking at all {several(images, 'image')} ..."),
    )
    if broken:
        tell(_skipped(spec, broken, options.looks is not None))
    if not own and not (options.train or options.validation):
        whole = dataclasses.replace(spec, train=None, validation=None)
        facts = check(whole)
        wanted = (spec.train or 0) + (spec.validation or 0)
        if facts.train_available is not None and facts.train_available < wanted:
            return whole, facts
    return spec, check(spec)


def data_for(
    baseline: Network, proxies: Iterable[Network], data: DataSpec, facts: DataFacts
) -> tuple[DataSpec, DataFacts]:
    """The images as the baseline's proxy and those scaled from it need them.

    They are of the baseline's shape, from which the others differ by their rounding alone, and
    stored as large as the largest. Raises DataError as `check`.
    """
    from scalesearch.data.sources import check

    largest = max(proxy.resolution.longer for proxy in proxies)
    canvas = max(data.canvas, largest)
    data = dataclasses.replace(data, canvas=canvas, shape=baseline.resolution)
    if data.shape.is_square:
        return data, facts
    return data, dataclasses.replace(facts, size=check(data).size)


def data_key(data: DataSpec, facts: DataFacts) -> dict[str, Any]:
    """What decides the images, without where they lie."""
    return {
        **dict(facts.identity),
        "train": facts.train,
        "validation": facts.validation,
        "seed": data.seed,
        "canvas": data.canvas,
        "fingerprint": facts.fingerprint,
        **data.shape_json,
    }


def data_lines(
    profile: Profile, data: DataSpec, facts: DataFacts, lengths: Sequence[int] = ()
) -> str:
    """The profile, and on what and how long it trains, as the beginning of a sentence.

    `lengths` are the epochs of its trainings where they are not the profile's alone.
    """
    epochs = epochs_words(lengths or (profile.recipe.epochs,))
    named = (("split", data.split), ("label", data.label))
    chosen = ", ".join(f"{name} {value}" for name, value in named if value is not None)
    return (
        f"Profile {profile.name}: {data.dataset}{f' ({chosen})' if chosen else ''}, "
        f"{facts.train or 'all'} training "
        f"and {facts.validation or 'the rest as'} validation images, "
        f"{epochs}{_parts(profile)}"
    )


def left_alone_lines(data: DataSpec, facts: DataFacts) -> list[str]:
    """What lies in a folder beside its images, where anything does."""
    if not facts.left_alone:
        return []
    return [facts.left_alone.sentence(short(without_passwords(data.dataset), 200))]


def left_alone_json(facts: DataFacts) -> dict[str, Any] | None:
    """The same for a program; None of what is no folder."""
    return None if facts.left_alone is None else facts.left_alone.to_json()


def _skipped(spec: DataSpec, broken: tuple[Broken, ...], all_seen: bool) -> str:
    where = (
        "All of them: skipped.json beside the prepared images."
        if all_seen
        else "A dry run looks into a sample: there may be more."
    )
    return f"Left out of {spec.dataset} {several(len(broken), 'image')}:\n{listed(broken)}\n{where}"


def _parts(profile: Profile) -> str:
    """Of which parts a batch is made, as the end of a list; nothing for a whole one."""
    recipe = profile.recipe
    if recipe.parts == 1:
        return ""
    return (
        f", batch {recipe.batch_size} in {recipe.parts} parts of {recipe.at_once} (gradients are "
        "averaged, batch statistics are of a part)"
    )
