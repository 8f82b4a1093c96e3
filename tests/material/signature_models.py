"""Functions whose models take images and put out classes in many forms, for tests of signatures."""

from collections.abc import Callable
from typing import Any

import keras
from keras import layers, ops


def _features(x: Any) -> Any:
    x = layers.Conv2D(8, 3, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    return layers.Flatten()(x)


def _normalised(x: Any) -> Any:
    powers = ops.exp(x)
    return powers / ops.sum(powers, axis=-1, keepdims=True)


LOGITS: dict[str, Callable[[Any, int], Any]] = {
    "linear": lambda x, n: layers.Dense(n)(x),
    "zeros at first": lambda x, n: layers.Dense(n, kernel_initializer="zeros")(x),
    "log_softmax": lambda x, n: ops.log_softmax(layers.Dense(n)(x)),
    "tanh": lambda x, n: layers.Dense(n, activation="tanh")(x),
}
PROBABILITIES: dict[str, Callable[[Any, int], Any]] = {
    "dense": lambda x, n: layers.Dense(n, activation="softmax")(x),
    "layer": lambda x, n: layers.Softmax()(layers.Dense(n)(x)),
    "operation": lambda x, n: ops.softmax(layers.Dense(n)(x)),
    "function": lambda x, n: keras.activations.softmax(layers.Dense(n)(x)),
    "lambda": lambda x, n: layers.Lambda(lambda v: ops.softmax(v))(layers.Dense(n)(x)),
    "by hand": lambda x, n: _normalised(layers.Dense(n)(x)),
    "cooled": lambda x, n: ops.softmax(layers.Dense(n)(x) / 4.0),
    "before dropout": lambda x, n: layers.Dropout(0.2)(layers.Softmax()(layers.Dense(n)(x))),
    "reshaped": lambda x, n: layers.Reshape((n,))(
        layers.Softmax()(layers.Reshape((1, n))(layers.Dense(n)(x)))
    ),
    "half": lambda x, n: layers.Activation("softmax", dtype="float16")(layers.Dense(n)(x)),
    "uniform at first": lambda x, n: layers.Dense(
        n, activation="softmax", kernel_initializer="zeros"
    )(x),
}
NEITHER: dict[str, Callable[[Any, int], Any]] = {
    "sigmoid": lambda x, n: layers.Dense(n, activation="sigmoid", kernel_initializer="zeros")(x),
    "relu": lambda x, n: layers.Dense(n, activation="relu")(x),
    "percent": lambda x, n: 100 * ops.softmax(layers.Dense(n)(x)),
    "softmax over the batch": lambda x, n: ops.softmax(layers.Dense(n)(x), axis=0),
}


def _caffe(image: Any) -> Any:
    return image - ops.array([103.9, 116.8, 123.7], dtype="float32")


def _standardised(image: Any) -> Any:
    def standard(v: Any) -> Any:
        middle = ops.mean(v, axis=(1, 2, 3), keepdims=True)
        return (v - middle) / (ops.std(v, axis=(1, 2, 3), keepdims=True) + 1e-3)

    return layers.Lambda(standard)(image)


def _nested(image: Any) -> Any:
    again = keras.Input(image.shape[1:])
    body = layers.Conv2D(4, 3)(layers.Rescaling(1 / 255)(again))
    return keras.Model(again, body)(image)


def _augmented(image: Any) -> Any:
    parts = [layers.RandomFlip(), layers.RandomContrast(0.1), layers.Rescaling(1 / 255)]
    return keras.Sequential(parts)(image)


class Stem(layers.Layer):
    """Rescales and learns in one layer."""

    def __init__(self) -> None:
        super().__init__()
        self.rescaling = layers.Rescaling(1 / 255)
        self.conv = layers.Conv2D(4, 3)

    def build(self, shape: Any) -> None:
        self.conv.build(shape)

    def call(self, image: Any) -> Any:
        return self.conv(self.rescaling(image))


class Centred(layers.Layer):
    """Keeps what it rescales by among its weights."""

    def build(self, shape: Any) -> None:
        start = keras.initializers.Constant(127.5)
        self.middle = self.add_weight(shape=(), trainable=False, initializer=start)

    def call(self, image: Any) -> Any:
        return (image - self.middle) / self.middle


_IMAGENET = {"mean": [0.485, 0.456, 0.406], "variance": [0.0524, 0.0502, 0.0506]}
_IMAGENET_255 = {"mean": [123.7, 116.3, 103.5], "variance": [3411.0, 3260.0, 3295.0]}

RANGES: dict[str, tuple[Callable[[Any], Any], tuple[float, float]]] = {
    "nothing": (lambda i: i, (-1, 1)),
    "batch normalisation": (lambda i: layers.BatchNormalization()(i), (-1, 1)),
    "each image standardised": (_standardised, (-1, 1)),
    "there and back": (lambda i: layers.Rescaling(1 / 255)(layers.Rescaling(255.0)(i)), (-1, 1)),
    "from -1 to 1": (lambda i: layers.Rescaling(0.5, offset=0.5)(i), (-1, 1)),
    "from 0 to 1": (lambda i: layers.Rescaling(2, offset=-1)(i), (0, 1)),
    "statistics of 0 to 1": (lambda i: layers.Normalization(**_IMAGENET)(i), (0, 1)),
    "clipped": (lambda i: ops.clip(i, 0, 1), (0, 1)),
    "a declared range": (lambda i: layers.RandomBrightness(0.1, value_range=(0, 1))(i), (0, 1)),
    "up to 255": (lambda i: layers.Rescaling(255.0)(i), (0, 1)),
    "by 255": (lambda i: layers.Rescaling(1 / 255)(i), (0, 255)),
    "by 127.5 less 1": (lambda i: layers.Rescaling(1 / 127.5, offset=-1)(i), (0, 255)),
    "divided": (lambda i: i / 255.0, (0, 255)),
    "cast and divided": (lambda i: ops.divide(ops.cast(i, "float32"), 255.0), (0, 255)),
    "in a lambda": (lambda i: layers.Lambda(lambda v: v / 255.0)(i), (0, 255)),
    "statistics of 0 to 255": (lambda i: layers.Normalization(**_IMAGENET_255)(i), (0, 255)),
    "less a mean": (_caffe, (0, 255)),
    "as for ResNet": (lambda i: keras.applications.resnet.preprocess_input(i), (0, 255)),
    "as for MobileNet": (lambda i: keras.applications.mobilenet.preprocess_input(i), (0, 255)),
    "as for DenseNet": (lambda i: keras.applications.densenet.preprocess_input(i), (0, 255)),
    "in a layer of one's own": (lambda i: Stem()(i), (0, 255)),
    "by constants among the weights": (lambda i: Centred()(i), (0, 255)),
    "padded": (
        lambda i: layers.ZeroPadding2D(8)(layers.Rescaling(2, offset=-1)(i)),
        (0, 1),
    ),
    "in a nested model": (_nested, (0, 255)),
    "after augmentation": (_augmented, (0, 255)),
    "after resizing": (lambda i: layers.Rescaling(1 / 255)(layers.Resizing(16, 16)(i)), (0, 255)),
    "a declared range after rescaling": (
        lambda i: layers.RandomBrightness(0.1, value_range=(0, 1))(layers.Rescaling(1 / 255)(i)),
        (0, 255),
    ),
}


def ending(end: Callable[[Any, int], Any], classes: int = 10) -> keras.Model:
    image = keras.Input((8, 8, 3))
    return keras.Model(image, end(_features(image), classes))


def beginning(begin: Callable[[Any], Any]) -> keras.Model:
    image = keras.Input((8, 8, 3))
    return keras.Model(image, layers.Dense(10)(_features(begin(image))))


def typed(dtype: str) -> keras.Model:
    image = keras.Input((8, 8, 3), dtype=dtype)
    x = ops.cast(image, "float32")
    x = layers.Rescaling(1 / 255)(x) if "int" in dtype else x
    return keras.Model(image, layers.Dense(10)(_features(x)))


class Boom(layers.Layer):
    """Works, but for training."""

    def call(self, x: Any, training: bool = False) -> Any:
        if training:
            raise RuntimeError("boom in training")
        return x


def explodes(depth: float, width: float, resolution: int = 8, classes: int = 10) -> keras.Model:
    image = keras.Input((resolution, resolution, 3))
    return keras.Model(image, layers.Dense(classes)(Boom()(_features(image))))


class OnlyScored(layers.Layer):
    """A softmax that is left out of training."""

    def call(self, x: Any, training: bool = False) -> Any:
        return x if training else ops.softmax(x)


def only_scored(depth: float, width: float, resolution: int = 8, classes: int = 10) -> Any:
    image = keras.Input((resolution, resolution, 3))
    return keras.Model(image, OnlyScored()(layers.Dense(classes)(_features(image))))


def not_a_number(depth: float, width: float, resolution: int = 8, classes: int = 10) -> Any:
    image = keras.Input((resolution, resolution, 3))
    return keras.Model(image, ops.log(-1 - ops.square(layers.Dense(classes)(_features(image)))))


def no_gradient(depth: float, width: float, resolution: int = 8, classes: int = 10) -> Any:
    image = keras.Input((resolution, resolution, 3))
    chosen = ops.argmax(layers.Dense(classes)(_features(image)), -1)
    return keras.Model(image, ops.one_hot(chosen, classes) - 0.5)


def frozen(depth: float, width: float, resolution: int = 8, classes: int = 10) -> keras.Model:
    model = ending(LOGITS["linear"], classes)
    model.trainable = False
    return model


def two_outputs(depth: float, width: float, resolution: int = 8, classes: int = 10) -> Any:
    image = keras.Input((resolution, resolution, 3))
    features = _features(image)
    return keras.Model(image, [layers.Dense(classes)(features) for _ in range(2)])


def in_dictionaries(depth: float, width: float, resolution: int = 8, classes: int = 10) -> Any:
    image = keras.Input((resolution, resolution, 3), name="image")
    return keras.Model({"image": image}, {"out": layers.Dense(classes)(_features(image))})


def mixed(depth: float, width: float, resolution: int = 8, classes: int = 10) -> keras.Model:
    """In mixed precision, as where its module has set that for all of Keras."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        return ending(PROBABILITIES["dense"], classes)
    finally:
        keras.config.set_dtype_policy(before)


class Subclassed(keras.Model):
    """Takes images from 0 to 255 and puts out probabilities, by subclassing, in a dictionary."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.rescaling = layers.Rescaling(1 / 255)
        self.conv = layers.Conv2D(4, 3)
        self.dense = layers.Dense(classes)

    def call(self, image: Any) -> dict[str, Any]:
        features = ops.mean(self.conv(self.rescaling(image)), axis=(1, 2))
        return {"out": ops.softmax(self.dense(features))}


def subclassed(depth: float, width: float, resolution: int = 8, classes: int = 10) -> Any:
    return Subclassed(classes)


def linear_head(depth: float, width: float, resolution: int = 8, classes: int = 10) -> keras.Model:
    return ending(LOGITS["linear"], classes)


def softmax_head(depth: float, width: float, resolution: int = 8, classes: int = 10) -> keras.Model:
    return ending(PROBABILITIES["operation"], classes)


def raw_images(depth: float, width: float, resolution: int = 8, classes: int = 10) -> keras.Model:
    return typed("uint8")


class InTraining(keras.Model):
    """By subclassing, with a layer in training alone or, as `known`, one that knows it itself."""

    def __init__(self, classes: int, known: bool) -> None:
        super().__init__()
        self.known = known
        self.conv = layers.Conv2D(8, 3)
        self.dropout = layers.Dropout(0.5)
        self.dense = layers.Dense(classes)

    def call(self, image: Any, training: bool = False) -> Any:
        features = ops.mean(self.conv(image), axis=(1, 2))
        if self.known or training:
            features = self.dropout(features, training=training)
        return self.dense(features)


def drops(depth: float, width: float, resolution: int = 8, classes: int = 10) -> Any:
    return InTraining(classes, known=True)


def branches(depth: float, width: float, resolution: int = 8, classes: int = 10) -> Any:
    return InTraining(classes, known=False)
