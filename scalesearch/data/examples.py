"""A few validation images to look at, of as many classes as there are."""

import numpy as np

from scalesearch.data.prepared_images import STREAM, Prepared
from scalesearch.data.sources import opened_again


def picked(prepared: Prepared, count: int) -> tuple[np.ndarray, np.ndarray]:
    """At most `count` images uint8 (n, height, width, channels), and their labels int32 (n,).

    Always the same: the first image of each class by label, then the second of each, and so on.
    """
    labels = prepared.labels("validation")
    turn = np.zeros(len(labels), np.int64)
    for label in np.unique(labels):
        turn[labels == label] = np.arange(np.count_nonzero(labels == label))
    chosen = np.lexsort((labels, turn))[:count]
    if prepared.form != STREAM:
        return np.asarray(prepared.images("validation")[chosen]), labels[chosen]
    source = opened_again(prepared.spec)
    index = prepared.index("validation")[chosen]
    order = np.argsort(index)  # the order in which a source reads
    read = list(source.read(index[order], prepared.size, count, None))
    images = np.concatenate([images for images, _ in read])
    return images[np.argsort(order)], labels[chosen]
