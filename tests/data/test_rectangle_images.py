"""Images are cropped to a rectangle pixel for pixel, prepared and changed as such."""

import json
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf
from pictures import folder_spec
from PIL import Image, ImageOps

from scalesearch.core.resolution import Resolution
from scalesearch.data import batches
from scalesearch.data.augmentation import Augmentation, augment
from scalesearch.data.image_cache import prepare
from scalesearch.data.image_folder import decoded
from scalesearch.data.sources import check
from scalesearch.data.spec import DataSpec
from scalesearch.data.tfds_records import _centre

RNG = np.random.default_rng(0)


def pattern(height, width):
    """An image whose pixels say where they are: (row, column, 7)."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([rows, columns, np.full_like(rows, 7)], -1).astype(np.uint8)


@pytest.mark.parametrize(
    ("image", "shape", "top", "left", "size"),
    [
        ((60, 40), "48x34", 2, 0, "56x40"),  # 40 * 24 / 17 = 56.5
        ((40, 60), "48x34", 0, 16, "40x28"),
        ((70, 50), "7x5", 0, 0, "70x50"),
        ((71, 50), "7x5", 0, 0, "70x50"),
        ((60, 40), "34x48", 16, 0, "28x40"),
        ((60, 40), "1x1", 10, 0, "40x40"),
    ],
)
def test_a_crop_is_the_middle_pixel_for_pixel(tmp_path, image, shape, top, left, size):
    from scalesearch.data.image_files import cropped, header

    file = tmp_path / "x.png"
    Image.fromarray(pattern(*image)).save(file)
    shape, size = Resolution.of(shape), Resolution.of(size)
    part = shape.crop_of(Resolution(*image))
    assert abs(part.height - size.height) + abs(part.width - size.width) <= 1
    got = cropped(file, shape, part, 3)
    expected = pattern(*image)[top : top + part.height, left : left + part.width]
    np.testing.assert_array_equal(got, expected)
    assert header(file, shape) == (False, part.longer)
    through_tensorflow = _centre(tf.constant(pattern(*image)), shape, part).numpy()
    np.testing.assert_array_equal(through_tensorflow, expected)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif"])
def test_photographs_are_cropped_as_they_stand(tmp_path, orientation, suffix):
    """A camera that was held upright keeps its image on its side, with a note."""
    smooth = np.add.outer(np.arange(60) * 2, np.arange(40) * 3).astype(np.uint8)
    image = Image.fromarray(np.stack([smooth, smooth[::-1], smooth[:, ::-1]], -1))
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = tmp_path / f"x.{suffix}"
    image.save(file, exif=exif, **({"quality": 100, "subsampling": 0} if suffix == "jpg" else {}))
    with Image.open(file) as stored:
        upright = np.asarray(ImageOps.exif_transpose(stored)).astype(int)
    for shape in (Resolution(3, 2), Resolution(2, 3)):
        part = shape.crop_of(Resolution(*upright.shape[:2]))
        top, left = (upright.shape[0] - part.height) // 2, (upright.shape[1] - part.width) // 2
        expected = upright[top : top + part.height, left : left + part.width]
        got = decoded(file, shape, part, 3).astype(int)
        assert got.shape == expected.shape
        # An odd rest may fall to either side of an image that is turned.
        assert abs(got - expected).max() <= 6


def test_prepared_squares_keep_their_place_and_words(portraits, tmp_path):
    """What was prepared before there were rectangles is found again."""
    spec = folder_spec(portraits, train=32, validation=16)
    assert "shape" not in spec.to_json()
    assert DataSpec(**spec.to_json()) == spec
    oblong = replace(spec, shape=Resolution(48, 32))
    assert DataSpec(**json.loads(json.dumps(oblong.to_json()))) == oblong
    assert oblong.to_json()["shape"] == "3x2"
    square, rect = (prepare(each, tmp_path / "ready") for each in (spec, oblong))
    assert square.path != rect.path
    assert json.loads((square.path / "data.json").read_text())["size"] == 20
    streamed = replace(oblong, cache_limit_bytes=1000)
    stream = prepare(streamed, tmp_path / "ready")
    assert stream.form == "stream"
    size = Resolution(15, 10)
    one, other = (batches.validation(each, size, 16) for each in (rect, stream))
    (a, x), (b, y) = next(one.epoch(0, 0)), next(other.epoch(0, 0))
    assert a.shape == b.shape == (16, 15, 10, 3)
    np.testing.assert_array_equal(x, y)
    assert np.abs(a.astype(int) - b.astype(int)).mean() < 3  # two resizers of one crop


@pytest.mark.parametrize(("dataset", "size"), [("digits", (8, 6)), ("cluttered-digits", (64, 46))])
def test_embedded_images_are_cropped_to_their_middle(tmp_path, dataset, size):
    spec = DataSpec(dataset, train=40, validation=20, shape=Resolution(224, 160))
    rect, square = (prepare(each, tmp_path) for each in (spec, replace(spec, shape=1)))
    assert rect.size == check(spec).size == Resolution(*size)
    left = (square.size.width - size[1]) // 2
    np.testing.assert_array_equal(
        rect.images("train"), square.images("train")[:, :, left : left + size[1]]
    )


@pytest.mark.parametrize("shape", [(5, 20, 30, 3), (5, 30, 20, 1), (4, 1, 9, 3), (3, 16, 16, 3)])
def test_changes_of_rectangles_reach_a_fraction_of_each_side(shape):
    """Against numpy's own reflection, with the same draws."""
    images = RNG.integers(0, 256, shape, np.uint8)
    batch, height, width, _ = shape
    got = augment(images, Augmentation(flip=True, shift=0.2), np.random.default_rng(5))
    rng = np.random.default_rng(5)
    down, right = min(round(0.2 * height), height - 1), min(round(0.2 * width), width - 1)
    moves = rng.integers((0, 0), (2 * down + 1, 2 * right + 1), (batch, 2))
    mirrored = rng.random(batch) < 0.5
    wide = np.pad(images, ((0, 0), (down, down), (right, right), (0, 0)), "reflect")
    for i, (y, x) in enumerate(moves):
        window = wide[i, y : y + height, x : x + width]
        np.testing.assert_array_equal(got[i], window[:, ::-1] if mirrored[i] else window)
    cut = augment(images, Augmentation(cutout=0.5), np.random.default_rng(5)) != images
    for each in cut.any(-1):
        rows, columns = np.flatnonzero(each.any(1)), np.flatnonzero(each.any(0))
        if len(rows):
            assert rows[-1] - rows[0] < round(height / 2)
            assert columns[-1] - columns[0] < round(width / 2)
