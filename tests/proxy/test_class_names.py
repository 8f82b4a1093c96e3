"""Classes are called what their data call them."""

from scalesearch.data.class_names import class_names
from scalesearch.data.spec import DataSpec
from tests.places import shared


def test_a_folders_classes_are_its_folders(tmp_path):
    from PIL import Image

    for name in ("wasps", "bees"):
        (tmp_path / name).mkdir()
        for index in range(2):
            Image.new("L", (8, 8), index).save(tmp_path / name / f"{index}.png")
    assert class_names(DataSpec(f"folder:{tmp_path}"), 2) == ("bees", "wasps")


def test_digits_and_what_names_nothing_are_numbered(tmp_path):
    assert class_names(DataSpec("digits"), 10) == tuple("0123456789")
    assert class_names(DataSpec("unknown", data_dir=str(tmp_path)), 3) == ("0", "1", "2")


def test_a_prepared_datasets_names_are_read_from_its_folder():
    found = class_names(DataSpec("cifar10", data_dir=str(shared("data/tfds"))), 10)
    assert (found[0], found[-1]) == ("airplane", "truck")
