"""The data room on tensorflow-datasets' layout: a small set written here, and CIFAR-10."""

import shutil

import numpy as np
import pytest
from tfds_pictures import CLASSES, EACH, spec, write

from scalesearch.core.resolution import Resolution
from scalesearch.data import batches
from scalesearch.data.augmentation import Augmentation
from scalesearch.data.image_cache import prepare
from scalesearch.data.sources import check
from scalesearch.errors import DataError
from tests.places import shared

TEN = Resolution.square(10)


def colours(ready, part):
    """Every image of a part as (label, number), read from its colour."""
    found = []
    for image, label in zip(ready.images(part), ready.labels(part), strict=True):
        assert (image == image[0, 0]).all()
        assert image[0, 0, 0] == 80 * label
        found.append((int(label), int(image[0, 0, 1]) // 10))
    return found


def test_facts_come_from_the_description(tmp_path):
    write(tmp_path)
    facts = check(spec(tmp_path, validation=15))
    assert (facts.classes, facts.channels, facts.size.to_json()) == (3, 3, 10)
    assert (facts.train_available, facts.train, facts.validation) == (60, 45, 15)


def test_all_training_images_are_found_once_as_centre_squares(tmp_path):
    write(tmp_path)
    ready = prepare(spec(tmp_path, validation=15), tmp_path / "ready")
    assert ready.images("train").shape == (45, 10, 10, 3)
    both = colours(ready, "train") + colours(ready, "validation")
    assert sorted(both) == [(c, i) for c in range(CLASSES) for i in range(EACH)]
    assert np.bincount(ready.labels("validation")).tolist() == [5, 5, 5]


@pytest.mark.parametrize("test_file", ["garbage", "missing"])
def test_the_test_split_is_never_read(tmp_path, test_file):
    """Its file is garbage as written, or not there; nothing that comes out depends on it."""
    folder = write(tmp_path)
    if test_file == "missing":
        next(folder.glob("*-test*")).unlink()
    ready = prepare(spec(tmp_path), tmp_path / "ready")
    assert len(colours(ready, "train") + colours(ready, "validation")) == CLASSES * EACH


def test_images_of_no_fixed_size_are_stored_at_the_canvas(tmp_path):
    write(tmp_path, shape=("-1", "-1", "3"))
    assert check(spec(tmp_path, canvas=8)).size is None
    assert prepare(spec(tmp_path, canvas=8), tmp_path / "ready").size == Resolution.square(8)


def test_the_stream_form_holds_the_images_of_the_array_form(tmp_path):
    write(tmp_path)
    array = prepare(spec(tmp_path, validation=15), tmp_path / "ready")
    stream = prepare(spec(tmp_path, validation=15, cache_limit_bytes=1), tmp_path / "ready")
    assert (array.form, stream.form) == ("array", "stream")
    for a, s in (
        (batches.training(array, TEN, 9), batches.training(stream, TEN, 9)),
        (batches.validation(array, TEN, 9), batches.validation(stream, TEN, 9)),
    ):
        assert (a.count, a.steps) == (s.count, s.steps)
        assert content(a) == content(s)
    in_order = [
        np.concatenate([labels for _, labels in batches.validation(p, TEN, 9).epoch(0, 0)]).tolist()
        for p in (array, stream)
    ]
    assert in_order[0] == in_order[1]


def content(source):
    """The images of an epoch with their labels, in no order."""
    return sorted(
        (int(label), image.tobytes())
        for images, labels in source.epoch(0, 0)
        for image, label in zip(images, labels, strict=True)
    )


def test_a_stream_repeats_itself_for_the_same_seed_and_epoch_alone(tmp_path):
    write(tmp_path)
    ready = prepare(spec(tmp_path, cache_limit_bytes=1), tmp_path / "ready")
    how = Augmentation(flip=True, shift=0.1)

    def epoch(seed, number):
        got = batches.training(ready, Resolution.square(12), 8, how).epoch(seed, number)
        return b"".join(images.tobytes() + labels.tobytes() for images, labels in got)

    assert epoch(0, 1) == epoch(0, 1)
    assert len({epoch(0, 1), epoch(0, 2), epoch(1, 1)}) == 3


def test_the_newest_version_is_taken_unless_one_is_named(tmp_path):
    for version in ("2.0.0", "10.0.0", "9.0.0"):
        write(tmp_path, version=version)
    (tmp_path / "pictures" / "2.0.0" / "features.json").write_text("{")
    assert check(spec(tmp_path)).classes == CLASSES
    with pytest.raises(DataError, match=r"2\.0\.0 is no complete"):
        check(spec(tmp_path, "pictures:2.0.0"))
    with pytest.raises(DataError, match=r"pictures:3\.0\.0 is not under .*there is 10\.0\.0"):
        check(spec(tmp_path, "pictures:3.0.0"))


def test_a_set_of_several_configs_asks_which(tmp_path):
    for config in ("large", "small"):
        folder = write(tmp_path / config)
        (tmp_path / "sets" / "pictures").mkdir(parents=True, exist_ok=True)
        shutil.move(folder.parent, tmp_path / "sets" / "pictures" / config)
    with pytest.raises(DataError, match="Name one: pictures/large, pictures/small"):
        check(spec(tmp_path / "sets"))
    assert check(spec(tmp_path / "sets", "pictures/small")).classes == CLASSES
    assert check(spec(tmp_path / "sets", "pictures/small:1.0.0")).classes == CLASSES


def test_cifar10_is_cut_from_its_training_images_with_the_test_file_in_ruins(tmp_path):
    folder = tmp_path / "tfds" / "cifar10" / "3.0.2"
    folder.mkdir(parents=True)
    for file in shared("data/tfds/cifar10/3.0.2").iterdir():
        if "-test" in file.name:
            (folder / file.name).write_bytes(b"garbage")
        else:
            (folder / file.name).symlink_to(file)
    asked = spec(tmp_path / "tfds", "cifar10", train=500, validation=200)
    assert (check(asked).classes, check(asked).size, check(asked).train_available) == (
        10,
        Resolution.square(32),
        20000,
    )
    ready = prepare(asked, tmp_path / "ready")
    assert np.bincount(ready.labels("train")).tolist() == [50] * 10
    assert np.bincount(ready.labels("validation")).tolist() == [20] * 10
