"""The loop people write, for `loop`: Keras `fit` of one network after another.

`python -m tests.benchmarks.keras_loop` writes a line once Keras is imported, then trains what each
line of standard input says and writes a line of JSON for it. TensorFlow's threads are left as they
come. It is given the decoded images, which who writes such a loop would have to read first, and
resizes them once a network.
"""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from scalesearch.config.recipe import Recipe
from scalesearch.core.blocks import blocks
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.resolution import Resolution
from scalesearch.data import batches
from scalesearch.data.prepared_images import Prepared, opened
from scalesearch.keras_models.table_model import build
from scalesearch.training.learning_rate import rate_at

SCORING_BATCH = 250


class Rates(keras.optimizers.schedules.LearningRateSchedule):
    """The recipe's learning rate of every step."""

    def __init__(self, recipe: Recipe, steps: int) -> None:
        """`steps` are those of an epoch."""
        rates = [rate_at(recipe, step / steps) for step in range(recipe.epochs * steps)]
        self._rates = tf.constant(rates, tf.float32)

    def __call__(self, step: Any) -> Any:
        return tf.gather(self._rates, tf.cast(step, tf.int32))


class _Clock(keras.callbacks.Callback):
    """When batches ended."""

    def __init__(self) -> None:
        super().__init__()
        self.first = self.last = 0.0
        self.count = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.last = time.perf_counter()
        self.first = self.first or self.last
        self.count += 1


def train(job: dict[str, Any]) -> dict[str, float]:
    """Train the network by the recipe, all epochs, and score it on the validation images.

    `images_per_second` is counted from the first step's end, `seconds` from the very beginning.
    """
    begun = time.perf_counter()
    keras.utils.set_random_seed(job["seed"])
    network, recipe = TableNetwork.from_json(job["network"]), Recipe(**job["recipe"])
    data = opened(Path(job["data"]))
    model = compiled(network, recipe, data.train // recipe.batch_size)
    clock = _Clock()
    model.fit(
        training(data, network.resolution.longer, recipe),
        epochs=recipe.epochs,
        verbose=0,
        callbacks=[clock],
        shuffle=False,  # the images are shuffled already
    )
    images = batches.resized(data.images("validation"), network.resolution)
    _, top1 = model.evaluate(
        images / np.float32(127.5) - np.float32(1),
        data.labels("validation"),
        SCORING_BATCH,
        verbose=0,
    )
    return {
        "top1": float(top1),
        "seconds": time.perf_counter() - begun,
        "images_per_second": recipe.batch_size * (clock.count - 1) / (clock.last - clock.first),
        "images": float(recipe.batch_size * clock.count),
    }


def compiled(network: TableNetwork, recipe: Recipe, steps: int) -> keras.Model:
    """The network as a stock Keras model, ready for `fit` by the recipe, `steps` an epoch."""
    dropout = network.dropout if recipe.dropout is None else recipe.dropout
    connect = network.drop_connect if recipe.drop_connect is None else recipe.drop_connect
    model = build(replace(network, dropout=dropout, drop_connect=connect))
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.momentum = recipe.batch_norm_momentum
    if recipe.zero_init_residual:
        for index, block in enumerate(blocks(network)):
            if block.residual:
                name = f"block{index}_{block.kind}_{len(block.layers) - 1}_norm"
                gamma = model.get_layer(name).gamma
                gamma.assign(keras.ops.zeros_like(gamma))
    model.compile(
        _optimizer(recipe, Rates(recipe, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def _optimizer(recipe: Recipe, rates: Rates) -> keras.optimizers.Optimizer:
    decay = recipe.weight_decay or None
    match recipe.optimizer:
        case "adamw":
            found = keras.optimizers.AdamW(rates, recipe.weight_decay, beta_2=recipe.beta2)
        case "rmsprop":
            found = keras.optimizers.RMSprop(
                rates, 0.9, recipe.momentum, epsilon=1e-3, weight_decay=decay
            )
        case _:
            found = keras.optimizers.SGD(rates, recipe.momentum, nesterov=True, weight_decay=decay)
    if decay:
        found.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return found


def training(data: Prepared, side: int, recipe: Recipe) -> tf.data.Dataset:
    """Batches of shuffled images from -1 to 1, `side` pixels, flipped and shifted."""
    images, labels = (
        batches.resized(data.images("train"), Resolution.square(side)),
        data.labels("train"),
    )
    reach = min(round(recipe.shift * side), side - 1)
    around = [[reach, reach], [reach, reach], [0, 0]]

    def changed(image: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        if reach:
            image = tf.image.random_crop(tf.pad(image, around, "REFLECT"), images.shape[1:])
        if recipe.flip:
            image = tf.image.random_flip_left_right(image)
        return tf.cast(image, tf.float32) / 127.5 - 1.0, label

    return (
        tf.data.Dataset.from_tensor_slices((images, labels))
        .shuffle(len(labels))
        .map(changed, tf.data.AUTOTUNE)
        .batch(recipe.batch_size, drop_remainder=True)
        .prefetch(tf.data.AUTOTUNE)
    )


def main() -> None:
    """Train what comes on standard input, a job a line."""
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(train(json.loads(line))), flush=True)
        keras.backend.clear_session()


if __name__ == "__main__":
    main()
