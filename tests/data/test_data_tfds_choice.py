"""Which split of a tensorflow-datasets set is trained on, and which label: asked for by name."""

import re

import numpy as np
import pytest
from tfds_pictures import (
    LIBRARY,
    image_feature,
    label_feature,
    png,
    spec,
    write,
    write_records,
)

from scalesearch.data.image_cache import prepare
from scalesearch.data.sources import check, source_of
from scalesearch.data.spec import DataSpec
from scalesearch.errors import ConfigError, DataError

TEXT = {"pythonClassName": f"{LIBRARY}.text_feature.Text", "text": {}}
FEATURES = {
    "image": image_feature((10, 14, 3)),
    "fine": label_feature(4),
    "coarse": label_feature(2),
    "id": TEXT,
}


def rows(count, shade):
    """Images of four fine classes and two coarse ones, of a shade that tells their split."""
    return [
        {"image": png((shade, i, 7)), "fine": i % 4, "coarse": i % 4 // 2, "id": b"x"}
        for i in range(count)
    ]


@pytest.fixture
def animals(tmp_path):
    """A set with two labels, and three splits and a test's."""
    splits = {"train": 20, "train_extra": 40, "validation": 12, "test": 8}
    records = {name: rows(count, 5 * count) for name, count in splits.items()}
    write_records(tmp_path, records, FEATURES, "animals")
    return tmp_path


def animal_spec(root, **values):
    return spec(root, "animals", **{"label": "fine"} | values)


@pytest.mark.parametrize(
    ("split", "count"), [(None, 20), ("train", 20), ("train_extra", 40), ("validation", 12)]
)
def test_the_split_that_is_asked_for_is_trained_on_and_no_other(animals, split, count):
    asked = animal_spec(animals, split=split)
    facts = check(asked)
    assert facts.train_available == count
    assert dict(facts.identity)["split"] == (split or "train")
    ready = prepare(asked, animals / "ready")
    shades = [ready.images(part)[..., 0] for part in ("train", "validation")]
    assert {int(shade) for part in shades for shade in part.flat} == {5 * count}


@pytest.mark.parametrize(
    "split", ["test", "Test", "public_test", "test2", "testing", "PrivateTest"]
)
def test_a_test_split_is_never_trained_on(animals, split):
    with pytest.raises(DataError, match=r"must not be a test split.*\(it has train, train_extra"):
        check(animal_spec(animals, split=split))


def test_a_test_split_is_refused_also_where_it_is_the_only_one(tmp_path):
    write_records(tmp_path, {"test": rows(8, 3)}, FEATURES, "animals")
    with pytest.raises(DataError, match="must not be a test split"):
        check(animal_spec(tmp_path, split="test"))
    with pytest.raises(DataError, match=r"must have a split named train\. Got test\.$"):
        check(animal_spec(tmp_path))


@pytest.mark.parametrize("split", ["train[:50%]", "train+validation", "", "train ", "../train"])
def test_slices_are_refused_with_the_options_that_count(animals, split):
    with pytest.raises(DataError, match=r"name of one split.*`train=` and `validation=`"):
        check(animal_spec(animals, split=split))


def test_an_unknown_split_is_told_the_nearest_that_may_be_trained_on(animals):
    with pytest.raises(DataError, match="Nearest names: train_extra") as refused:
        check(animal_spec(animals, split="train-extra"))
    assert "with `split=` (it has train, train_extra, validation)" in str(refused.value)


def test_of_several_labels_one_must_be_named(animals):
    with pytest.raises(
        DataError, match=r"several class labels: coarse, fine\. Name one with `label=`"
    ):
        check(spec(animals, "animals"))


@pytest.mark.parametrize(("label", "classes"), [("fine", 4), ("coarse", 2)])
def test_the_label_that_is_asked_for_is_learnt(animals, label, classes):
    asked = spec(animals, "animals", label=label)
    assert check(asked).classes == classes
    ready = prepare(asked, animals / "ready")
    both = np.concatenate([ready.labels("train"), ready.labels("validation")])
    assert np.bincount(both).tolist() == [20 // classes] * classes
    for image, found in zip(ready.images("train"), ready.labels("train"), strict=True):
        fine = int(image[0, 0, 1]) % 4
        assert found == (fine if label == "fine" else fine // 2)


def test_what_a_set_gives_to_learn_from_is_its_own_label(tmp_path):
    write_records(
        tmp_path, {"train": rows(8, 3)}, FEATURES, "animals", supervised=("image", "fine")
    )
    assert check(spec(tmp_path, "animals")).classes == 4
    assert check(spec(tmp_path, "animals", label="coarse")).classes == 2


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (
            "coarze",
            r"\(it has coarse, fine\)\. Got 'coarze', which is not there\. Nearest names: c",
        ),
        ("id", r"Got 'id', which is Text\("),
        ("image", r"Got 'image', which is Image\("),
        ("", "Got '', which is not there"),
    ],
)
def test_what_is_no_class_label_is_refused_with_what_there_is(animals, label, said):
    with pytest.raises(DataError, match=said):
        check(spec(animals, "animals", label=label))


def test_classes_are_called_by_the_names_of_their_own_label(animals):
    folder = animals / "animals" / "1.0.0"
    (folder / "coarse.labels.txt").write_text("pet\nwild")
    (folder / "fine.labels.txt").write_text("cat\ndog\nfox\nelk")
    assert source_of(spec(animals, "animals", label="coarse")).class_names(2) == ("pet", "wild")
    assert source_of(animal_spec(animals)).class_names(4) == ("cat", "dog", "fox", "elk")


def test_of_several_images_the_one_called_so_is_taken(tmp_path):
    features = {**FEATURES, "mask": image_feature((10, 14, 1))}
    records = [{**row, "mask": row["image"]} for row in rows(8, 3)]
    write_records(tmp_path, {"train": records}, features, "animals")
    assert check(animal_spec(tmp_path)).channels == 3


@pytest.mark.parametrize("dataset", ["digits", "cluttered-digits", "folder:pictures"])
@pytest.mark.parametrize("field", ["split", "label"])
def test_what_has_neither_splits_nor_labels_is_not_asked_for_them(dataset, field):
    with pytest.raises(DataError, match=f"`{field}` names one of .* and {dataset} has none"):
        check(DataSpec(dataset, **{field: "train"}))


def test_splits_and_labels_are_part_of_what_the_images_are(animals):
    found = {
        check(animal_spec(animals, **values)).identity
        for values in ({}, {"label": "coarse"}, {"split": "validation"}, {"split": "train"})
    }
    assert len(found) == 3
    paths = {
        prepare(animal_spec(animals, **values), animals / "ready").path
        for values in ({}, {"label": "coarse"}, {"split": "validation"})
    }
    assert len(paths) == 3


def test_a_set_of_one_label_needs_no_naming(tmp_path):
    write(tmp_path)
    identity = dict(check(spec(tmp_path)).identity)
    assert identity == {"dataset": "pictures:1.0.0", "split": "train", "label": "label"}


@pytest.fixture
def profile(animals):
    """A function that reads the profile quick with the set and fields of its own."""
    from scalesearch.config.shipped_files import find_profile
    from scalesearch.experiments.datasets import data_key, data_of
    from scalesearch.experiments.training_options import TrainingOptions, profile_of

    text = find_profile("quick").read_text()
    text = re.sub(r"(?m)^(dataset|data_dir|train|validation):.*\n", "", text)
    text = text.replace("batch_size: 32", "batch_size: 8")

    def key(lines, dataset=None, **values):
        file = animals / "mine.yaml"
        file.write_text(f"dataset: animals\ndata_dir: {animals}\n{lines}\n{text}")
        asked = TrainingOptions(str(file), dataset, None, False, None, None, None, **values)
        return data_key(*data_of(asked, profile_of(asked)))

    return key


def test_a_profile_may_name_split_and_label_of_its_own_set(profile):
    own = profile("split: train_extra\nlabel: coarse")
    assert (own["dataset"], own["split"], own["label"]) == (
        "animals:1.0.0",
        "train_extra",
        "coarse",
    )
    assert profile("split: train_extra", label="fine")["label"] == "fine"
    other = profile("split: train_extra\nlabel: coarse", label="fine", split="validation")
    assert (other["split"], other["label"]) == ("validation", "fine")


def test_split_and_label_of_a_profile_are_not_those_of_another_dataset(profile):
    assert "split" not in profile("split: train_extra\nlabel: coarse", "digits")
    again = profile("split: train_extra\nlabel: coarse", "animals")
    assert again["split"] == "train_extra", "its own, named again"


def test_split_and_label_of_a_profile_are_held_to_the_same_rules(profile):
    with pytest.raises(DataError, match="must not be a test split"):
        profile("split: test\nlabel: coarse")
    with pytest.raises(ConfigError, match="`split`"):
        profile("split: [train]")
