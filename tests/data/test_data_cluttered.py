import numpy as np
import pytest

from scalesearch.data import cluttered_digits, digits, splits
from scalesearch.data.sources import check
from scalesearch.data.spec import DataSpec


def test_scans_are_scikit_learns_1797_digits():
    images, labels = digits.scans()
    assert images.shape == (1797, 8, 8, 1)
    assert (images.dtype, labels.dtype) == (np.uint8, np.int32)
    assert (images.min(), images.max()) == (0, 255)
    # Counts a class as published with the data set.
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_same_seed_draws_the_same_canvases_and_another_seed_others():
    first, again, other = (cluttered_digits.canvases("train", 20, seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any(axis=(1, 2, 3)).all()


def test_a_canvas_does_not_depend_on_how_many_are_drawn():
    few, many = (cluttered_digits.canvases("validation", count, 0) for count in (7, 150))
    np.testing.assert_array_equal(few[0], many[0][:7])
    np.testing.assert_array_equal(few[1], many[1][:7])


def test_shape_dtype_and_classes_in_turn():
    images, labels = cluttered_digits.canvases("train", 25, 0)
    assert (images.shape, images.dtype) == ((25, 64, 64, 1), np.uint8)
    assert (labels.shape, labels.dtype) == ((25,), np.int32)
    assert labels.tolist() == [i % 10 for i in range(25)]


def test_train_and_validation_canvases_are_made_from_different_scans(monkeypatch):
    """With the validation scans blanked, training is unchanged and validation shows nothing."""
    scans, labels = digits.scans()
    count = len(labels)
    _, held_out = splits.stratified(
        labels, count - cluttered_digits.VALIDATION_SCANS, cluttered_digits.VALIDATION_SCANS, 0
    )
    monkeypatch.setattr(cluttered_digits, "NOISE", (0.0, 0.0))
    train = cluttered_digits.canvases("train", 60, 0)[0]
    blanked = scans.copy()
    blanked[held_out] = 0
    monkeypatch.setattr(digits, "scans", lambda: (blanked, labels))
    np.testing.assert_array_equal(cluttered_digits.canvases("train", 60, 0)[0], train)
    validation = cluttered_digits.canvases("validation", 60, 0)[0]
    assert (validation.max(axis=(1, 2, 3)) == validation.min(axis=(1, 2, 3))).all()


def test_the_whole_digit_lies_inside_the_canvas(monkeypatch):
    monkeypatch.setattr(cluttered_digits, "NOISE", (0.0, 0.0))
    monkeypatch.setattr(cluttered_digits, "FRAGMENTS", (0, 0))
    images = cluttered_digits.canvases("train", 300, 0)[0][..., 0].astype(int)
    border = np.concatenate(
        [images[:, 0], images[:, -1], images[:, :, 0], images[:, :, -1]], axis=1
    )
    ground = images.min(axis=(1, 2))
    assert (border - ground[:, None]).max() <= 8  # the ringing of the splines, no stroke
    tall = (images - ground[:, None, None] > 20).any(axis=2).sum(axis=1)
    assert tall.min() >= 12
    assert tall.max() <= 56


def test_every_difficulty_constant_is_part_of_the_recipe():
    assert {"DIGIT_HEIGHT", "FRAGMENTS", "NOISE", "CONTRAST", "SIZE"} <= set(
        cluttered_digits.recipe()
    )


def test_canvases_made_another_way_are_another_set_of_images(monkeypatch):
    """Or a study could be continued on images that are no longer those it was begun with."""
    before = check(DataSpec("cluttered-digits")).fingerprint
    assert before == check(DataSpec("cluttered-digits")).fingerprint
    monkeypatch.setattr(cluttered_digits, "DIGIT_HEIGHT", (20.0, 20.5))
    assert check(DataSpec("cluttered-digits")).fingerprint != before


@pytest.mark.parametrize("part", ["train", "validation"])
def test_canvases_hold_more_than_the_digit(part, monkeypatch):
    monkeypatch.setattr(cluttered_digits, "NOISE", (0.0, 0.0))
    with_fragments = cluttered_digits.canvases(part, 30, 0)[0]
    monkeypatch.setattr(cluttered_digits, "FRAGMENTS", (0, 0))
    assert (with_fragments != cluttered_digits.canvases(part, 30, 0)[0]).any(axis=(1, 2, 3)).all()
