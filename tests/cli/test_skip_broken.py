"""`--skip-broken` on the command line: what is said, and what a study is pinned to."""

import json
import shutil
from pathlib import Path

import fake_arms
import pytest
from PIL import Image

from scalesearch.studies.settings import differences, read_settings

COMPARE = "compare --dataset folder:photos --seeds 1 --epochs 1"
STUDY = Path("results/compare_efficientnet_b0_quick_photos_x2")
COMMANDS = ("grid", "compare", "sweep")


@pytest.fixture
def photos(folder):
    """Two classes of forty pictures."""
    for c, name in enumerate(("cats", "dogs")):
        (folder / "photos" / name).mkdir(parents=True)
        for i in range(40):
            Image.new("RGB", (24, 24), (i, 90 * c, 9)).save(folder / "photos" / name / f"{i}.png")
    return folder / "photos"


@pytest.fixture
def fake(run):
    """Trainings that train nothing; images are prepared all the same."""
    train = fake_arms.trainer()
    run.train_by(train)


def break_two(photos):
    (photos / "cats" / "7.png").write_bytes(b"no picture")
    (photos / "dogs" / "8.png").write_bytes(b"")


@pytest.mark.parametrize("command", COMMANDS)
def test_broken_images_are_refused_by_name_and_nothing_is_written(run, photos, command):
    break_two(photos)
    for more in ("", "--dry-run"):
        found = run(f"{command} --dataset folder:photos {more}")
        assert (found.code, found.out) == (2, "")
        for said in ("2 of 80", "cats/7.png is no", "dogs/8.png is no", "--skip-broken"):
            assert said in found.err
    assert [entry.name for entry in Path().iterdir()] == ["photos"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_dry_run_goes_on_without_them_and_says_which(run, photos, command):
    break_two(photos)
    found = run(f"{command} --dataset folder:photos --skip-broken --dry-run --json")
    assert found.code == 0, found.err
    assert "Left out of folder:photos 2 images:" in found.err
    assert "cats/7.png is no readable image" in found.err
    json.loads(found.out)
    assert [entry.name for entry in Path().iterdir()] == ["photos"]


def test_a_study_that_left_images_out_says_so_and_goes_on_with_the_same_ones(run, photos, fake):
    break_two(photos)
    found = run(f"{COMPARE} --skip-broken --json")
    assert found.code == 0, found.err
    assert "Looking at all 79 images" in found.err
    assert "All of them: skipped.json beside the prepared images" in found.err
    (skipped,) = Path("results/.data").glob("*/skipped.json")
    assert len(json.loads(skipped.read_text())["left_out"]) == 2
    assert read_settings(STUDY)["data"]["train"] == 62
    again = run(f"{COMPARE} --skip-broken --json")
    assert again.code == 0
    assert "Looking at all" not in again.err
    for name in ("cats/7.png", "dogs/8.png"):
        (photos / name).unlink()
    assert run(f"{COMPARE} --json").code == 0, "what was left out is gone: the same images"


def test_a_study_is_never_continued_with_other_images(run, photos, fake):
    assert run(f"{COMPARE} --train 50 --validation 20 --json").code == 0
    break_two(photos)
    found = run(f"{COMPARE} --train 50 --validation 20 --json --skip-broken")
    assert found.code == 2
    assert "was made with other settings" in found.err
    assert "data.fingerprint" in found.err


def test_without_broken_images_the_option_makes_the_same_study(run, photos, fake):
    assert run(f"{COMPARE} --json").code == 0
    first = read_settings(STUDY)
    assert run(f"{COMPARE} --json --skip-broken").code == 0
    shutil.rmtree("results")
    assert run(f"{COMPARE} --json --skip-broken").code == 0
    assert not differences(first, read_settings(STUDY))
