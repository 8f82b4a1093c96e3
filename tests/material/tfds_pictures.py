"""A small dataset in tensorflow-datasets' layout, written by hand. Imports TensorFlow."""

import io
import json

import numpy as np
import tensorflow as tf
from PIL import Image

from scalesearch.data.spec import DataSpec

CLASSES, EACH = 3, 20


def png(color):
    buffer = io.BytesIO()
    Image.new("RGB", (14, 10), color).save(buffer, "png")
    return buffer.getvalue()


LIBRARY = "tensorflow_datasets.core.features"


def image_feature(shape, dtype="uint8"):
    """The description of an image of this shape."""
    return {
        "pythonClassName": f"{LIBRARY}.image_feature.Image",
        "image": {"dtype": dtype, "shape": {"dimensions": [str(n) for n in shape]}},
    }


def label_feature(classes):
    """The description of a class label."""
    return {
        "pythonClassName": f"{LIBRARY}.class_label_feature.ClassLabel",
        "classLabel": {"numClasses": str(classes)},
    }


def write_records(root, records, features, name="pictures", version="1.0.0", supervised=()):
    """A set of any features: `records` maps splits to lists of {feature: bytes or whole number}."""
    folder = root / name / version
    folder.mkdir(parents=True)
    for split, rows in records.items():
        file = folder / f"{name}-{split}.tfrecord-00000-of-00001"
        with tf.io.TFRecordWriter(str(file)) as writer:
            for row in rows:
                feature = {key: _stored(value) for key, value in row.items()}
                example = tf.train.Example(features=tf.train.Features(feature=feature))
                writer.write(example.SerializeToString())
    _describe(folder, name, version, {k: len(v) for k, v in records.items()}, features, supervised)
    return folder


def _stored(value):
    if isinstance(value, bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))
    return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))


def write(root, name="pictures", version="1.0.0", shape=("10", "14", "3"), split="train"):
    """A set of 60 PNGs, image (class c, number i) of the colour (80 c, 10 i, 7)."""
    folder = root / name / version
    folder.mkdir(parents=True)
    order = np.random.default_rng(0).permutation(CLASSES * EACH)
    with tf.io.TFRecordWriter(str(folder / f"{name}-{split}.tfrecord-00000-of-00001")) as writer:
        for k in order.tolist():
            label, i = divmod(k, EACH)
            row = {"image": png((80 * label, 10 * i, 7)), "label": label}
            feature = {key: _stored(value) for key, value in row.items()}
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())
    (folder / f"{name}-test.tfrecord-00000-of-00001").write_bytes(b"no record at all")
    features = {"image": image_feature(shape), "label": label_feature(CLASSES)}
    _describe(folder, name, version, {split: CLASSES * EACH, "test": 5}, features)
    return folder


def _describe(folder, name, version, sizes, features, supervised=()):
    """Write what the set says of itself; `supervised` are its names of image and label."""
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
    if supervised:
        keys = [{"featureKey": key} for key in supervised]
        info["supervisedKeys"] = {"tuple": {"items": keys}}
    (folder / "dataset_info.json").write_text(json.dumps(info))
    (folder / "features.json").write_text(
        json.dumps(
            {
                "pythonClassName": f"{LIBRARY}.features_dict.FeaturesDict",
                "featuresDict": {"features": features},
            }
        )
    )


def spec(root, dataset="pictures", **values):
    return DataSpec(dataset, data_dir=str(root), **values)
