"""Classes are called what their data call them."""

from scalesearch.data.sources import source_of
from scalesearch.data.spec import DataSpec
from tests.places import shared


def test_a_folders_classes_are_its_folders(tmp_path):
    from PIL import Image

    for name in ("wasps", "bees"):
        (tmp_path / name).mkdir()
        for index in range(2):
            Image.new("L", (8, 8), index).save(tmp_path / name / f"{index}.png")
    assert source_of(DataSpec(f"folder:{tmp_path}")).class_names(2) == ("bees", "wasps")


def test_digits_and_what_names_nothing_are_numbered(tmp_path):
    assert source_of(DataSpec("digits")).class_names(10) == tuple("0123456789")
    assert source_of(DataSpec("unknown", data_dir=str(tmp_path))).class_names(3) == ("0", "1", "2")


def test_a_prepared_datasets_names_are_read_from_its_folder():
    found = source_of(DataSpec("cifar10", data_dir=str(shared("data/tfds")))).class_names(10)
    assert (found[0], found[-1]) == ("airplane", "truck")
