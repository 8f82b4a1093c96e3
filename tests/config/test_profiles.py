"""Profiles: the shipped ones, and what is refused."""

import dataclasses
from pathlib import Path

import pytest
import yaml

from scalesearch.config.patience import Patience
from scalesearch.config.profiles import Profile, read_profile
from scalesearch.config.recipe import Recipe
from scalesearch.config.shipped_files import find_profile, load_network
from scalesearch.core.candidates import simplex
from scalesearch.core.proxies import shrink
from scalesearch.errors import ConfigError

PROFILES = ("quick", "cifar10", "imagenet")
SMALL = """\
name: small
dataset: digits
resolution: 28
width: 0.25
canvas: 32
trainings: 60
simplex_step: 0.25
recipe:
  epochs: 4
  batch_size: 64
"""


@pytest.mark.parametrize("name", PROFILES)
def test_shipped_profiles_are_read_and_fit_the_shipped_baseline(name: str) -> None:
    profile = read_profile(name)
    assert profile.name == name
    assert profile.description
    network = shrink(
        load_network("efficientnet_b0"),
        resolution=profile.resolution,
        width=profile.width,
        depth=profile.depth,
        drop_strides=profile.drop_strides,
        drop_last_strides=profile.drop_last_strides,
        classes=10,
        channels=3,
    )
    assert network.resolution == profile.resolution
    assert len(simplex(profile.simplex_step)) >= 15


def test_the_imagenet_profile_is_the_papers_recipe() -> None:
    """Section 5.2: RMSProp, 0.9, norm 0.99, decay 1e-5, rate 0.256, times 0.97 in 2.4 epochs."""
    profile = read_profile("imagenet")
    recipe = profile.recipe
    assert (recipe.optimizer, recipe.momentum, recipe.schedule) == ("rmsprop", 0.9, "exponential")
    assert (recipe.batch_norm_momentum, recipe.weight_decay) == (0.99, 1e-5)
    assert (recipe.learning_rate, profile.validation) == (0.256, 25_000)
    assert (profile.resolution.to_json(), profile.width, profile.drop_strides) == (224, 1.0, 0)


def test_absent_fields_keep_the_recipes_defaults(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL)
    profile = read_profile(path)
    assert profile.recipe == Recipe(epochs=4, batch_size=64)
    assert (profile.train, profile.validation, profile.data_dir) == (None, None, None)
    assert (profile.search_seeds, profile.regret, profile.drop_strides) == (1, 0.15, 0)


def test_every_field_can_be_written(tmp_path: Path) -> None:
    """A field that Profile or Recipe gains must be readable too."""
    profile = read_profile(find_profile("quick"))
    values = dataclasses.asdict(
        dataclasses.replace(
            profile,
            data_dir="data",
            recipe=dataclasses.replace(profile.recipe, cutout=0.3, average=0.9),
            patience=Patience(3, 90.0, 0.25),
        )
    )
    values["resolution"] = profile.resolution.to_json()
    del values["recipe"]["informed"]  # of controls alone
    path = tmp_path / "all.yaml"
    path.write_text(yaml.safe_dump(values))
    values["resolution"] = profile.resolution
    values |= {
        "recipe": Recipe(**values["recipe"]),
        "patience": Patience(**values["patience"]),
    }
    assert read_profile(path) == Profile(**values)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("width: 0.25", "width: 0", "`width` must be a number above 0"),
        ("width: 0.25", "widht: 0.25", "`widht` is not a known field (nearest: width)"),
        ("simplex_step: 0.25", "simplex_step: 0.3", "`simplex_step` must be 1 over a whole number"),
        ("simplex_step: 0.25", "simplex_step: 0", "`simplex_step` must be"),
        ("trainings: 60", "trainings: 0", "`trainings` must be a whole number from 1 to 100,000"),
        ("trainings: 60", "trainings: 60\nregret: 0", "`regret` must be a number above 0. Got 0"),
        (
            "trainings: 60",
            "trainings: 60\nfinalists: 3",
            "is not a known field (nearest: trainings",
        ),
        ("canvas: 32", "canvas: 0", "`canvas` must be"),
        ("dataset: digits", "dataset:", "`dataset` must be text. Got nothing"),
        ("epochs: 4", "epochs: 0", "`recipe.epochs` must be a whole number of at least 1. Got 0"),
        ("epochs: 4", "epochs: 4\n  warmup_epochs: 5", "`recipe.warmup_epochs` must be"),
        ("epochs: 4", "epochs: 4\n  optimizer: adam", "one of sgd, adamw, rmsprop. Got 'adam'"),
        ("epochs: 4", "epochs: 4\n  learning_rate: 0", "`recipe.learning_rate` must be"),
        ("epochs: 4", "epochs: 4\n  learning_rate: .nan", "`recipe.learning_rate` must be"),
        ("epochs: 4", "epochs: 4\n  flip: 1", "`recipe.flip` must be true or false. Got 1"),
        (
            "epochs: 4",
            "epochs: 4\n  average: 1",
            "`recipe.average` must be a number from 0 to under",
        ),
        ("epochs: 4", "epochs: 4\n  average: -0.1", "`recipe.average` must be"),
        ("width: 0.25", "width: 0.25\npatience: {hangs_after: 5}", "at least 60 (seconds)"),
        ("width: 0.25", "width: 0.25\npatience: {retries: -1}", "`patience.retries` must be"),
        ("width: 0.25", "width: 0.25\npatience: {most_failed: 2}", "`patience.most_failed` must"),
        ("epochs: 4", "epochs: 4\n  lr: 1", "`recipe.lr` is not a known field"),
        (SMALL[SMALL.index("recipe:") :], "", "needs a field `recipe`"),
        (SMALL[SMALL.index("recipe:") :], "recipe: fast\n", "`recipe` must be fields"),
    ],
)
def test_impossible_profiles_are_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SMALL
    path = tmp_path / "small.yaml"
    path.write_text(SMALL.replace(old, new))
    with pytest.raises(ConfigError, match=r"small.yaml, line \d+: ") as caught:
        read_profile(path)
    assert said in str(caught.value)
