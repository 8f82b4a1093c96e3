"""What `--skip-broken` leaves out decides the images; without broken images it changes nothing."""

import json
import shutil

import numpy as np
import pytest
from pictures import folder_spec
from PIL import Image

from scalesearch.core.resolution import Resolution
from scalesearch.data import omissions
from scalesearch.data.image_cache import prepare
from scalesearch.data.sources import check, looked_at, opened_again
from scalesearch.errors import DataError

BROKEN = ("cat/3.png", "dog/0.png", "fox/9.png")


@pytest.fixture
def holed(pictures):
    """The pictures with one broken in each class."""
    for name in BROKEN:
        (pictures / name).write_bytes(b"not a picture")
    return pictures


def skipped(root, looks, **values):
    return looked_at(folder_spec(root, **values), skip_broken=True, looks=looks)


def test_without_broken_images_nothing_is_different(pictures, tmp_path):
    plain, _ = looked_at(folder_spec(pictures))
    skipping_too, broken = skipped(pictures, tmp_path / "ready")
    assert (plain, ()) == (skipping_too, broken)
    assert check(plain) == check(skipping_too) == check(folder_spec(pictures))
    first = prepare(plain, tmp_path / "ready")
    assert prepare(skipping_too, tmp_path / "ready") == first
    assert not (first.path / "skipped.json").exists()


@pytest.mark.parametrize("limit", [10**9, 1])
def test_the_other_images_are_prepared_as_if_the_broken_ones_were_not_there(holed, tmp_path, limit):
    """In the array form and in the stream form alike."""
    clean = tmp_path / "clean" / holed.name
    shutil.copytree(holed, clean)
    for name in BROKEN:
        (clean / name).unlink()
    spec, broken = skipped(holed, tmp_path / "looks", cache_limit_bytes=limit)
    assert tuple(each.name for each in broken) == spec.left_out == BROKEN
    ready = prepare(spec, tmp_path / "ready")
    wanted = prepare(folder_spec(clean, cache_limit_bytes=limit), tmp_path / "ready")
    assert ready.path != wanted.path
    assert (ready.train + ready.validation, ready.form) == (27, wanted.form)
    for part in ("train", "validation"):
        np.testing.assert_array_equal(ready.labels(part), wanted.labels(part))
        if limit == 1:
            size = Resolution.square(16)
            here, there = (
                list(opened_again(each.spec).read(each.index(part), size, 30, None))
                for each in (ready, wanted)
            )
            np.testing.assert_array_equal(here[0][0], there[0][0])
        else:
            np.testing.assert_array_equal(ready.images(part), wanted.images(part))


def test_what_is_left_out_and_why_is_written_beside_the_images(holed, tmp_path):
    spec, _ = skipped(holed, tmp_path / "looks")
    ready = prepare(spec, tmp_path / "ready")
    told = json.loads((ready.path / "skipped.json").read_text())["left_out"]
    assert [line.split(" is no readable image")[0] for line in told] == list(BROKEN)


def test_the_fingerprint_follows_the_images_that_are_taken(pictures, tmp_path):
    whole = check(skipped(pictures, tmp_path / "looks")[0]).fingerprint
    (pictures / BROKEN[0]).write_bytes(b"not a picture")
    left = check(skipped(pictures, tmp_path / "looks")[0]).fingerprint
    (pictures / BROKEN[0]).unlink()
    removed = check(looked_at(folder_spec(pictures))[0]).fingerprint
    assert whole != left == removed, "removing what was left out leaves the same images"


def test_a_look_through_all_images_is_taken_once(holed, tmp_path, monkeypatch):
    begun = []
    looks = tmp_path / "looks"
    first = looked_at(folder_spec(holed), True, looks, begun.append)
    monkeypatch.setattr(omissions, "whole_look", None)  # would fail if it were called
    assert looked_at(folder_spec(holed), True, looks, begun.append) == first
    assert begun == [30]
    for damage in ("{", "[1]", '[["a"]]'):
        next(looks.glob("look-*.json")).write_text(damage)
        with pytest.raises(TypeError, match="not callable"):
            looked_at(folder_spec(holed), True, looks)


def test_a_mended_image_is_looked_at_again_and_taken(holed, tmp_path):
    skipped(holed, tmp_path / "looks")
    Image.new("RGB", (20, 16)).save(holed / BROKEN[1])
    assert skipped(holed, tmp_path / "looks")[0].left_out == (BROKEN[0], BROKEN[2])


def test_a_class_that_is_left_with_too_few_is_named(pictures, tmp_path):
    for i in range(9):
        (pictures / "dog" / f"{i}.png").write_bytes(b"")
    with pytest.raises(
        DataError, match=r"dog must hold at least 2 images.*Got 1, after leaving out 9 that cannot"
    ):
        skipped(pictures, tmp_path / "looks")


def test_a_class_of_broken_images_alone_is_told_as_broken_images(pictures):
    for i in range(10):
        (pictures / "dog" / f"{i}.png").write_bytes(b"")
    with pytest.raises(DataError, match="cannot be used, 10 of 30"):
        looked_at(folder_spec(pictures))
