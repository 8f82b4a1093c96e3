"""Decode once: the images of a DataSpec as plain arrays in a folder, written whole and reused."""

import dataclasses
import hashlib
import json
import os
import secrets
import shutil
from pathlib import Path

from scalesearch.data.decoder import Progress, read_into
from scalesearch.data.facts import DataFacts
from scalesearch.data.images import Images
from scalesearch.data.prepared_images import (
    ARRAY,
    DESCRIPTION,
    SKIPPED,
    STREAM,
    Prepared,
    opened,
)
from scalesearch.data.sources import Source, check, source_of
from scalesearch.data.spec import DataSpec
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
    source_of(data).fetch()
    facts = check(data)
    source, data, images = _opened(data)
    target = folder / _name(source, data, images)
    if target.exists():  # whole since it has its name, or somebody has been at it
        return opened(target)
    # Two threads may prepare the same images: one of them is quicker, and the other gives way.
    place = scratch(target.with_name(f"{target.name}-{secrets.token_hex(4)}"))
    try:
        sweep(folder)  # a kill may have left whole copies of the images there
        place.mkdir(parents=True)
        _fill(place, source, data, facts, images, progress)
        _settle(place, target)
    except OSError as error:
        raise DataError(f"Images cannot be prepared under {folder}: {error}.") from error
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return opened(target)


def is_prepared(data: DataSpec, folder: Path) -> bool:
    """Whether `prepare` would find the arrays of `data` under `folder`. Raises DataError."""
    if not source_of(data).is_here():
        return False  # it is to be downloaded
    return (folder / _name(*_opened(data)) / DESCRIPTION).is_file()


def _opened(data: DataSpec) -> tuple[Source, DataSpec, Images]:
    """The dataset, its spec settled and stamped, and its images.

    So whoever reads the files later finds the same ones or is refused.
    """
    data = source_of(data).settled()
    images = source_of(data).images()
    data = dataclasses.replace(data, stamp=images.stamp())
    return source_of(data), data, images


def _name(source: Source, data: DataSpec, images: Images) -> str:
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
    if images.recipe:
        decisive["recipe"] = images.recipe
    if images.streams:
        size = images.size.to_json()
        decisive |= {"size": size, "limit": data.cache_limit_bytes, "files": data.stamp}
    decisive |= {k: v for k, v in (("split", data.split), ("label", data.label)) if v is not None}
    if data.left_out:
        decisive["left_out"] = data.left_out
    decisive |= data.shape_json
    text = json.dumps(decisive, sort_keys=True)
    plain = "".join(c if c.isalnum() else "-" for c in source.full_name)[-40:].strip("-")
    return f"{plain}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _fill(
    place: Path,
    source: Source,
    data: DataSpec,
    facts: DataFacts,
    images: Images,
    progress: Progress,
) -> None:
    """Write all files of a prepared dataset into `place`."""
    assert facts.train is not None
    assert facts.validation is not None
    decoded = (facts.train + facts.validation) * images.size.pixels * facts.channels
    form = STREAM if images.streams and decoded > data.cache_limit_bytes else ARRAY
    names = source.class_names(facts.classes)
    fingerprint = read_into(place, data, facts, images, names, form, progress)
    if data.left_out:
        source.write_skipped(place / SKIPPED, images.size.longer)
    Prepared(
        path=place,
        form=form,
        classes=facts.classes,
        channels=facts.channels,
        size=images.size,
        train=facts.train,
        validation=facts.validation,
        fingerprint=fingerprint,
        spec=data.to_json(),
    ).write()


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
