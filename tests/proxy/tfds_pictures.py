"""A small dataset in tensorflow-datasets' layout, written by hand. Imports TensorFlow."""

import io
import json

import numpy as np
import tensorflow as tf
from PIL import Image

from scalesearch.proxy.data.spec import DataSpec

CLASSES, EACH = 3, 20


def png(color):
    buffer = io.BytesIO()
    Image.new("RGB", (14, 10), color).save(buffer, "png")
    return buffer.getvalue()


def write(root, name="pictures", version="1.0.0", shape=("10", "14", "3"), split="train"):
    """A set of 60 PNGs, image (class c, number i) of the colour (80 c, 10 i, 7)."""
    folder = root / name / version
    folder.mkdir(parents=True)
    order = np.random.default_rng(0).permutation(CLASSES * EACH)
    with tf.io.TFRecordWriter(str(folder / f"{name}-{split}.tfrecord-00000-of-00001")) as writer:
        for k in order.tolist():
            label, i = divmod(k, EACH)
            feature = {
                "image": tf.train.Feature(
                    bytes_list=tf.train.BytesList(value=[png((80 * label, 10 * i, 7))])
                ),
                "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[label])),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())
    (folder / f"{name}-test.tfrecord-00000-of-00001").write_bytes(b"no record at all")
    sizes = {split: CLASSES * EACH, "test": 5}
    info = {
        "name": name,
        "version": version,
        "fileFormat": "tfrecord",
        "splits": [
            {
                "name": split_name,
                "numBytes": "1000",
                "shardLengths": [str(count)],
                "filepathTemplate": "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}",
            }
            for split_name, count in sizes.items()
        ],
    }
    library = "tensorflow_datasets.core.features"
    features = {
        "image": {
            "pythonClassName": f"{library}.image_feature.Image",
            "image": {"dtype": "uint8", "shape": {"dimensions": list(shape)}},
        },
        "label": {
            "pythonClassName": f"{library}.class_label_feature.ClassLabel",
            "classLabel": {"numClasses": str(CLASSES)},
        },
    }
    (folder / "dataset_info.json").write_text(json.dumps(info))
    (folder / "features.json").write_text(
        json.dumps(
            {
                "pythonClassName": f"{library}.features_dict.FeaturesDict",
                "featuresDict": {"features": features},
            }
        )
    )
    return folder


def spec(root, dataset="pictures", **values):
    return DataSpec(dataset, data_dir=str(root), **values)
