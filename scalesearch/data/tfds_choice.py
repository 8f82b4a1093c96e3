"""Which split of a tensorflow-datasets set is trained on, and which features. No TensorFlow."""

import re
from dataclasses import dataclass
from typing import Any

from scalesearch.core.plain_text import short
from scalesearch.data.tfds_names import named_nearest
from scalesearch.errors import DataError, parameter

SPLIT = "train"
_SPLIT_NAME = re.compile(r"\w[\w.-]*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for by name; None for what a set says itself."""

    split: str | None = None
    label: str | None = None


BY_ITSELF = Wanted()


@dataclass(frozen=True, slots=True)
class Choice:
    """A split, and the features of its records that are image and label."""

    split: str
    image: str
    label: str


def chosen(builder: Any, wanted: Wanted) -> Choice:
    """The split and features of the set that are wanted. Raises DataError where they cannot be.

    Of a set that is not downloaded no split is known, and any name is taken.
    """
    features = _features(builder)
    return Choice(
        _split(builder, wanted.split), _image(builder, features), _label(builder, features, wanted)
    )


def _split(builder: Any, asked: str | None) -> str:
    split = SPLIT if asked is None else asked
    if not _SPLIT_NAME.fullmatch(split):
        raise DataError(
            f"`split` must be the name of one split, such as train. Got {short(split)!r}.",
            field="split",
            remedy="Parts of a split are asked for by their count: "
            f"{parameter('train')} and {parameter('validation')}.",
        )
    if _is_test(split):
        raise DataError(
            f"`split` must not be a test split: networks are chosen by what is trained and "
            f"validated on it, so that nothing would be left to test them with. Got {split!r}. "
            f"Name another{_there(builder)}.",
            field="split",
        )
    splits = list(builder.info.splits)
    if splits and split not in splits:
        near = "" if asked is None else named_nearest(split, _trainable(builder))
        raise DataError(
            f"{_called(builder)} must have a split named {split}. Got {', '.join(splits)}."
            f"{near}{_remedy(builder)}"
        )
    return split


def _is_test(split: str) -> bool:
    """Whether a word of the name begins with "test": test, public_test, test2, PrivateTest."""
    words = re.split(r"[^a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", split).lower())
    return any(word.startswith("test") for word in words)


def _trainable(builder: Any) -> list[str]:
    return [name for name in builder.info.splits if not _is_test(name)]


def _there(builder: Any) -> str:
    names = ", ".join(_trainable(builder))
    return f" (it has {names})" if names else ""


def _remedy(builder: Any) -> str:
    there = _there(builder)
    return f" Name another with {parameter('split')}{there}." if there else ""


def _features(builder: Any) -> Any:
    """The features of a record. Raises DataError where it is no mapping of names."""
    import tensorflow_datasets as tfds

    features = builder.info.features
    if not isinstance(features, tfds.features.FeaturesDict):
        raise DataError(f"{_kinds(builder)} Got {features}.")
    return features


def _image(builder: Any, features: Any) -> str:
    """The image: the one that there is, that models of the set take, or that is called so."""
    import tensorflow_datasets as tfds

    images = [name for name, kind in sorted(features.items()) if type(kind) is tfds.features.Image]
    for names in (images, _supervised(builder, images), [n for n in images if n == "image"]):
        if len(names) == 1:
            return names[0]
    raise DataError(f"{_kinds(builder)} Got {_listed(features)}.")


def _label(builder: Any, features: Any, wanted: Wanted) -> str:
    """The label that is wanted; else the one that there is, or that models of the set learn."""
    import tensorflow_datasets as tfds

    labels = [
        name
        for name, kind in sorted(features.items())  # they are stored in no order
        if type(kind) is tfds.features.ClassLabel and kind.num_classes
    ]
    if wanted.label is not None:
        if wanted.label in labels:
            return wanted.label
        if wanted.label in features:
            what = f"is {features[wanted.label]}"
            near = ""
        else:
            what, near = "is not there", named_nearest(wanted.label, labels)
        has = ", ".join(labels) or _listed(features)
        raise DataError(
            f"`label` must name a class label of {_called(builder)} (it has {has}). "
            f"Got {short(wanted.label)!r}, which {what}.{near}",
            field="label",
        )
    for names in (labels, _supervised(builder, labels)):
        if len(names) == 1:
            return names[0]
    if len(labels) > 1:
        raise DataError(
            f"{_called(builder)} has several class labels: {', '.join(labels)}.",
            remedy=f"Name one with {parameter('label')}.",
        )
    raise DataError(f"{_kinds(builder)} Got {_listed(features)}.")


def _supervised(builder: Any, names: list[str]) -> list[str]:
    """Those of the names that the set gives to whoever learns from it."""
    keys = builder.info.supervised_keys or ()
    return [name for name in names if name in keys]


def _kinds(builder: Any) -> str:
    return f"{_called(builder)} must have one image and one class label a record."


def _called(builder: Any) -> str:
    name, _, version = builder.info.full_name.rpartition("/")
    return f"`dataset` {name}:{version}"


def _listed(features: Any) -> str:
    return ", ".join(f"{name}: {kind}" for name, kind in sorted(features.items()))
