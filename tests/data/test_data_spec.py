import json
import subprocess
import sys
import time

import pytest

from scalesearch.core.resolution import Resolution
from scalesearch.data.sources import check
from scalesearch.data.spec import DataSpec
from scalesearch.errors import DataError
from tests.places import ROOT

NOT_TO_IMPORT = ("tensorflow", "keras", "sklearn", "scipy", "pandas")


def test_a_spec_survives_json():
    spec = DataSpec("cifar10", data_dir="/data", train=100, seed=3, canvas=48)
    assert DataSpec(**json.loads(json.dumps(spec.to_json()))) == spec


def test_embedded_sets_are_known_without_reading_them():
    for name in ("digits", "cluttered-digits"):
        facts = check(DataSpec(name))
        assert (facts.classes, facts.channels) == (10, 1)
    assert check(DataSpec("digits", validation=297)).train == 1500
    assert check(DataSpec("digits")).size == Resolution.square(8)
    assert check(DataSpec("cluttered-digits")).size == Resolution.square(64)


def test_checks_import_no_tensorflow_and_answer_within_two_seconds(tmp_path):
    """Of good and bad names alike, in a fresh interpreter."""
    code = f"""
import sys
from scalesearch.errors import DataError
from scalesearch.data.image_cache import prepare
from scalesearch.data.sources import check
from scalesearch.data.spec import DataSpec
check(DataSpec("cluttered-digits"))
for name in ("cifra10", "cifar10", "folder:/nowhere"):
    try:
        check(DataSpec(name, data_dir={str(tmp_path)!r}))
    except DataError:
        continue
    raise SystemExit(name)
print([name for name in {NOT_TO_IMPORT!r} if name in sys.modules])
"""
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
    assert time.monotonic() - start < 20, "seconds of imports, not minutes of network"


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("cifra10", "cifar10"),
        ("CIFAR 10", "cifar10"),
        ("clutered-digits", "cluttered-digits"),
        ("digit", "digits"),
        ("my_pictres", "my_pictures"),
    ],
)
def test_an_unknown_dataset_is_refused_with_the_nearest_names(asked, nearest, tmp_path):
    (tmp_path / "my_pictures").mkdir()
    with pytest.raises(DataError, match="is not known") as refused:
        check(DataSpec(asked, data_dir=str(tmp_path)))
    assert nearest in str(refused.value).split("Nearest names:")[1]


def test_a_known_dataset_that_is_not_on_disk_says_where_and_what_to_do(tmp_path):
    with pytest.raises(DataError) as refused:
        check(DataSpec("cifar10", data_dir=str(tmp_path)))
    for said in ("cifar10 is not under", str(tmp_path), "`data_dir=`", "`download=`"):
        assert said in str(refused.value)


def test_the_default_data_folder_is_read_from_the_environment_at_call_time(tmp_path, monkeypatch):
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path / "mine"))
    with pytest.raises(DataError, match="mine"):
        check(DataSpec("cifar10"))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"train": 0}, "`train` must be a whole number of at least 1. Got 0"),
        ({"validation": 2.5}, "`validation` must be a whole number"),
        ({"seed": -1}, "`seed` must be a whole number of at least 0. Got -1"),
        ({"canvas": 0}, "`canvas`"),
        ({"train": True}, "`train`"),
        ({"train": 1700, "validation": 98}, "1797"),
        ({"dataset": "cluttered-digits", "train": 9}, "`train` must be at least"),
        ({"dataset": "cluttered-digits", "train": 10**9}, "cache_limit_bytes"),
        ({"dataset": "folder:"}, "must name a folder"),
    ],
)
def test_impossible_values_are_refused_with_field_and_value(values, said):
    with pytest.raises(DataError) as refused:
        check(DataSpec(**{"dataset": "digits"} | values))
    assert said in str(refused.value)
