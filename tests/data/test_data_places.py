"""Images are what they are, however their path is spelled and wherever they lie."""

import os
import shutil
import time
from dataclasses import replace

import numpy as np
import pytest
from pictures import folder_spec
from PIL import Image

from scalesearch.data.image_cache import is_prepared, prepare
from scalesearch.data.sources import check, opened_again, place_of, source_of
from scalesearch.data.spec import DataSpec

LIMITS = pytest.mark.parametrize("limit", [10**9, 1], ids=["array", "stream"])


def spellings(root):
    """Ways to name the folder from the one above it."""
    (root.parent / "link").symlink_to(root.name)
    (root.parent / "beside").mkdir()
    plain = root.name
    return (plain, f"{plain}/", f"./{plain}", f"beside/../{plain}//.", str(root), "link", "link/")


@LIMITS
def test_a_folder_is_prepared_once_however_it_is_spelled(pictures, tmp_path, monkeypatch, limit):
    monkeypatch.chdir(pictures.parent)
    first = None
    for name in spellings(pictures):
        asked = DataSpec(f"folder:{name}", cache_limit_bytes=limit)
        ready = prepare(asked, tmp_path / "ready")
        first = first or ready
        assert ready == first, name
        assert is_prepared(asked, tmp_path / "ready")


def test_a_home_is_found_by_its_sign(pictures, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(pictures.parent))
    first = prepare(folder_spec(pictures), tmp_path / "ready")
    assert prepare(DataSpec("folder:~/pictures"), tmp_path / "ready") == first


@LIMITS
def test_images_that_lie_elsewhere_are_the_same_images(pictures, tmp_path, limit):
    first = prepare(folder_spec(pictures, cache_limit_bytes=limit), tmp_path / "ready")
    facts = check(folder_spec(pictures))
    time.sleep(0.01)  # for the copies to have another time, as an archive without times gives them
    shutil.copytree(pictures, tmp_path / "elsewhere" / "photos", copy_function=shutil.copyfile)
    shutil.rmtree(pictures)
    moved = folder_spec(tmp_path / "elsewhere" / "photos", cache_limit_bytes=limit)
    assert check(moved) == facts
    assert prepare(moved, tmp_path / "ready").fingerprint == first.fingerprint


@LIMITS
def test_other_pixels_under_the_same_names_and_sizes_are_other_images(pictures, tmp_path, limit):
    Image.new("RGB", (16, 16), (1, 2, 3)).save(pictures / "cat" / "x.bmp")
    first = prepare(folder_spec(pictures, cache_limit_bytes=limit), tmp_path / "ready")
    facts = check(folder_spec(pictures))
    Image.new("RGB", (16, 16), (3, 2, 1)).save(pictures / "cat" / "x.bmp")
    assert check(folder_spec(pictures)) == facts
    again = prepare(folder_spec(pictures, cache_limit_bytes=limit), tmp_path / "ready")
    assert again.fingerprint != first.fingerprint


def test_both_forms_of_the_same_images_have_one_fingerprint(pictures, tmp_path):
    forms = [
        prepare(folder_spec(pictures, cache_limit_bytes=limit), tmp_path / "ready")
        for limit in (10**9, 1)
    ]
    assert [ready.form for ready in forms] == ["array", "stream"]
    assert forms[0].fingerprint == forms[1].fingerprint


def test_a_stream_is_read_from_any_current_folder(pictures, tmp_path, monkeypatch):
    monkeypatch.chdir(pictures.parent)
    ready = prepare(DataSpec("folder:pictures", cache_limit_bytes=1), tmp_path / "ready")
    monkeypatch.chdir("/")
    assert len(opened_again(ready.spec).labels()) == 30


def test_what_is_embedded_lies_nowhere():
    assert source_of(DataSpec("digits")).settled() == DataSpec("digits")
    assert place_of(DataSpec("digits")) == "digits"


def test_a_place_is_told_as_it_was_asked_for(tmp_path):
    assert place_of(DataSpec("folder:a/")) == "folder:a/"
    assert place_of(DataSpec("cifar10", data_dir="data")) == "cifar10 (in data)"
    assert place_of(DataSpec("folder:a\x1b\n" + "b" * 400)).isprintable()
    assert len(place_of(DataSpec("folder:" + "b" * 400))) == 300


def test_a_set_of_tensorflow_datasets_is_one_by_name_version_and_place(tmp_path, monkeypatch):
    from tfds_pictures import spec, write

    write(tmp_path / "here")
    for limit in (2**30, 1):
        asked = spec(tmp_path / "here", cache_limit_bytes=limit)
        first = prepare(asked, tmp_path / "ready")
        monkeypatch.chdir(tmp_path)
        for same in (
            replace(asked, dataset="pictures:1.0.0"),
            replace(asked, data_dir="here"),
            replace(asked, data_dir="here/../here/"),
        ):
            assert prepare(same, tmp_path / "ready") == first
        monkeypatch.setenv("TFDS_DATA_DIR", "here")
        assert prepare(replace(asked, data_dir=None), tmp_path / "ready") == first
        shutil.copytree(tmp_path / "here", tmp_path / f"there{limit}")
        moved = prepare(replace(asked, data_dir=f"there{limit}"), tmp_path / "ready")
        assert moved.fingerprint == first.fingerprint
        assert check(replace(asked, data_dir=f"there{limit}")) == check(asked)


def test_a_newer_version_does_not_come_between_a_stream_and_its_files(tmp_path):
    from tfds_pictures import spec, write

    write(tmp_path)
    ready = prepare(spec(tmp_path, cache_limit_bytes=1), tmp_path / "ready")
    write(tmp_path, version="2.0.0")
    assert len(opened_again(ready.spec).labels()) == 60
    assert dict(check(spec(tmp_path)).identity)["dataset"] == "pictures:2.0.0"


def test_what_is_to_be_downloaded_is_not_prepared(tmp_path):
    asked = DataSpec("mnist", data_dir=str(tmp_path), download=True)
    assert not is_prepared(asked, tmp_path / "ready")
    assert source_of(asked).settled() == asked


def test_the_fingerprint_is_a_hash_of_the_arrays(pictures, tmp_path):
    """By hand, so that a study stays pinned to the same images from release to release."""
    import hashlib

    ready = prepare(folder_spec(pictures), tmp_path / "ready")
    digest = hashlib.sha256()
    for name in ("train_images", "train_labels", "validation_images", "validation_labels"):
        values = np.load(ready.path / f"{name}.npy")
        digest.update(f"{name} {values.dtype.str} {values.shape}".encode() + values.tobytes())
    assert ready.fingerprint == digest.hexdigest()
    assert os.path.isabs(str(ready.spec["dataset"]).removeprefix("folder:"))
