"""Damaged sets of tensorflow-datasets are named before training, with what to do."""

import io
import json

import pytest
import tensorflow as tf
from PIL import Image
from tfds_pictures import png, spec, write

from scalesearch.data.image_cache import prepare
from scalesearch.data.sources import check, source_of
from scalesearch.errors import DataError

LIBRARY = "tensorflow_datasets.core.features"


def example(image, label):
    """A record; without a label where that is None."""
    feature = {"image": tf.train.Feature(bytes_list=tf.train.BytesList(value=[image]))}
    if label is not None:
        feature["label"] = tf.train.Feature(int64_list=tf.train.Int64List(value=[label]))
    return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


def with_records(root, changed):
    """A set whose records at the positions of `changed` are others; None takes one out."""
    file = next(write(root).glob("*-train*"))
    records = [record.numpy() for record in tf.data.TFRecordDataset(str(file))]
    with tf.io.TFRecordWriter(str(file)) as writer:
        for position, record in enumerate(records):
            record = changed.get(position, record)
            if record is not None:
                writer.write(record)


def refusal(root, limit=2**30):
    with pytest.raises(DataError) as refused:
        prepare(spec(root, cache_limit_bytes=limit), root / "ready")
    assert list((root / "ready").iterdir()) == [], "nothing half-written"
    return str(refused.value)


def test_a_set_without_a_training_split_is_refused(tmp_path):
    write(tmp_path, split="everything")
    with pytest.raises(DataError, match=r"must have a split named train\. Got everything, test"):
        check(spec(tmp_path))


def test_a_missing_training_file_is_named(tmp_path):
    file = next(write(tmp_path).glob("*-train*"))
    file.unlink()
    with pytest.raises(DataError, match=f"{file.name} is missing"):
        check(spec(tmp_path))


def test_a_damaged_training_file_is_named_with_how_far_it_can_be_read(tmp_path):
    file = next(write(tmp_path).glob("*-train*"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 255
    file.write_bytes(content)
    said = refusal(tmp_path)
    assert f"{file.name} has 30 of its 60 records to read (corrupted record at" in said
    assert "TensorFlow reads no further" in said
    going_on = tf.data.TFRecordDataset(str(file)).ignore_errors()
    assert len(list(going_on)) == 30, "or the message would pretend"


def test_a_damaged_description_is_refused(tmp_path):
    (write(tmp_path) / "dataset_info.json").write_text("{")
    with pytest.raises(DataError, match="is no complete dataset"):
        check(spec(tmp_path))


def described(folder, **changes):
    """Change features in the description of a set."""
    path = folder / "features.json"
    features = json.loads(path.read_text())
    features["featuresDict"]["features"] |= changes
    path.write_text(json.dumps(features))


@pytest.mark.parametrize("limit", [2**30, 1])
def test_all_records_without_an_image_are_named_together(tmp_path, limit):
    """In the array form and the stream form alike."""
    with_records(tmp_path, dict.fromkeys((7, 20, 33), example(b"not a picture", 1)))
    said = refusal(tmp_path, limit)
    assert "3 of 60" in said
    for number in (7, 20, 33):
        assert f"record {number} holds no readable image" in said
    assert "`skip_broken=` leaves out files of a folder, not records" in said
    assert "{{" not in said, "TensorFlow's names of its nodes say nothing to a person"


def test_an_image_of_several_frames_is_named_by_its_record(tmp_path):
    buffer = io.BytesIO()
    Image.new("RGB", (14, 10)).save(buffer, "gif")
    with_records(tmp_path, {12: example(buffer.getvalue(), 1)})
    assert "record 12 holds no readable image" in refusal(tmp_path)


def test_labels_out_of_range_are_named_by_their_records(tmp_path):
    changed = {4: example(png((1, 2, 3)), 9), 8: example(png((1, 2, 3)), -1)}
    with_records(tmp_path, changed)
    said = refusal(tmp_path)
    assert "must be from 0 to 2. Got 2 of 60 outside: record 4 has 9, record 8 has -1" in said


def test_a_label_too_large_for_any_class_does_not_wrap_round_into_one(tmp_path):
    with_records(tmp_path, {4: example(png((1, 2, 3)), 2**32 + 1)})
    assert "Got 1 of 60 outside: record 4" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("record", "trouble"),
    [(example(png((1, 2, 3)), None), "has no label"), (b"\xff\xff\xff", "is no example")],
)
def test_a_record_of_another_kind_is_named(tmp_path, record, trouble):
    with_records(tmp_path, {7: record})
    assert f"pictures-train.tfrecord-00000-of-00001, record 7, {trouble}" in refusal(tmp_path)


def test_a_file_with_too_few_records_is_named(tmp_path):
    with_records(tmp_path, dict.fromkeys(range(0, 60, 10)))
    assert "has 54 of its 60 records to read" in refusal(tmp_path)


def test_images_of_another_size_than_described_are_refused(tmp_path):
    """Ten by ten as described would be taken as it is; what is there is larger."""
    write(tmp_path, shape=("10", "10", "3"))
    assert "10 x 14 pixels, not as described" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"image": {"pythonClassName": f"{LIBRARY}.text_feature.Text", "text": {}}},
            "must have one image and one class label",
        ),
        (
            {
                "label": {
                    "pythonClassName": f"{LIBRARY}.class_label_feature.ClassLabel",
                    "classLabel": {},
                }
            },
            "must have one image and one class label",
        ),
        (
            {
                "image": {
                    "pythonClassName": f"{LIBRARY}.image_feature.Image",
                    "image": {"dtype": "float32", "shape": {"dimensions": ["10", "14", "1"]}},
                }
            },
            "must be uint8 or uint16 with 1 to 4 channels",
        ),
        ({"image": {"pythonClassName": "os.system"}}, "is no complete dataset"),
    ],
)
def test_features_of_another_kind_are_refused_by_the_description_alone(tmp_path, changes, said):
    described(write(tmp_path), **changes)
    with pytest.raises(DataError, match=said):
        check(spec(tmp_path))


@pytest.mark.parametrize("content", [b"[]", b"\xff\xfe\x00", b"", b"null"])
def test_a_description_that_is_none_is_refused_in_one_line(tmp_path, content):
    (write(tmp_path) / "dataset_info.json").write_bytes(content)
    with pytest.raises(DataError, match="is no complete dataset") as refused:
        check(spec(tmp_path))
    assert "\n" not in str(refused.value)


def test_class_names_that_are_not_utf8_do_not_stop_anything(tmp_path):
    (write(tmp_path) / "label.labels.txt").write_bytes(b"cat\ncaf\xe9\nfox")
    assert source_of(spec(tmp_path)).class_names(3) == ("cat", "caf\\xe9", "fox")
