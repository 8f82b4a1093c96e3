"""Images of tensorflow-datasets of sixteen bits and with transparency become what a person sees."""

import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image
from tfds_pictures import image_feature, label_feature, spec, write_records

from scalesearch.core.resolution import SQUARE, Resolution
from scalesearch.data import cache_process
from scalesearch.data.image_cache import prepare
from scalesearch.data.image_folder import decoded
from scalesearch.data.sources import check
from scalesearch.errors import DataError

SIDE = 16
DEEP = (np.arange(SIDE**2, dtype=np.uint32) * 257).astype(np.uint16).reshape(SIDE, SIDE, 1)
"""All grey values from black, 0, to white, 65535."""


def prepared(root, pixels):
    """A set of two classes with `pixels` (side, side, channels) four times each, prepared."""
    shape = pixels.shape
    encoded = tf.io.encode_png(pixels).numpy()
    rows = [{"image": encoded, "label": i % 2} for i in range(8)]
    features = {
        "image": image_feature(shape, pixels.dtype.name),
        "label": label_feature(2),
    }
    write_records(root, {"train": rows}, features)
    ready = prepare(spec(root), root / "ready")
    images = np.concatenate([ready.images("train"), ready.images("validation")])
    assert (images == images[0]).all()
    return images[0], encoded


def test_sixteen_bits_are_scaled_to_eight(tmp_path):
    seen, _ = prepared(tmp_path, DEEP)
    np.testing.assert_array_equal(seen[..., 0], np.arange(256).reshape(SIDE, SIDE))


def test_sixteen_bits_are_rounded_as_the_png_specification_says(tmp_path):
    """Section 13.12: floor(sample * 255 / 65535 + 0.5)."""
    pixels = np.random.default_rng(0).integers(0, 65536, (SIDE, SIDE, 3)).astype(np.uint16)
    seen, _ = prepared(tmp_path, pixels)
    wanted = np.floor(pixels.astype(float) * 255 / 65535 + 0.5)
    np.testing.assert_array_equal(seen, wanted)


@pytest.mark.parametrize(("channels", "kept"), [(4, 3), (2, 1)])
def test_what_is_transparent_is_white_as_in_a_folder(tmp_path, channels, kept):
    """The same file read by Pillow, of every opacity there is."""
    pixels = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, channels)).astype(np.uint8)
    pixels[..., -1] = np.arange(256).reshape(SIDE, SIDE)
    seen, encoded = prepared(tmp_path, pixels)
    file = tmp_path / "same.png"
    file.write_bytes(encoded)
    assert seen.shape == (SIDE, SIDE, kept)
    np.testing.assert_array_equal(seen, decoded(file, SQUARE, Resolution.square(SIDE), kept))
    assert (seen[0, 0] == 255).all(), "wholly transparent"
    assert (seen[-1, -1] == pixels[-1, -1, :kept]).all(), "wholly opaque"


@pytest.mark.parametrize(("channels", "kept"), [(4, 3), (2, 1)])
def test_sixteen_bits_with_transparency(tmp_path, channels, kept):
    eight = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, channels))
    deep, _ = prepared(tmp_path / "deep", (eight * 257).astype(np.uint16))
    plain, _ = prepared(tmp_path / "plain", eight.astype(np.uint8))
    assert deep.shape[-1] == kept
    np.testing.assert_array_equal(deep, plain)


def test_a_stream_of_such_images_holds_them_too(tmp_path):
    from scalesearch.data import batches

    wanted, _ = prepared(tmp_path, DEEP)
    stream = prepare(spec(tmp_path, cache_limit_bytes=1), tmp_path / "ready")
    (images, _), *_ = batches.validation(stream, Resolution.square(SIDE), 2).epoch(0, 0)
    np.testing.assert_array_equal(images[0], wanted)


def test_a_process_of_its_own_prepares_the_same_images(tmp_path):
    """As a search has them prepared, squares and rectangles."""
    prepared(tmp_path, DEEP)
    for shape, size in ((SQUARE, (SIDE, SIDE)), (Resolution(2, 1), (SIDE, SIDE // 2))):
        asked = spec(tmp_path, shape=shape)
        found = cache_process.prepared(asked, tmp_path / "apart")
        assert (found.size.height, found.size.width) == size
        assert found.fingerprint == prepare(asked, tmp_path / "here").fingerprint


def test_floating_point_pixels_are_refused_by_the_description(tmp_path):
    buffer = io.BytesIO()
    Image.new("RGBA", (SIDE, SIDE)).save(buffer, "png")
    rows = [{"image": buffer.getvalue(), "label": i % 2} for i in range(8)]
    features = {"image": image_feature((SIDE, SIDE, 1), "float32"), "label": label_feature(2)}
    write_records(tmp_path, {"train": rows}, features)
    with pytest.raises(DataError, match=r"uint8 or uint16 .*do not say what is black .*float32"):
        check(spec(tmp_path))
