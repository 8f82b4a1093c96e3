import json
import os

import numpy as np
import pytest

from scalesearch.data import cluttered_digits, image_cache
from scalesearch.data.image_cache import opened, prepare
from scalesearch.data.spec import DataSpec
from scalesearch.errors import DataError

SMALL = DataSpec("cluttered-digits", train=40, validation=20)


def test_prepared_arrays_are_those_of_the_source(tmp_path):
    ready = prepare(SMALL, tmp_path)
    for part, count in (("train", 40), ("validation", 20)):
        images, labels = cluttered_digits.canvases(part, count, SMALL.seed)
        np.testing.assert_array_equal(ready.images(part), images)
        np.testing.assert_array_equal(ready.labels(part), labels)
        assert ready.labels(part).dtype == np.int32
    assert (ready.form, ready.classes, ready.channels, ready.size.to_json()) == ("array", 10, 1, 64)


def test_a_second_call_reuses_what_the_first_wrote(tmp_path, monkeypatch):
    first = prepare(SMALL, tmp_path)
    monkeypatch.setattr(image_cache, "_fill", None)  # would fail if it were called
    assert prepare(SMALL, tmp_path) == first


def test_the_fingerprint_follows_the_arrays_alone(tmp_path):
    first, again = (prepare(SMALL, tmp_path / name) for name in ("a", "b"))
    assert first.fingerprint == again.fingerprint
    other = prepare(DataSpec("cluttered-digits", train=40, validation=20, seed=1), tmp_path / "a")
    assert other.fingerprint != first.fingerprint
    assert other.path != first.path


def test_changed_difficulty_makes_new_arrays(tmp_path, monkeypatch):
    first = prepare(SMALL, tmp_path)
    monkeypatch.setattr(cluttered_digits, "NOISE", (0.2, 0.3))
    assert prepare(SMALL, tmp_path).path != first.path


def test_digits_are_split_by_scan_class_by_class(tmp_path):
    ready = prepare(DataSpec("digits", validation=300), tmp_path)
    assert ready.images("train").shape == (1497, 8, 8, 1)
    assert np.ptp(np.bincount(ready.labels("validation"))) <= 2


def test_data_json_describes_the_folder_in_plain_values(tmp_path):
    ready = prepare(SMALL, tmp_path)
    written = json.loads((ready.path / "data.json").read_text())
    assert written["train"] == 40
    assert written["spec"] == SMALL.to_json()
    assert opened(ready.path) == ready


def test_a_preparation_that_breaks_off_leaves_nothing(tmp_path, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(image_cache, "_settle", stop)
    with pytest.raises(KeyboardInterrupt):
        prepare(SMALL, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_two_preparations_at_once_end_in_one_folder(tmp_path, monkeypatch):
    settle = image_cache._settle

    def late(scratch, target):
        monkeypatch.setattr(image_cache, "_settle", settle)
        prepare(SMALL, tmp_path)  # another process is quicker
        settle(scratch, target)

    monkeypatch.setattr(image_cache, "_settle", late)
    ready = prepare(SMALL, tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [ready.path.name]


def test_a_folder_that_cannot_be_written_is_refused(tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(DataError, match="cannot be prepared under"):
        prepare(SMALL, tmp_path / "taken" / "data")


def test_a_damaged_description_is_refused_with_the_way_out(tmp_path):
    ready = prepare(SMALL, tmp_path)
    os.truncate(ready.path / "data.json", 20)
    with pytest.raises(DataError, match="Remove that folder and run the command that"):
        opened(ready.path)


def test_images_without_their_description_are_refused_with_the_way_out(tmp_path):
    ready = prepare(SMALL, tmp_path)
    os.unlink(ready.path / "data.json")
    with pytest.raises(DataError, match="Remove that folder and run the command that"):
        prepare(SMALL, tmp_path)


def test_damaged_arrays_and_labels_out_of_range_are_refused_with_the_way_out(tmp_path):
    ready = prepare(SMALL, tmp_path)
    labels = ready.labels("train")
    labels[-1] = ready.classes
    np.save(ready.path / "train_labels.npy", labels)
    with pytest.raises(DataError, match=r"labels from 0 to 9\. Got 0 to 10\. Remove that folder"):
        ready.labels("train")
    os.truncate(ready.path / "train_images.npy", 1000)
    np.save(ready.path / "validation_labels.npy", labels.astype(np.float32))
    for read in (lambda: ready.images("train"), lambda: ready.labels("validation")):
        with pytest.raises(
            DataError, match=r"is no array of .* Remove that folder and run the command that"
        ):
            read()
