"""A dataset under another way to name it is told how it is named here."""

from pathlib import Path

import pytest

PHOTOS = ("photos", "./photos", "Folder:photos", "imagefolder:photos")


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("TFDS_DATA_DIR", str(folder / "data"))
    monkeypatch.setattr("scalesearch.data.tfds_names.registered", lambda: ["cifar10", "toto"])
    for name in ("cats", "dogs"):
        (folder / "photos" / name).mkdir(parents=True)


@pytest.mark.parametrize("name", PHOTOS)
def test_a_folder_of_images_is_told_its_prefix(run, name: str) -> None:
    path = name.rpartition(":")[2]
    answer = run(f"grid --dry-run --dataset {name}")
    assert answer.code == 2
    said = f"There is a folder {path}: its images are --dataset folder:{path}."
    assert answer.err.endswith(f"{said}\n")


def test_so_is_one_by_its_whole_path(run, folder: Path) -> None:
    answer = run(f"sweep --dry-run --dataset {folder / 'photos'}")
    assert f"its images are --dataset folder:{folder / 'photos'}." in answer.err


@pytest.mark.parametrize(
    "name", ["tfds:cifar10", "torchvision:cifar10", "hf:CIFAR-10", "tfds/cifar10"]
)
def test_what_other_libraries_put_before_a_name_is_taken_off(run, name: str) -> None:
    answer = run(f"compare --dry-run --dataset {name}")
    assert answer.code == 2
    said = "A name of tensorflow-datasets has nothing before it: --dataset cifar10."
    assert answer.err.endswith(f"{said}\n")


def test_what_means_nothing_is_told_no_more(run) -> None:
    assert "--dataset" not in run("grid --dry-run --dataset nowhere:nothing").err
    small = run("grid --dry-run --dataset Folder:nowhere").err
    assert "are --dataset folder:nowhere, in small letters." in small
