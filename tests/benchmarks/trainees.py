"""Trainings at the end of a pipe, for `throughput`: ours, Keras `fit`'s, PyTorch's.

`python -m tests.benchmarks.trainees KIND JOB` builds and traces, does a few steps, writes a line of
JSON, and then does as many steps as each line of standard input asks for, telling how long they
took. All train the same network with the same optimiser on a batch of the same size. Ours is the
worker's own training on prepared images, with its input and augmentation; the others are handed
float images that lie ready in memory, as is quickest for them.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scalesearch.config.recipe import Recipe
from scalesearch.core.function_network import network_from_json

WARM_STEPS = 4
_FOREVER = 10**6


class Pace:
    """Counts steps, and waits for the word to do more."""

    def __init__(self) -> None:
        self._facts: dict[str, Any] = {}
        self._asked, self._left = WARM_STEPS, WARM_STEPS
        self._begun, self._spent = time.perf_counter(), time.process_time()

    def tell(self, **facts: Any) -> None:
        """Something to be said with the next line."""
        self._facts |= facts

    def step(self) -> bool:
        """A step is done; False if there are to be no more."""
        self._left -= 1
        if self._left:
            return True
        took = {
            "seconds": time.perf_counter() - self._begun,
            "cpu_seconds": time.process_time() - self._spent,
        }
        print(json.dumps({"steps": self._asked, **took, **self._facts}), flush=True)
        line = sys.stdin.readline()
        if not line:
            return False
        self._asked = self._left = int(line)
        self._begun, self._spent = time.perf_counter(), time.process_time()
        return True


def ours(job: dict[str, Any], pace: Pace) -> None:
    from scalesearch.data import batches
    from scalesearch.data.augmentation import Augmentation
    from scalesearch.data.prepared_images import opened
    from scalesearch.training import trainer, validation

    network, recipe, data = network_from_json(job["network"]), _recipe(job), opened(_data(job))
    source = batches.training(
        data, network.resolution, recipe.batch_size, Augmentation(recipe.flip, recipe.shift)
    )
    begun = time.process_time()
    made = sum(1 for _ in source.epoch(0, 0))
    pace.tell(input_cpu_seconds=(time.process_time() - begun) / made)

    def go_on(step: int) -> bool:
        return pace.step() if step else True

    try:
        trainer.train(network, recipe, data, 0, go_on=go_on)
    except validation.Stopped:
        return


def keras_fit(job: dict[str, Any], pace: Pace) -> None:
    import keras
    import tensorflow

    class Paced(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if not pace.step():
                raise EOFError

    images, labels = _floats(job)
    # Ready batches in one epoch without end: where an epoch over arrays ends, `fit` now and then
    # waits for tf.data about as long as the epoch was alive, and here that includes other turns.
    parts = [array.reshape(-1, job["batch"], *array.shape[1:]) for array in (images, labels)]
    batches = tensorflow.data.Dataset.from_tensor_slices(tuple(parts)).repeat()
    try:
        compiled(job).fit(batches, steps_per_epoch=_FOREVER, verbose=0, callbacks=[Paced()])
    except EOFError:
        return


def compiled(job: dict[str, Any]) -> Any:
    """The Keras model that `scalesearch build` makes, ready for `fit`."""
    import keras

    from scalesearch.keras_models.table_model import build

    model = build(network_from_json(job["network"]))
    recipe = _recipe(job)
    model.compile(
        keras.optimizers.SGD(recipe.learning_rate, recipe.momentum, nesterov=True),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return model


def torch_loop(job: dict[str, Any], pace: Pace) -> None:
    import torch

    from . import torch_network

    torch.set_num_threads(job["threads"])
    recipe = _recipe(job)
    model = torch_network.build(network_from_json(job["network"])).train()
    optimizer = torch.optim.SGD(
        model.parameters(), recipe.learning_rate, recipe.momentum, nesterov=True, fused=True
    )
    loss_of = torch.nn.CrossEntropyLoss()
    images, labels = (torch.from_numpy(array) for array in _floats(job))
    # In memory these lie as channels-last already: the view only says so.
    images, labels = images.permute(0, 3, 1, 2), labels.long()
    batch = job["batch"]
    while True:
        for start in range(0, len(labels), batch):
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(model(images[start : start + batch]), labels[start : start + batch])
            loss.backward()
            optimizer.step()
            if not pace.step():
                return


KINDS: dict[str, Callable[[dict[str, Any], Pace], None]] = {
    "ours": ours,
    "keras": keras_fit,
    "torch": torch_loop,
}


def _recipe(job: dict[str, Any]) -> Recipe:
    return Recipe(
        epochs=_FOREVER,
        batch_size=job["batch"],
        learning_rate=0.01,
        schedule="constant",
        flip=True,
        shift=0.1,
    )


def _data(job: dict[str, Any]) -> Path:
    return Path(job["data"])


def _floats(job: dict[str, Any]) -> tuple[Any, Any]:
    """The images from -1 to 1, and the labels."""
    import numpy as np

    from scalesearch.data.prepared_images import opened

    data = opened(_data(job))
    return data.images("train") / np.float32(127.5) - np.float32(1), data.labels("train")


if __name__ == "__main__":
    KINDS[sys.argv[1]](json.loads(sys.argv[2]), Pace())
