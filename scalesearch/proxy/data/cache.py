"""Decode once: the images of a DataSpec as plain arrays in a folder, written whole and reused."""

import dataclasses
import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np

from scalesearch.errors import DataError
from scalesearch.proxy.data import cluttered, digits, splits, tfds_source
from scalesearch.proxy.data.facts import DataFacts
from scalesearch.proxy.data.folder import write_skipped
from scalesearch.proxy.data.prepared import (
    ARRAY,
    DESCRIPTION,
    PARTS,
    SKIPPED,
    STREAM,
    Prepared,
    opened,
)
from scalesearch.proxy.data.reading import Progress, read_into
from scalesearch.proxy.data.sources import Source, source_of
from scalesearch.proxy.data.spec import EMBEDDED, DataSpec, check

__all__ = ["Prepared", "opened", "prepare"]

FORMAT = 2  # of the prepared folder; raised when its files change their meaning


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
    source = None if embedded else source_of(data)
    if source is not None:  # whoever reads these files later must find the same ones
        data = dataclasses.replace(data, stamp=source.stamp())
    target = folder / _name(data, source)
    if (target / DESCRIPTION).is_file():
        return opened(target)
    scratch = None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=folder))
        _fill(scratch, data, facts, source, progress)
        _settle(scratch, target)
    except OSError as error:
        raise DataError(f"Images cannot be prepared under {folder}: {error}.") from error
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
    return opened(target)


def _name(data: DataSpec, source: Source | None) -> str:
    """Name of the subfolder: the dataset, and a hash of all that decides its arrays."""
    decisive: dict[str, object] = {
        "format": FORMAT,
        "dataset": data.dataset,
        "train": data.train,
        "validation": data.validation,
        "seed": data.seed,
    }
    if data.dataset == "cluttered-digits":
        decisive["recipe"] = cluttered.recipe()
    if source is not None:
        decisive |= {"size": source.size, "limit": data.cache_limit_bytes, "files": data.stamp}
    if data.left_out:
        decisive["left_out"] = data.left_out
    text = json.dumps(decisive, sort_keys=True)
    plain = "".join(c if c.isalnum() else "-" for c in data.dataset)[-40:].strip("-")
    return f"{plain}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _fill(
    scratch: Path, data: DataSpec, facts: DataFacts, source: Source | None, progress: Progress
) -> None:
    """Write all files of a prepared dataset into `scratch`."""
    assert facts.train is not None
    assert facts.validation is not None
    form, size = ARRAY, facts.size
    if source is None:
        _generate(scratch, data, facts.train, facts.validation)
    else:
        size = source.size
        decoded = (facts.train + facts.validation) * size**2 * facts.channels
        form = STREAM if decoded > data.cache_limit_bytes else ARRAY
        read_into(scratch, data, facts, source, form, progress)
    assert size is not None
    if data.folder is not None and data.left_out:
        write_skipped(scratch / SKIPPED, data.folder, data.left_out, size)
    Prepared(
        path=scratch,
        form=form,
        classes=facts.classes,
        channels=facts.channels,
        size=size,
        train=facts.train,
        validation=facts.validation,
        fingerprint=_fingerprint(scratch, source if form == STREAM else None),
        spec=data.to_json(),
    ).write()


def _generate(scratch: Path, data: DataSpec, train: int, validation: int) -> None:
    asked = (("train", train), ("validation", validation))
    if data.dataset == "cluttered-digits":
        parts = [cluttered.canvases(p, n, data.seed) for p, n in asked]
    else:
        images, labels = digits.scans()
        cut = splits.stratified(labels, train, validation, data.seed)
        parts = [(images[index], labels[index]) for index in cut]
    for part, (images, labels) in zip(PARTS, parts, strict=True):
        np.save(scratch / f"{part}_images.npy", images)
        np.save(scratch / f"{part}_labels.npy", labels)


def _fingerprint(scratch: Path, source: Source | None) -> str:
    digest = hashlib.sha256()
    for file in sorted(scratch.glob("*.npy")):
        values = np.load(file, mmap_mode="r")
        digest.update(f"{file.stem} {values.dtype.str} {values.shape}".encode())
        digest.update(np.ascontiguousarray(values).data)
    if source is not None:
        digest.update(source.stamp().encode())
    return digest.hexdigest()


def _settle(scratch: Path, target: Path) -> None:
    """Flush every file of `scratch` to disk and give it its name, unless another was quicker."""
    for file in [*scratch.iterdir(), scratch]:
        _flush(file)
    try:
        os.rename(scratch, target)
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
