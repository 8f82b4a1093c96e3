"""What a plan from Python may change of its profile, checked."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypedDict

from scalesearch.core.spelling import suggestion
from scalesearch.experiments import arguments
from scalesearch.experiments.training_options import TrainingOptions


class DataArguments(TypedDict, total=False):
    """What may be changed of a profile's data for one study; what is left out is the profile's."""

    dataset: str
    """digits, cluttered-digits, folder:PATH (one folder a class), or a tensorflow-datasets name;
    own:CLASSES where a trainer of your own brings images of so many classes."""
    data_dir: str
    """Where tensorflow-datasets has its data."""
    download: bool
    """Allow the dataset to be downloaded."""
    split: str
    """Split of a tensorflow-datasets set to train on, never a test split."""
    label: str
    """Class label of a tensorflow-datasets set that has several."""
    train: int
    """Training images."""
    validation: int
    """Validation images."""
    skip_broken: bool
    """Go on without images of a folder that cannot be used."""
    looks: Path
    """Where looks through all images are kept; without it a first look is taken only."""
    follow_links: bool
    """Follow links of a folder of images to files and folders outside it."""


class TrainingArguments(DataArguments, total=False):
    """What may be changed of a profile for one study; what is left out is the profile's."""

    epochs: int
    """Epochs of each training."""


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "dataset": arguments.text,
    "data_dir": arguments.text,
    "looks": arguments.path,
    "split": arguments.text,
    "label": arguments.text,
    "train": arguments.whole,
    "validation": arguments.whole,
    "epochs": arguments.whole,
    "download": arguments.flag,
    "skip_broken": arguments.flag,
    "follow_links": arguments.flag,
}


def training_options(function: str, profile: str, given: Mapping[str, Any]) -> TrainingOptions:
    """The profile and what is changed of it. Raises TypeError for what there is not."""
    known = ["profile", *_CHECKS]
    for name in given:
        if name not in _CHECKS:
            raise TypeError(
                f"{function}() got an unexpected keyword argument {name!r}{suggestion(name, known)}"
            )
    checked: dict[str, Any] = {
        name: None if value is None else _CHECKS[name](name, value) for name, value in given.items()
    }
    return TrainingOptions(arguments.text("profile", profile), **checked)
