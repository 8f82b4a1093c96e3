"""A new kind of dataset is one module and one line: two kinds that only tests know."""

from pathlib import Path

import numpy as np
import pytest
from chequers import chequers_source
from npz_source import NpzSource

from scalesearch.cli.app import run
from scalesearch.core.resolution import Resolution
from scalesearch.data import sources
from scalesearch.data.image_cache import is_prepared, prepare
from scalesearch.data.sources import check, place_of, source_of
from scalesearch.data.spec import DataSpec
from scalesearch.errors import DataError
from scalesearch.experiments.datasets import data_key, data_of
from scalesearch.experiments.study_names import study_name
from scalesearch.experiments.training_options import TrainingOptions, profile_of


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The line that makes each of them known."""
    monkeypatch.setitem(sources.SOURCES, "chequers", chequers_source)
    monkeypatch.setitem(sources.SOURCES, "npz:", NpzSource)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def stored(tmp_path: Path) -> str:
    """Chequers in a file of numpy."""
    images, labels = prepared_chequers(tmp_path / "first")
    np.savez(tmp_path / "mine.npz", images=images, labels=labels)
    return "npz:mine.npz"


def prepared_chequers(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    ready = prepare(DataSpec("chequers", train=200, validation=200), folder)
    parts = ("train", "validation")
    images = np.concatenate([ready.images(part) for part in parts])
    return images, np.concatenate([ready.labels(part) for part in parts])


def test_what_is_made_is_checked_and_prepared(tmp_path: Path) -> None:
    spec = DataSpec("chequers", validation=100, seed=3)
    facts = check(spec)
    assert (facts.classes, facts.channels, facts.train, facts.validation) == (4, 3, 300, 100)
    assert not is_prepared(spec, tmp_path)
    ready = prepare(spec, tmp_path)
    assert is_prepared(spec, tmp_path)
    assert ready.images("train").shape == (300, 16, 16, 3)
    assert np.bincount(ready.labels("validation")).tolist() == [25] * 4
    assert source_of(spec).class_names(4) == ("0", "1", "2", "3")


def test_a_rectangle_is_cut_from_the_middle_of_what_is_made(tmp_path: Path) -> None:
    square, wide = (
        prepare(DataSpec("chequers", shape=shape), tmp_path)
        for shape in (Resolution(1, 1), Resolution(1, 2))
    )
    np.testing.assert_array_equal(wide.images("train"), square.images("train")[:, 4:12])


@pytest.mark.parametrize("limit", [2**30, 1])
def test_what_lies_in_files_is_read_once_or_in_every_epoch(
    tmp_path: Path, stored: str, limit: int
) -> None:
    from scalesearch.data import batches

    ready = prepare(DataSpec(stored, train=300, cache_limit_bytes=limit), tmp_path / "ready")
    assert ready.form == ("stream" if limit == 1 else "array")
    assert ready.path.name.startswith("npz-mine-")
    read = batches.training(ready, Resolution.square(8), 50)
    images, labels = next(read.epoch(0, 0))
    assert (images.shape, labels.shape, read.steps) == ((50, 8, 8, 3), (50,), 6)


def test_where_it_lies_and_what_it_is_called_is_its_own_to_say(stored: str) -> None:
    assert place_of(DataSpec(stored)) == stored
    assert study_name("a", profile="quick", dataset=stored, seed=0) == "a_quick_mine"
    with pytest.raises(DataError, match="is not there"):
        check(DataSpec("npz:gone.npz"))
    with pytest.raises(DataError, match="has none"):
        check(DataSpec(stored, label="x"))


def test_another_name_is_refused_beside_those_that_there_are() -> None:
    with pytest.raises(DataError, match=r"chequers, npz:PATH, .*Nearest names: chequers"):
        check(DataSpec("chekers"))


def test_a_study_is_planned_on_it(stored: str, capsys: pytest.CaptureFixture[str]) -> None:
    for dataset in ("chequers", stored):
        options = TrainingOptions("quick", dataset)
        key = data_key(*data_of(options, profile_of(options)))
        assert key["dataset"] == dataset.partition(":")[0]
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            run(["grid", "--dry-run", "--step", "0.5", "--dataset", dataset])
        told = capsys.readouterr()
        assert not left.value.code, told.err
        assert f"Profile quick: {dataset}, 320 training and 80 validation images" in told.out


def test_images_of_the_users_own_are_not_offered_where_a_name_is_not_known() -> None:
    with pytest.raises(DataError, match="is not known") as refused:
        check(DataSpec("digitz"))
    assert "folder:PATH, " in str(refused.value)
    assert "own:" not in str(refused.value)
