"""The stream form on a folder of images; on tensorflow-datasets it is in test_data_tfds.py."""

import threading

import numpy as np
import pytest
from PIL import Image

from scalesearch.core.resolution import Resolution
from scalesearch.data import batches
from scalesearch.data.augmentation import Augmentation
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.errors import DataError

square = Resolution.square


@pytest.fixture
def noise(tmp_path):
    """Two classes of 25 images of noise, 12 pixels wide, all different."""
    rng = np.random.default_rng(0)
    for name in ("left", "right"):
        (tmp_path / "noise" / name).mkdir(parents=True)
        for i in range(25):
            pixels = rng.integers(0, 256, (12, 12, 3), np.uint8)
            Image.fromarray(pixels).save(tmp_path / "noise" / name / f"{i}.png")
    return tmp_path / "noise"


def both_forms(noise, tmp_path):
    spec = {"dataset": f"folder:{noise}", "validation": 10}
    array = prepare(DataSpec(**spec), tmp_path / "ready")
    stream = prepare(DataSpec(**spec, cache_limit_bytes=1), tmp_path / "ready")
    assert (array.form, stream.form) == ("array", "stream")
    return array, stream


def content(source):
    """The images of an epoch with their labels, in no order."""
    return sorted(
        (int(label), image.tobytes())
        for images, labels in source.epoch(0, 0)
        for image, label in zip(images, labels, strict=True)
    )


def test_both_forms_hold_the_same_images_in_train_and_validation(noise, tmp_path):
    array, stream = both_forms(noise, tmp_path)
    train = [batches.training(form, square(12), 8) for form in (array, stream)]
    assert [(t.count, t.steps) for t in train] == [(40, 5)] * 2
    assert content(train[0]) == content(train[1])
    validation = [batches.validation(form, square(12), 8) for form in (array, stream)]
    for (a, x), (b, y) in zip(*(v.epoch(0, 0) for v in validation), strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(x, y)
    assert not set(content(train[1])) & set(content(validation[1]))


def test_order_and_changes_follow_from_seed_and_epoch_alone(noise, tmp_path):
    how = Augmentation(flip=True, shift=0.2)
    source = batches.training(both_forms(noise, tmp_path)[1], square(10), 8, how)

    def epoch(seed, number):
        got = source.epoch(seed, number)
        return b"".join(images.tobytes() + labels.tobytes() for images, labels in got)

    assert epoch(0, 1) == epoch(0, 1)
    assert len({epoch(0, 1), epoch(0, 2), epoch(1, 1)}) == 3


def test_an_epoch_left_early_leaves_no_threads_behind(noise, tmp_path):
    source = batches.training(both_forms(noise, tmp_path)[1], square(12), 8)
    before = threading.active_count()
    epoch = source.epoch(0, 0)
    next(epoch)
    epoch.close()
    assert threading.active_count() == before


def test_an_image_that_vanished_since_it_was_prepared_is_named(noise, tmp_path):
    source = batches.validation(both_forms(noise, tmp_path)[1], square(12), 8)
    for file in noise.rglob("*.png"):
        file.unlink()
    with pytest.raises(DataError, match=r"\.png is not there any more"):
        list(source.epoch(0, 0))


def test_images_without_information_are_the_smaller_ones_enlarged_in_both_forms_and_parts(
    noise, tmp_path
):
    for form in both_forms(noise, tmp_path):
        for part in (batches.training, batches.validation):
            small = part(form, square(8), 8).epoch(0, 0)
            poor = part(form, square(12), 8, informed=square(8)).epoch(0, 0)
            for (images, labels), (found, same) in zip(small, poor, strict=True):
                np.testing.assert_array_equal(found, batches.resized(images, square(12)))
                np.testing.assert_array_equal(labels, same)
