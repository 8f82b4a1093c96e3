"""The validation split is cut from the training images, class by class, by a seed."""

from collections.abc import Sequence

import numpy as np

from scalesearch.data.broken_images import printable
from scalesearch.errors import DataError

VALIDATION_SHARE = 0.2  # of the images, where neither `train` nor `validation` is given


def counts(
    available: int, classes: int, train: int | None, validation: int | None, dataset: str
) -> tuple[int, int]:
    """(train, validation) images that are asked for out of `available`.

    None means all that is left; with both None a fifth goes to validation.
    Raises DataError where a count is below the number of classes or there are not enough images.
    """
    for field, value in (("train", train), ("validation", validation)):
        if value is not None and value < classes:
            raise DataError(
                f"`{field}` must be at least the number of classes, {classes}. "
                f"Got {value} ({dataset})."
            )
    if validation is None:
        validation = available - train if train is not None else _fifth(available, classes)
    if train is None:
        train = available - validation
    if train + validation > available or train < classes or validation < classes:
        raise DataError(
            f"`train` {train} and `validation` {validation} cannot both be cut from the "
            f"{available} training images of {dataset}, {classes} classes with at least one image "
            f"in each part. Ask for fewer images."
        )
    return train, validation


def stratified(
    labels: np.ndarray, train: int, validation: int, seed: int, names: Sequence[str] = ()
) -> tuple[np.ndarray, np.ndarray]:
    """Indices (train,) and (validation,) into `labels` (n,), int64, ascending and disjoint.

    Each class has its share of both parts to within one image, and at least one image of each.
    The validation part does not depend on `train`. Raises DataError where a class is too small,
    by its name where `names` has it.
    """
    assert train + validation <= len(labels), "checked by counts()"
    classes, sizes = np.unique(labels, return_counts=True)
    if sizes.min() < 2:
        number = int(classes[sizes.argmin()])
        name = printable(names[number]) if number < len(names) else f"number {number}"
        raise DataError(
            "Every class needs at least 2 images, one to train on and one to validate on. "
            f"Got {sizes.min()} for class {name}. Add images or take that class out."
        )
    for_validation = _shares(sizes, validation, sizes - 1)
    for_train = _shares(sizes, train, sizes - for_validation)
    rng = np.random.default_rng([seed, 0x5B117])
    chosen_train, chosen_validation = [], []
    for name, n_train, n_validation in zip(classes, for_train, for_validation, strict=True):
        mixed = rng.permutation(np.flatnonzero(labels == name))
        chosen_validation.append(mixed[:n_validation])
        chosen_train.append(mixed[n_validation : n_validation + n_train])
    return np.sort(np.concatenate(chosen_train)), np.sort(np.concatenate(chosen_validation))


def _fifth(available: int, classes: int) -> int:
    return max(classes, round(available * VALIDATION_SHARE))


def _shares(sizes: np.ndarray, total: int, limits: np.ndarray) -> np.ndarray:
    """`total` dealt out in proportion to `sizes` by largest remainder, from 1 to `limits` each."""
    exact = total * sizes / sizes.sum()
    dealt = np.clip(np.floor(exact).astype(np.int64), 1, limits)
    while (missing := total - dealt.sum()) != 0:
        step = 1 if missing > 0 else -1
        free = np.flatnonzero(dealt < limits if step > 0 else dealt > 1)
        if not len(free):
            raise DataError(
                f"The classes are too uneven to cut {total} images with at least one of each "
                "class. Ask for more images or drop the smallest classes."
            )
        order = np.argsort(-step * (exact - dealt)[free], kind="stable")
        dealt[free[order[: abs(missing)]]] += step
    return dealt
