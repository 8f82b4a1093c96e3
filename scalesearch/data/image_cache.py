"""Decode once: the images of a DataSpec as plain arrays in a folder, written whole and reused."""

import dataclasses
import hashlib
import json
import os
import secrets
import shutil
from pathlib import Path

import numpy as np

from scalesearch.core.resolution import Resolution
from scalesearch.data import cluttered_digits, digits, splits, tfds_source
from scalesearch.data.decoder import Progress, read_into
from scalesearch.data.facts import DataFacts
from scalesearch.data.file_sources import Source, source_of
from scalesearch.data.fingerprint import Fingerprint
from scalesearch.data.image_folder import write_skipped
from scalesearch.data.places import settled
from scalesearch.data.prepared_images import (
    ARRAY,
    DESCRIPTION,
    PARTS,
    SKIPPED,
    STREAM,
    Prepared,
    opened,
)
from scalesearch.data.spec import EMBEDDED, DataSpec, check
from scalesearch.data.tfds_names import find
from scalesearch.errors import DataError
from scalesearch.files.whole_files import scratch, sweep

__all__ = ["Prepared", "is_prepared", "opened", "prepare"]

FORMAT = 3  # of the prepared folder; raised when its files change their meaning


def prepare(
    data: DataSpec, folder: Path, progress: Progress = lambda done, total: None
) -> Prepared:
    """The arrays of `data` under `folder`, made now or found from an earlier call.

    `progress` is called with (images done, images in all) while files are decoded.

    Each spec has its own subfolder, named by what decides its content; it appears complete or not
    at all. A set that takes more than `cache_limit_bytes` decoded gets its split only and is
    streamed. Raises DataError as `check`, for a damaged image or record, and where `folder`
    cannot be written.
    """
    embedded = data.dataset in EMBEDDED
    if data.download and not embedded and data.folder is None:
        tfds_source.fetch(data.dataset, data.data_dir, EMBEDDED)
    facts = check(data)
    data = settled(data)
    source = None if embedded else source_of(data)
    if source is not None:  # whoever reads these files later must find the same ones
        data = dataclasses.replace(data, stamp=source.stamp())
    target = folder / _name(data, source)
    if target.exists():  # whole since it has its name, or somebody has been at it
        return opened(target)
    # Two threads may prepare the same images: one of them is quicker, and the other gives way.
    place = scratch(target.with_name(f"{target.name}-{secrets.token_hex(4)}"))
    try:
        sweep(folder)  # a kill may have left whole copies of the images there
        place.mkdir(parents=True)
        _fill(place, data, facts, source, progress)
        _settle(place, target)
    except OSError as error:
        raise DataError(f"Images cannot be prepared under {folder}: {error}.") from error
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return opened(target)


def is_prepared(data: DataSpec, folder: Path) -> bool:
    """Whether `prepare` would find the arrays of `data` under `folder`. Raises DataError."""
    data = settled(data)
    source = None
    if data.dataset not in EMBEDDED:
        if data.folder is None and find(data.dataset, data.data_dir) is None:
            return False  # it is to be downloaded
        source = source_of(data)
        data = dataclasses.replace(data, stamp=source.stamp())
    return (folder / _name(data, source) / DESCRIPTION).is_file()


def _name(data: DataSpec, source: Source | None) -> str:
    """Name of the subfolder: the dataset, and a hash of all that decides its arrays.

    `data` is settled, so that however a path is spelled the arrays have one name.
    """
    decisive: dict[str, object] = {
        "format": FORMAT,
        "dataset": data.dataset,
        "train": data.train,
        "validation": data.validation,
        "seed": data.seed,
    }
    if data.dataset == "cluttered-digits":
        decisive["recipe"] = cluttered_digits.recipe()
    if source is not None:
        size = source.size.to_json()
        decisive |= {"size": size, "limit": data.cache_limit_bytes, "files": data.stamp}
    decisive |= {k: v for k, v in (("split", data.split), ("label", data.label)) if v is not None}
    if data.left_out:
        decisive["left_out"] = data.left_out
    decisive |= data.shape_json
    text = json.dumps(decisive, sort_keys=True)
    called = data.dataset if data.folder is None else f"folder-{data.folder.name}"
    plain = "".join(c if c.isalnum() else "-" for c in called)[-40:].strip("-")
    return f"{plain}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _fill(
    place: Path, data: DataSpec, facts: DataFacts, source: Source | None, progress: Progress
) -> None:
    """Write all files of a prepared dataset into `place`."""
    assert facts.train is not None
    assert facts.validation is not None
    form, size = ARRAY, facts.size
    if source is None:
        assert size is not None
        fingerprint = _generate(place, data, facts.train, facts.validation, size)
    else:
        size = source.size
        decoded = (facts.train + facts.validation) * size.pixels * facts.channels
        form = STREAM if decoded > data.cache_limit_bytes else ARRAY
        fingerprint = read_into(place, data, facts, source, form, progress)
    assert size is not None
    if data.folder is not None and data.left_out:
        write_skipped(place / SKIPPED, data.folder, data.left_out, size.longer, data.follow_links)
    Prepared(
        path=place,
        form=form,
        classes=facts.classes,
        channels=facts.channels,
        size=size,
        train=facts.train,
        validation=facts.validation,
        fingerprint=fingerprint,
        spec=data.to_json(),
    ).write()


def _generate(place: Path, data: DataSpec, train: int, validation: int, size: Resolution) -> str:
    """Write the images of an embedded dataset, of each the middle at `size`; their fingerprint."""
    asked = (("train", train), ("validation", validation))
    if data.dataset == "cluttered-digits":
        parts = [cluttered_digits.canvases(p, n, data.seed) for p, n in asked]
    else:
        images, labels = digits.scans()
        cut = splits.stratified(labels, train, validation, data.seed)
        parts = [(images[index], labels[index]) for index in cut]
    digest = Fingerprint()
    for part, (images, labels) in zip(PARTS, parts, strict=True):
        top, left = (images.shape[1] - size.height) // 2, (images.shape[2] - size.width) // 2
        middle = images[:, top : top + size.height, left : left + size.width]
        for name, values in ((f"{part}_images", middle), (f"{part}_labels", labels)):
            np.save(place / f"{name}.npy", values)
            digest.whole(name, values)
    return digest.hexdigest()


def _settle(place: Path, target: Path) -> None:
    """Flush every file of `place` to disk and give it its name, unless another was quicker."""
    for file in [*place.iterdir(), place]:
        _flush(file)
    try:
        os.rename(place, target)
    except OSError:
        if not (target / DESCRIPTION).is_file():
            raise
    _flush(target.parent)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
