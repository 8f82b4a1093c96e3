"""One training of one proxy as a value: all that decides its result, fit for a line of JSON."""

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from scalesearch.config.recipe import Recipe
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.proxies import shrink
from scalesearch.core.resolution import Resolution
from scalesearch.experiments.network_names import load

CLASSES = 10
GREY = ("cluttered-digits", "digits")
"""What names of datasets begin with whose images have one channel."""
_WHOLE = ("epochs", "batch_size", "micro_batch")
_SHORT = {
    "cifar": "cifar10",
    "digitsb": "cluttered-digits",
    "digits": "cluttered-digits-before",
}
"""Names that files of jobs may have for datasets; the last had smaller digits, and is no more."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """How the proxy of a baseline is made: a profile's fields of these names."""

    resolution: int
    width: float
    depth: float
    drop_strides: int
    drop_last_strides: int = 0
    strides: tuple[int, ...] = ()
    """Of every stage, in place of those that are left; () for these."""
    baseline: str = "efficientnet_b0"

    def network(self, channels: int = 3) -> TableNetwork:
        """The proxy itself, for images of so many channels."""
        return _shrunk(self, channels)


@dataclass(frozen=True, slots=True)
class Job:
    """One training.

    The network is the proxy with these `repeats`, `width` times as many channels and `resolution`
    pixels a side. Its last weights are averaged with each of `decays`, whatever the recipe's own
    `average`, which is 0 here. It is trained on the first `train` images of the dataset in their
    stored order, and scored on the last `validation`. With `full` the last weights are scored too,
    and each with statistics over fewer images.
    """

    proxy: Proxy
    repeats: tuple[int, ...]
    width: float
    resolution: int
    recipe: Recipe
    seed: int
    dataset: str = "cifar10"
    train: int = 30_000
    validation: int = 10_000
    decays: tuple[float, ...] = (0.99, 0.995)
    full: bool = False
    tag: str = ""
    """What the training is for: it decides nothing."""

    @property
    def base(self) -> TableNetwork:
        """The proxy of the baseline, for images of this dataset."""
        return self.proxy.network(1 if self.dataset.startswith(GREY) else 3)

    @property
    def network(self) -> TableNetwork:
        """What is trained."""
        return self.base.with_sizes(self.repeats, self.width, Resolution.square(self.resolution))

    @property
    def key(self) -> str:
        """16 hex digits that stand for all that decides the result."""
        values = {name: value for name, value in self.to_json().items() if name != "tag"}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]

    def to_json(self) -> dict[str, Any]:
        """Plain values; `job_from` makes the same job of them."""
        return {
            "tag": self.tag,
            "baseline": self.proxy.baseline,
            "base": {
                "resolution": self.proxy.resolution,
                "width": self.proxy.width,
                "depth": self.proxy.depth,
                "drop_strides": self.proxy.drop_strides,
                "drop_last_strides": self.proxy.drop_last_strides,
            },
            "strides": list(self.proxy.strides),
            "repeats": list(self.repeats),
            "width": self.width,
            "resolution": self.resolution,
            "recipe": unusual(self.recipe),
            "seed": self.seed,
            "dataset": self.dataset,
            "train": self.train,
            "validation": self.validation,
            "decays": list(self.decays),
            "full": self.full,
        }


def job_from(values: Mapping[str, Any]) -> Job:
    """The job of plain values; those of a training itself that lie beside them are ignored.

    Without `repeats` it is the proxy of the baseline as it is.
    """
    proxy = Proxy(
        **values["base"],
        strides=tuple(values.get("strides", ())),
        baseline=values.get("baseline", "efficientnet_b0"),
    )
    named = values.get("data", "cifar10")
    dataset = values.get("dataset") or _SHORT.get(named, named)
    own = "repeats" not in values
    return Job(
        tag=values.get("tag", ""),
        proxy=proxy,
        repeats=proxy.network().repeats if own else tuple(values["repeats"]),
        width=1.0 if own else float(values["width"]),
        resolution=proxy.resolution if own else values["resolution"],
        recipe=Recipe(**values["recipe"]),
        seed=values["seed"],
        dataset=dataset,
        train=values.get("train", 30_000),
        validation=values.get("validation", values.get("val", 10_000)),
        decays=tuple(values.get("decays", (0.99, 0.995))),
        full=values.get("full", False),
    )


def unusual(recipe: Recipe) -> dict[str, Any]:
    """The recipe's values that are not the usual ones: a field that is new later changes no key.

    Numbers that need not be whole are floats, however they were written.
    """
    usual = Recipe(epochs=0, batch_size=0).to_json()
    return {
        name: float(value) if type(value) is int and name not in _WHOLE else value
        for name, value in recipe.to_json().items()
        if value != usual.get(name)
    }


@functools.cache
def _shrunk(proxy: Proxy, channels: int) -> TableNetwork:
    baseline = load(proxy.baseline, print)
    assert isinstance(baseline, TableNetwork)
    found = shrink(
        baseline,
        resolution=Resolution.square(proxy.resolution),
        width=proxy.width,
        depth=proxy.depth,
        drop_strides=proxy.drop_strides,
        drop_last_strides=proxy.drop_last_strides,
        classes=CLASSES,
        channels=channels,
    )
    if not proxy.strides:
        return found
    pairs = zip(found.stages, proxy.strides, strict=True)
    return replace(found, stages=tuple(replace(stage, stride=stride) for stage, stride in pairs))
