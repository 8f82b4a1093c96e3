"""What a person chooses of trainings: the profile, and what replaces parts of it for one study."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from scalesearch.config.profiles import Profile, read_profile


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """A profile and what is changed of it for one study; None keeps the profile's.

    `profile` is a shipped profile's name or a YAML file; `dataset`, `data_dir`, `download`,
    `split`, `label` and `follow_links` are as of `data.spec.DataSpec`; `train` and `validation`
    are image counts. With `skip_broken` images of a folder that cannot be read are left out.
    """

    profile: str
    dataset: str | None = None
    data_dir: str | None = None
    download: bool = False
    train: int | None = None
    validation: int | None = None
    epochs: int | None = None
    skip_broken: bool = False
    looks: Path | None = None
    """Where looks through all images are kept; None takes a first look only."""
    follow_links: bool = False
    split: str | None = None
    label: str | None = None


def profile_of(options: TrainingOptions) -> Profile:
    """The profile with the epochs that were asked for. Raises ConfigError."""
    profile = read_profile(options.profile)
    if options.epochs is None:
        return profile
    warmup = min(profile.recipe.warmup_epochs, options.epochs)
    recipe = dataclasses.replace(profile.recipe, epochs=options.epochs, warmup_epochs=warmup)
    return dataclasses.replace(profile, recipe=recipe)
