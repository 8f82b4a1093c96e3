"""Cuts the split of a dataset and decodes every image of it once."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from scalesearch.data import splits
from scalesearch.data.facts import DataFacts
from scalesearch.data.fingerprint import Fingerprint
from scalesearch.data.images import Images
from scalesearch.data.prepared_images import PARTS, STREAM
from scalesearch.data.spec import DataSpec
from scalesearch.errors import DataError

Progress = Callable[[int, int], None]
_CHUNK = 256  # images decoded and written at once
_SHOWN = 10  # records named one by one in a message


def read_into(
    scratch: Path,
    data: DataSpec,
    facts: DataFacts,
    images: Images,
    names: Sequence[str],
    form: str,
    progress: Progress,
) -> str:
    """Cut the split and decode every image of it; the fingerprint of what came out.

    `names` are those of the classes. Writes arrays into `scratch`, of a stream without the images,
    and calls `progress` with (images done, images in all). Raises DataError naming every image of
    the split that cannot be read.
    """
    labels = images.labels()
    _refuse_labels(labels, facts.classes, data.dataset)
    assert facts.train is not None
    assert facts.validation is not None
    done, total = 0, facts.train + facts.validation
    if images.parted:
        cut = np.arange(facts.train), np.arange(facts.train, total)
    else:
        cut = splits.stratified(labels, facts.train, facts.validation, data.seed, names)
    digest = Fingerprint()
    try:
        for part, index in zip(PARTS, cut, strict=True):
            np.save(scratch / f"{part}_labels.npy", labels[index])
            pixels, start = None, done
            shape = (len(index), images.size.height, images.size.width, facts.channels)
            digest.begin(f"{part}_images", np.dtype(np.uint8), shape)
            if form == STREAM:
                np.save(scratch / f"{part}_index.npy", index)
            else:
                file = scratch / f"{part}_images.npy"
                pixels = np.lib.format.open_memmap(file, "w+", np.uint8, shape)
            for decoded, _ in images.read(index, images.size, _CHUNK, None):
                digest.add(decoded)
                if pixels is not None:
                    pixels[done - start : done - start + len(decoded)] = decoded
                done += len(decoded)
                progress(done, total)
            if done - start != len(index):
                raise DataError(
                    f"`dataset` {data.dataset} gave {done - start} of {len(index)} images. "
                    "Prepare the dataset again."
                )
            digest.whole(f"{part}_labels", labels[index])
    except DataError:
        images.refuse_broken(np.concatenate(cut))  # all of them, where that named the first
        raise
    return digest.hexdigest()


def _refuse_labels(labels: np.ndarray, classes: int, dataset: str) -> None:
    """Raise DataError naming the records whose label is no class."""
    wrong = np.flatnonzero((labels < 0) | (labels >= classes))
    if not len(wrong):
        return
    shown = ", ".join(f"record {i} has {labels[i]}" for i in wrong[:_SHOWN].tolist())
    more = f", and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    raise DataError(
        f"Labels of `dataset` {dataset} must be from 0 to {classes - 1}. Got {len(wrong)} of "
        f"{len(labels)} outside: {shown}{more} (counted from 0). Prepare the dataset again, "
        "without images that have no class."
    )
