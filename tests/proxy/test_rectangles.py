"""Rectangular images in Keras: counts, forward pass, crops, changes, a training, a function."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageOps

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from pictures import folder_spec  # noqa: E402  # after the skip

from scalesearch.config.recipe import Recipe  # noqa: E402
from scalesearch.config.shipped import load_network  # noqa: E402
from scalesearch.core.cost import cost  # noqa: E402
from scalesearch.core.network import Network, Stage  # noqa: E402
from scalesearch.core.resolution import Resolution  # noqa: E402
from scalesearch.core.scaling import Multipliers, scale  # noqa: E402
from scalesearch.errors import ConfigError  # noqa: E402
from scalesearch.proxy import builders, training  # noqa: E402
from scalesearch.proxy.applications import application  # noqa: E402
from scalesearch.proxy.calibration import calibrate  # noqa: E402
from scalesearch.proxy.class_maps import class_maps  # noqa: E402
from scalesearch.proxy.counting import count, resized  # noqa: E402
from scalesearch.proxy.data import batches  # noqa: E402
from scalesearch.proxy.data.augment import Augmentation, augment  # noqa: E402
from scalesearch.proxy.data.cache import prepare  # noqa: E402
from scalesearch.proxy.data.folder import FolderSource, decoded  # noqa: E402
from scalesearch.proxy.data.spec import DataSpec, check  # noqa: E402
from scalesearch.proxy.data.tfds_records import _centre  # noqa: E402
from scalesearch.proxy.kept import Kept  # noqa: E402
from scalesearch.proxy.model import build  # noqa: E402
from scalesearch.proxy.weightless import weightless  # noqa: E402
from scalesearch.proxy.weights import initial, normalised, weights_of  # noqa: E402

RECT = Resolution(224, 160)
RNG = np.random.default_rng(0)


@pytest.mark.parametrize("name", ["efficientnet_b0", "mobilenet_v1", "mobilenet_v2", "resnet50"])
@pytest.mark.parametrize("size", [RECT, Resolution(33, 50)])
def test_a_built_model_costs_what_the_table_says(name, size):
    network = replace(load_network(name), resolution=size)
    for by in (Multipliers(), Multipliers(1.2, 1.1, 1.15)):
        made = scale(network, by)
        with weightless():
            found = count(build(made))
        assert found.cost == cost(made)
        assert not found.uncounted


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [("EfficientNetB0", "efficientnet_b0"), ("MobileNet", "mobilenet_v1"),
     ("MobileNetV2", "mobilenet_v2")],
)  # fmt: skip
def test_tables_cost_what_keras_applications_do_on_a_rectangle(theirs, ours):
    found = count(application(theirs, RECT))
    assert found.cost == cost(replace(load_network(ours), resolution=RECT))


def test_a_resized_model_takes_the_rectangle():
    model = resized(application("MobileNet"), RECT)
    assert model.input_shape == (None, 224, 160, 3)
    assert count(model).cost == count(application("MobileNet", RECT)).cost


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
    from scalesearch.proxy.data.image_files import cropped, header

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


@pytest.fixture
def portraits(tmp_path):
    """Two classes of 24 images, 30 x 20 pixels: bright at the left or at the right edge.

    Beyond what the shape 20 x 20 keeps, everything is alike; here the whole height is kept.
    """
    root = tmp_path / "portraits"
    for name, at in (("above", 0), ("below", 26)):
        (root / name).mkdir(parents=True)
        for i in range(24):
            pixels = RNG.integers(0, 60, (30, 20, 3), np.uint8)
            pixels[at : at + 4] = 255
            Image.fromarray(pixels).save(root / name / f"{i:02}.png")
    return root


def test_a_tiny_training_on_a_folder_of_rectangles(portraits, tmp_path):
    """What tells the classes apart lies outside the centre square: cropped to it, nothing would."""
    spec = replace(folder_spec(portraits, train=32, validation=16), shape=Resolution(3, 2))
    assert check(spec).size == Resolution(30, 20)
    data = prepare(spec, tmp_path / "ready")
    assert data.size == Resolution(30, 20)
    assert json.loads((data.path / "data.json").read_text())["size"] == "30x20"
    source = FolderSource(portraits, 64, shape=Resolution(3, 2))
    index = np.arange(48)
    (read,) = [images for images, _ in source.read(index, Resolution(30, 20), 48, None)]
    files = sorted(portraits.glob("*/*.png"))
    for got, file in zip(read, files, strict=True):
        np.testing.assert_array_equal(got, np.asarray(Image.open(file)))
    stored = {image.tobytes() for part in ("train", "validation") for image in data.images(part)}
    assert stored == {np.asarray(Image.open(file)).tobytes() for file in files}

    stages = (Stage("conv", 3, 2, 8), Stage("mbconv", 3, 2, 8, repeats=1, expand=2, se=0.25))
    network = Network("portrait", stages, Resolution(24, 16), 2)
    recipe = Recipe(
        epochs=12, batch_size=16, optimizer="adamw", learning_rate=0.01, dropout=0.0,
        drop_connect=0.0, batch_norm_momentum=0.8, shift=0.05, flip=True, cutout=0.1,
    )  # fmt: skip
    kept = []
    score = training.train(network, recipe, data, 0, keep=kept.append)
    assert score.top1 >= 0.9
    again = training.train(network, recipe, data, 0)
    assert again.weights == score.weights
    (state,) = kept
    weights = Kept(state.average.numpy(), state.statistics.numpy())
    maps = class_maps(network, weights, batches.resized(read[:2], network.resolution))
    assert maps.maps.shape == (2, 6, 4)


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


FUNCTIONS = """
import keras

def build(depth, width, resolution=(48, 34), classes=10):
    height, across = resolution if isinstance(resolution, tuple) else (resolution, resolution)
    assert type(height) is type(across) is int
    x = image = keras.Input((height, across, 3))
    for _ in range(max(1, round(2 * depth))):
        x = keras.layers.Conv2D(max(1, round(8 * width)), 3, padding="same", activation="relu")(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, keras.layers.Dense(classes)(x))

def listed(depth, width, resolution=[48, 34], classes=10):
    return build(depth, width, resolution, classes)

def squares(depth, width, resolution=32, classes=10):
    return build(depth, width, (resolution, resolution), classes)

def three(depth, width, resolution=(48, 34, 3), classes=10):
    return build(depth, width, resolution[:2], classes)
"""


@pytest.fixture(scope="module")
def functions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("functions")
    (folder / "oblong_nets.py").write_text(FUNCTIONS)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield


def test_a_function_is_given_a_pair_for_a_rectangle_and_a_number_for_a_square(functions):
    network = builders.find("oblong_nets:build")
    assert network.resolution == Resolution(48, 34)
    # Two convolutions with biases, then a linear layer, by hand.
    pixels, first, second = 48 * 34, 3 * 9 * 8 + 8, 8 * 9 * 8 + 8
    assert builders.counter(network).macs == pixels * (first + second) + 90
    turned = replace(network, resolution=Resolution(34, 48))
    assert builders.build_model(turned, weights=False).input_shape == (None, 34, 48, 3)
    square = replace(network, resolution=Resolution.square(20))
    assert builders.build_model(square, weights=False).input_shape == (None, 20, 20, 3)
    assert builders.find("oblong_nets:listed").resolution == Resolution(48, 34)


def test_a_function_of_squares_that_is_asked_for_a_rectangle_is_refused(functions):
    network = builders.find("oblong_nets:squares")
    oblong = replace(network, resolution=Resolution(48, 34))
    with pytest.raises(
        ConfigError,
        match=r"resolution=\(48, 34\), classes=10\) raised .*`resolution` is \(height, w",
    ):
        builders.build_model(oblong)
    with pytest.raises(ConfigError, match=r"such as \(224, 160\).* Got \(48, 34, 3\)\."):
        builders.find("oblong_nets:three")


def test_a_function_trains_on_a_rectangle(functions, portraits, tmp_path):
    spec = folder_spec(portraits, train=32, validation=16, shape=Resolution(3, 2))
    data = prepare(spec, tmp_path / "ready")
    network = replace(builders.find("oblong_nets:build"), resolution=Resolution(12, 8), classes=2)
    recipe = Recipe(epochs=1, batch_size=16)
    score = training.train(network, recipe, data, 0)
    assert 0 <= score.top1 <= 1
    counts = {"train": 32, "validation": 16, "scored_at_once": 16, "stored": "30x20"}
    timed = calibrate(network, recipe, counts, lambda step: True)
    assert timed["images_per_second"] > 0


def test_weights_do_not_depend_on_the_shape(odd):
    """Only the pixels do: one vector fits the network at every resolution."""
    turned = replace(odd, resolution=Resolution(13, 21))
    assert weights_of(turned) == weights_of(odd)
    assert normalised(turned) == normalised(odd)
    assert len(initial(weights_of(turned), 0)) == cost(turned).params
