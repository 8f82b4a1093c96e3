"""What proxies are made of and trained on: profile and data, as the options have it."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.cli.datasets import meant
from scalesearch.cli.render import note, several
from scalesearch.config.profiles import Profile, read_profile
from scalesearch.core.architecture import Rounding
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.networks import Network
from scalesearch.core.passwords import without_passwords
from scalesearch.core.plain_text import short
from scalesearch.core.proxies import shrink
from scalesearch.data.broken_images import Broken, listed
from scalesearch.data.facts import DataFacts
from scalesearch.data.omissions import looked_at
from scalesearch.data.other_files import left_alone
from scalesearch.data.spec import DataSpec, check
from scalesearch.errors import DataError


@dataclass(frozen=True, slots=True)
class ProxyOptions:
    """The options that name a profile and change it for one study; None keeps the profile's."""

    profile: str
    dataset: str | None
    data_dir: str | None
    download: bool
    train: int | None
    validation: int | None
    epochs: int | None
    skip_broken: bool = False
    looks: Path | None = None
    """Where looks through all images are kept; None takes a first look only."""
    follow_links: bool = False
    split: str | None = None
    label: str | None = None


def profile_of(asked: ProxyOptions) -> Profile:
    """The profile with the epochs that were asked for. Raises ConfigError."""
    profile = read_profile(asked.profile)
    if asked.epochs is None:
        return profile
    warmup = min(profile.recipe.warmup_epochs, asked.epochs)
    recipe = dataclasses.replace(profile.recipe, epochs=asked.epochs, warmup_epochs=warmup)
    return dataclasses.replace(profile, recipe=recipe)


def data_of(asked: ProxyOptions, profile: Profile) -> tuple[DataSpec, DataFacts]:
    """The images to train on. Another dataset than the profile's may hold fewer: then all.

    Raises DataError, also where fewer than one batch would be left to train on.
    """
    try:
        spec, facts = _data(asked, profile)
    except DataError as error:
        if not (hint := meant(asked.dataset or profile.dataset)):
            raise
        raise DataError(f"{error}{hint}") from error
    if spec.folder is not None:
        facts = dataclasses.replace(facts, left_alone=left_alone(spec.folder))
    batch = profile.recipe.batch_size
    if facts.train is not None and facts.train < batch:
        raise DataError(
            f"`train` must be at least the profile's batch size, {batch}. Got {facts.train} images "
            f"of {spec.dataset}. Ask for more images, or copy the profile and lower `batch_size`."
        )
    return spec, facts


def _data(asked: ProxyOptions, profile: Profile) -> tuple[DataSpec, DataFacts]:
    own = asked.dataset in (None, profile.dataset)  # else its split and label mean nothing
    spec = DataSpec(
        dataset=profile.dataset if asked.dataset is None else asked.dataset,
        data_dir=asked.data_dir or profile.data_dir,
        split=profile.split if asked.split is None and own else asked.split,
        label=profile.label if asked.label is None and own else asked.label,
        follow_links=asked.follow_links,
        train=asked.train or profile.train,
        validation=asked.validation or profile.validation,
        download=asked.download,
        canvas=profile.canvas,
    )
    spec, broken = looked_at(spec, asked.skip_broken, asked.looks, _begin_look)
    if broken:
        note(_skipped(spec, broken, asked.looks is not None))
    if not own and not (asked.train or asked.validation):
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
    largest = max(proxy.resolution.longer for proxy in proxies)
    canvas = max(data.canvas, largest)
    data = dataclasses.replace(data, canvas=canvas, shape=baseline.resolution)
    if data.shape.is_square:
        return data, facts
    return data, dataclasses.replace(facts, size=check(data).size)


def _begin_look(images: int) -> None:
    note(f"Looking at all {several(images, 'image')} ...")


def _skipped(spec: DataSpec, broken: tuple[Broken, ...], all_seen: bool) -> str:
    where = (
        "All of them: skipped.json beside the prepared images."
        if all_seen
        else "A dry run looks into a sample: there may be more."
    )
    return f"Left out of {spec.dataset} {several(len(broken), 'image')}:\n{listed(broken)}\n{where}"


def proxy_of(
    baseline: TableNetwork, profile: Profile, facts: DataFacts, rounding: Rounding | None = None
) -> TableNetwork:
    """A table's proxy for these data; `rounding` as in `core.shrink`."""
    return shrink(
        baseline,
        resolution=profile.proxy_resolution(baseline.resolution),
        width=profile.width,
        depth=profile.depth,
        drop_strides=profile.drop_strides,
        classes=facts.classes,
        channels=facts.channels,
        rounding=rounding,
    )


def proxy_key(profile: Profile) -> dict[str, Any]:
    """What decides the proxy of a baseline, data apart; part of what a study is pinned to."""
    return {
        "resolution": profile.resolution.to_json(),
        "width": profile.width,
        "depth": profile.depth,
        "drop_strides": profile.drop_strides,
    }


def data_lines(profile: Profile, data: DataSpec, facts: DataFacts) -> str:
    """The profile, and on what and how long it trains, as the beginning of a sentence."""
    named = (("split", data.split), ("label", data.label))
    chosen = ", ".join(f"{name} {value}" for name, value in named if value is not None)
    return (
        f"Profile {profile.name}: {data.dataset}{f' ({chosen})' if chosen else ''}, "
        f"{facts.train or 'all'} training "
        f"and {facts.validation or 'the rest as'} validation images, "
        f"{several(profile.recipe.epochs, 'epoch')}{parts_words(profile)}"
    )


def left_alone_lines(data: DataSpec, facts: DataFacts) -> list[str]:
    """What lies in a folder beside its images, where anything does."""
    if not facts.left_alone:
        return []
    return [facts.left_alone.sentence(short(without_passwords(data.dataset), 200))]


def left_alone_json(facts: DataFacts) -> dict[str, Any] | None:
    """The same for a program; None of what is no folder."""
    return None if facts.left_alone is None else facts.left_alone.to_json()


def parts_words(profile: Profile) -> str:
    """Of which parts a batch is made, as the end of a list; nothing for a whole one."""
    recipe = profile.recipe
    if recipe.parts == 1:
        return ""
    return (
        f", batch {recipe.batch_size} in {recipe.parts} parts of {recipe.at_once} (gradients are "
        "averaged, batch statistics are of a part)"
    )


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
