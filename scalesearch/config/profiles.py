"""Profiles: how the proxies of a search are made and trained."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.config.fields import (
    NOT_NEGATIVE,
    POSITIVE,
    RATE,
    SHARE,
    Reader,
    Rule,
    at_least,
    between,
    read,
)
from scalesearch.config.patience import USUAL, Patience
from scalesearch.config.recipe import PROFILE_FIELDS, Recipe
from scalesearch.config.shipped_files import find_profile
from scalesearch.core.resolution import RESOLUTION, Resolution

REGRET = 0.15
"""Points of top-1, where a profile names none."""
MOST_TRAININGS = 100_000


@dataclass(frozen=True, slots=True)
class Profile:
    """One way to run a search, apart from which candidates it tries."""

    name: str
    description: str
    dataset: str
    """digits, cluttered-digits, folder:PATH or a tensorflow-datasets name."""
    data_dir: str | None
    train: int | None
    """Training images; None for all that are left."""
    validation: int | None
    """Validation images, cut from the training split; None for the data's own share."""
    resolution: Resolution
    """Of the baseline's proxy: see `proxy_resolution`."""
    width: float
    """Factor of every stage's channels."""
    depth: float
    """Factor of every stage's blocks, rounded up."""
    drop_strides: int
    """How many of the first strided stages keep their input's size (see `core.proxies.shrink`)."""
    drop_last_strides: int
    """How many of the last ones do so too."""
    canvas: int
    """The largest side in pixels that images are stored at."""
    search_seeds: int
    """Trainings of each candidate and of the baseline in the first round."""
    regret: float
    """Points of top-1 that the named point is expected to be worse than the best one: below them a
    search stops."""
    trainings: int
    """The most trainings of a search."""
    simplex_step: float
    """Step of the default grid, in shares of the budget."""
    recipe: Recipe
    patience: Patience = USUAL
    split: str | None = None
    """Of a tensorflow-datasets set, the split to train on; None for train."""
    label: str | None = None
    """Of one with several class labels, which is learnt; None for the set's own."""

    def proxy_resolution(self, baseline: Resolution) -> Resolution:
        """That of the proxy of a baseline of this resolution.

        A square says how large proxies are, by their longer side, and leaves the shape to the
        baseline. Anything else is the proxy's resolution itself.
        """
        if not self.resolution.is_square:
            return self.resolution
        return baseline.with_longer(self.resolution.longer)

    @property
    def proxy_key(self) -> dict[str, Any]:
        """What decides the proxy of a baseline, data apart: part of what a study is pinned to."""
        return {
            "resolution": self.resolution.to_json(),
            "width": self.width,
            "depth": self.depth,
            "drop_strides": self.drop_strides,
            "drop_last_strides": self.drop_last_strides,
        }


_STEP = Rule(
    "1 over a whole number from 1 to 100 (0.5, 0.25, 0.125, ...)",
    lambda value: 0.01 <= value <= 1 and abs(round(1 / value) * value - 1) < 1e-6,
)
_MOMENTUM = Rule("a number above 0 and under 1", lambda value: 0 < value < 1)
_FRACTION = Rule("a number from 0 to 1", lambda value: 0 <= value <= 1)
_SEEDS = between(1, 1000)
# Loading TensorFlow and building a network are silent too, and no failure.
_SILENCE = Rule("a number of at least 60 (seconds)", lambda value: value >= 60)


def read_profile(name_or_path: str | Path) -> Profile:
    """The profile of that name, or in the file at that path (see `find_profile`).

    Raises ConfigError with file, line, field, rule and value where the file is none.
    """
    top = read(find_profile(str(name_or_path)))
    top.only(field.name for field in dataclasses.fields(Profile))
    recipe = top.child("recipe")
    if recipe is None:
        top.refuse(
            top.node, "the file needs a field `recipe`, how each proxy is trained. It has none"
        )
    return Profile(
        name=top.text("name"),
        description=top.text("description", ""),
        dataset=top.text("dataset"),
        data_dir=top.text("data_dir", None),
        train=top.whole("train", at_least(1), None),
        validation=top.whole("validation", at_least(1), None),
        resolution=top.resolution("resolution"),
        width=top.number("width", Rule("a number above 0, at most 100", lambda w: 0 < w <= 100)),
        depth=top.number("depth", Rule("a number above 0, at most 1", lambda d: 0 < d <= 1), 1.0),
        drop_strides=top.whole("drop_strides", at_least(0), 0),
        drop_last_strides=top.whole("drop_last_strides", at_least(0), 0),
        canvas=top.whole("canvas", between(1, RESOLUTION)),
        search_seeds=top.whole("search_seeds", _SEEDS, 1),
        regret=top.number("regret", POSITIVE, REGRET),
        trainings=top.whole("trainings", between(1, MOST_TRAININGS)),
        simplex_step=top.number("simplex_step", _STEP),
        recipe=_recipe(recipe),
        patience=_patience(top.child("patience")),
        split=top.text("split", None),
        label=top.text("label", None),
    )


def _recipe(reader: Reader) -> Recipe:
    """Fields without a value keep the defaults of `Recipe`."""
    reader.only(PROFILE_FIELDS)
    usual = Recipe(epochs=1, batch_size=1)
    epochs = reader.whole("epochs", at_least(1))
    batch = reader.whole("batch_size", at_least(1))
    divides = Rule(
        f"a divisor of `batch_size`, {batch}", lambda part: part > 0 and batch % part == 0
    )
    micro_batch = reader.whole("micro_batch", divides, None)
    return Recipe(
        epochs=epochs,
        batch_size=batch,
        micro_batch=None if micro_batch == batch else micro_batch,
        optimizer=reader.text("optimizer", usual.optimizer, ("sgd", "adamw", "rmsprop")),
        learning_rate=reader.number("learning_rate", POSITIVE, usual.learning_rate),
        momentum=reader.number("momentum", RATE, usual.momentum),
        beta2=reader.number("beta2", RATE, usual.beta2),
        weight_decay=reader.number("weight_decay", NOT_NEGATIVE, usual.weight_decay),
        warmup_epochs=reader.number(
            "warmup_epochs",
            Rule(f"a number from 0 to `epochs`, {epochs}", lambda value: 0 <= value <= epochs),
            usual.warmup_epochs,
        ),
        schedule=reader.text("schedule", usual.schedule, ("cosine", "constant", "exponential")),
        label_smoothing=reader.number("label_smoothing", RATE, usual.label_smoothing),
        flip=reader.flag("flip", usual.flip),
        shift=reader.number("shift", RATE, usual.shift),
        cutout=reader.number("cutout", SHARE, usual.cutout),
        dropout=reader.number("dropout", RATE, None),
        drop_connect=reader.number("drop_connect", RATE, None),
        batch_norm_momentum=reader.number(
            "batch_norm_momentum", _MOMENTUM, usual.batch_norm_momentum
        ),
        average=reader.number("average", RATE, usual.average),
        zero_init_residual=reader.flag("zero_init_residual", usual.zero_init_residual),
    )


def _patience(reader: Reader | None) -> Patience:
    """Fields without a value, or all of them, keep the defaults of `Patience`."""
    if reader is None:
        return USUAL
    reader.only(field.name for field in dataclasses.fields(Patience))
    return Patience(
        retries=reader.whole("retries", between(0, 100), USUAL.retries),
        hangs_after=reader.number("hangs_after", _SILENCE, USUAL.hangs_after),
        most_failed=reader.number("most_failed", _FRACTION, USUAL.most_failed),
    )
