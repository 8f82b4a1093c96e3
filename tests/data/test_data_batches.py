import numpy as np
import pytest
from PIL import Image

from scalesearch.core.resolution import Resolution
from scalesearch.data import batches
from scalesearch.data.augmentation import Augmentation, augment
from scalesearch.data.batches import ArrayBatches, resized
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.errors import DataError

square = Resolution.square

RNG = np.random.default_rng(0)


def numbered(count):
    """Image i is filled with the value i; its label is i too."""
    values = np.arange(count, dtype=np.uint8)
    return np.tile(values[:, None, None, None], (1, 6, 6, 3)), values.astype(np.int32)


def seen(source, seed, epoch):
    return [label for _, labels in source.epoch(seed, epoch) for label in labels.tolist()]


@pytest.mark.parametrize("resolution", [12, 20, 31, 48])
def test_resizing_agrees_with_pillows_antialiased_bilinear(resolution):
    smooth = Image.effect_noise((40, 40), 80).resize((32, 32), Image.Resampling.BICUBIC)
    expected = np.asarray(smooth.resize((resolution,) * 2, Image.Resampling.BILINEAR), int)
    got = resized(np.asarray(smooth)[None, :, :, None], square(resolution))[0, ..., 0]
    assert got.dtype == np.uint8
    assert np.abs(got - expected).max() <= 1


def test_training_batches_are_full_and_hold_no_image_twice():
    source = ArrayBatches(*numbered(50), square(6), 16, Augmentation())
    got = list(source.epoch(0, 0))
    assert [images.shape for images, _ in got] == [(16, 6, 6, 3)] * 3
    assert (source.count, source.steps) == (48, 3)
    assert len(set(seen(source, 0, 0))) == 48
    for images, labels in got:
        assert (images.dtype, labels.dtype) == (np.uint8, np.int32)
        assert (images[:, 0, 0, 0] == labels).all()


def test_order_follows_from_seed_and_epoch_alone():
    source, another = (ArrayBatches(*numbered(64), square(6), 16, Augmentation()) for _ in range(2))
    seen(another, 5, 5)
    assert seen(source, 1, 2) == seen(another, 1, 2)
    assert seen(source, 1, 2) != seen(source, 1, 3)
    assert seen(source, 1, 2) != seen(source, 2, 2)


def test_changes_follow_from_seed_and_epoch_alone():
    images = RNG.integers(0, 256, (32, 16, 16, 1), np.uint8)
    how = Augmentation(flip=True, shift=0.2, cutout=0.3)
    source = ArrayBatches(images, np.arange(32, dtype=np.int32), square(16), 8, how)
    for (a, _), (b, _) in zip(source.epoch(3, 1), source.epoch(3, 1), strict=True):
        np.testing.assert_array_equal(a, b)


def test_validation_keeps_order_and_every_image_unchanged():
    images, labels = numbered(50)
    source = ArrayBatches(images, labels, square(6), 16, None)
    got = list(source.epoch(0, 0))
    assert [len(part) for _, part in got] == [16, 16, 16, 2]
    assert source.count == 50
    np.testing.assert_array_equal(np.concatenate([part for part, _ in got]), images)


def test_resizing_batch_by_batch_gives_the_same_as_all_at_once(monkeypatch):
    images = RNG.integers(0, 256, (40, 16, 16, 3), np.uint8)
    how = Augmentation(flip=True, shift=0.1)
    whole = ArrayBatches(images, np.arange(40, dtype=np.int32), square(12), 8, how)
    monkeypatch.setattr(batches, "RESIZE_WHOLE_BYTES", 100)
    piecewise = ArrayBatches(images, np.arange(40, dtype=np.int32), square(12), 8, how)
    for (a, x), (b, y) in zip(whole.epoch(0, 0), piecewise.epoch(0, 0), strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(x, y)


def test_no_augmentation_changes_nothing():
    images = RNG.integers(0, 256, (5, 9, 9, 3), np.uint8)
    np.testing.assert_array_equal(augment(images, Augmentation(), RNG), images)


def test_flip_mirrors_about_half_of_the_images_and_leaves_the_rest():
    images = RNG.integers(0, 256, (200, 7, 7, 1), np.uint8)
    changed = augment(images, Augmentation(flip=True), np.random.default_rng(1))
    mirrored = (changed == images[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (mirrored | (changed == images).all(axis=(1, 2, 3))).all()
    assert 70 < mirrored.sum() < 130


def test_shift_moves_by_whole_pixels_within_reach_and_reflects_the_edge():
    images = RNG.integers(0, 256, (100, 10, 10, 1), np.uint8)
    changed = augment(images, Augmentation(shift=0.2), np.random.default_rng(1))
    wide = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), mode="reflect")
    found = np.zeros((100, 5, 5), bool)
    for y in range(5):
        for x in range(5):
            same = changed == wide[:, y : y + 10, x : x + 10]
            found[:, y, x] = same.all(axis=(1, 2, 3))
    assert found.any(axis=(1, 2)).all(), "each is one of the 25 windows"
    assert found.any(axis=0).sum() > 20, "and nearly all windows occur"


def test_cutout_greys_one_square_at_most():
    images = np.zeros((50, 20, 20, 3), np.uint8)
    changed = augment(images, Augmentation(cutout=0.25), np.random.default_rng(1))
    areas = (changed[..., 0] > 0).sum(axis=(1, 2))
    assert areas.max() == 25
    assert areas.min() >= 4
    assert (images == 0).all(), "the input is left as it is"


def test_a_prepared_set_gives_batches_at_the_trials_resolution(tmp_path):
    ready = prepare(DataSpec("cluttered-digits", train=64, validation=20), tmp_path)
    images, labels = next(
        batches.training(ready, square(36), 32, Augmentation(shift=0.1)).epoch(0, 0)
    )
    assert (images.shape, labels.shape) == ((32, 36, 36, 1), (32,))
    assert sum(len(part) for _, part in batches.validation(ready, square(36), 32).epoch(0, 0)) == 20


def test_a_training_part_of_less_than_one_batch_is_refused(tmp_path):
    ready = prepare(DataSpec("cluttered-digits", train=20, validation=20), tmp_path)
    with pytest.raises(DataError, match=r"`train` must be at least the batch size, 64\. Got 20"):
        batches.training(ready, square(36), 64)


def test_images_without_information_are_those_that_were_small_before():
    images = RNG.integers(0, 256, (20, 24, 24, 3), np.uint8)
    labels = np.arange(20, dtype=np.int32)
    poor = ArrayBatches(images, labels, square(16), 20, None, square(8))
    ((found, _),) = poor.epoch(0, 0)
    np.testing.assert_array_equal(found, resized(resized(images, square(8)), square(16)))
    ((rich, _),) = ArrayBatches(images, labels, square(16), 20, None).epoch(0, 0)
    assert rich.std() > 1.5 * found.std()  # of noise little is left at half the size
