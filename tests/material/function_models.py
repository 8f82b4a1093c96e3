"""Functions that build small models with several ends, for tests of weights and maps."""

import keras
from keras import layers

ENDS = {
    "logits": lambda x, n: layers.Dense(n)(layers.GlobalAveragePooling2D()(x)),
    "dropped": lambda x, n: layers.Dense(n, use_bias=False)(
        layers.Dropout(0.5)(layers.GlobalAveragePooling2D()(x))
    ),
    "probabilities": lambda x, n: layers.Dense(n, activation="softmax")(
        layers.GlobalAveragePooling2D()(x)
    ),
    "softmax_after": lambda x, n: layers.Softmax()(
        layers.Dense(n)(layers.GlobalAveragePooling2D()(x))
    ),
    "activation_after": lambda x, n: layers.Activation("softmax")(
        layers.Dense(n)(layers.GlobalAveragePooling2D()(x))
    ),
    "max_pooled": lambda x, n: layers.Dense(n)(layers.GlobalMaxPooling2D()(x)),
    "flattened": lambda x, n: layers.Dense(n)(layers.Flatten()(x)),
    "two_layers": lambda x, n: layers.Dense(n)(layers.Dense(8)(layers.GlobalAveragePooling2D()(x))),
    "bounded": lambda x, n: layers.Dense(n, activation="tanh")(layers.GlobalAveragePooling2D()(x)),
    "softmax_twice": lambda x, n: layers.Softmax()(
        layers.Dense(n, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    ),
    "no_layer": lambda x, n: layers.GlobalAveragePooling2D()(layers.Conv2D(n, 1)(x)),
}


class Noise(layers.Layer):
    """Its noise comes from Keras's global generator, which is no part of any model."""

    def call(self, x, training=False):
        return x + 0.3 * keras.random.normal(keras.ops.shape(x)) if training else x


ENDS["noisy"] = lambda x, n: layers.Dense(n)(Noise()(layers.GlobalAveragePooling2D()(x)))


def _body(x, depth, width):
    channels = max(1, round(8 * width))
    for _ in range(max(1, round(2 * depth))):
        x = layers.Conv2D(channels, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return x


def _builder(end):
    def build(depth, width, resolution=8, classes=10):
        image = keras.Input((resolution, resolution, 3))
        return keras.Model(image, end(_body(image, depth, width), classes))

    return build


for _name, _end in ENDS.items():
    globals()[_name] = _builder(_end)


def sequential(depth, width, resolution=8, classes=10):
    return keras.Sequential(
        [
            keras.Input((resolution, resolution, 3)),
            layers.Conv2D(round(8 * width), 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.1),
            layers.Dense(classes),
        ]
    )


def nested(depth, width, resolution=8, classes=10):
    image = keras.Input((resolution, resolution, 3))
    body = keras.Model(image, _body(image, depth, width))
    again = keras.Input((resolution, resolution, 3))
    pooled = layers.GlobalAveragePooling2D()(body(again))
    return keras.Model(again, layers.Dense(classes)(pooled))


def plain(depth, width, resolution=8, classes=10):
    """Nothing in it depends on the other images of a batch; its weights are regularised."""
    x = image = keras.Input((resolution, resolution, 1))
    for _ in range(max(1, round(2 * depth))):
        decay = keras.regularizers.L2(1e-3)
        x = layers.Conv2D(max(1, round(8 * width)), 3, padding="same", kernel_regularizer=decay)(x)
        x = layers.ReLU()(x)
    return keras.Model(image, ENDS["logits"](x, classes))
