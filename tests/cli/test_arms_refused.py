"""What is wrong about `compare`, `sweep` and `cam` is said in one message, and nothing written."""

import sys
from pathlib import Path

import fake_arms
import pytest
from PIL import Image

MANY = "1.2,1.5,2,2.5,3,4"
"""Costs that no proxy of half to twice the quick profile's 20 pixels meets with every arm."""
TABLE = [
    (
        f"compare --cost {MANY}",
        "resolution x1.2: proxy: nearest cost is 1.366 times",
    ),
    (f"compare --cost {MANY}", "of the profile: none of half to twice its 20 fits."),
    ("compare --cost 1.3", "width x1.3: full-size network: nearest cost is 1.390 times"),
    ("compare --cost 1", "above 1 and at most 64. Got 1"),
    ("compare --cost 2,1000", "Got 1000"),
    ("compare --cost nan", "'--cost': must be a finite number"),
    ("compare --cost 2,,3", "must be numbers joined by commas, such as 2,4. Got '2,,3'"),
    ("compare --cost two", "must be a finite number. Got 'two'"),
    ("compare --target-macs 100M", "must be more than efficientnet_b0's 386 M MACs"),
    ("compare --target-macs 1X", "'--target-macs': must be a count"),
    ("compare --cost 2 --target-macs 800M", "both say the budget: give one"),
    ("compare --seeds 0", "greater than or equal to 1"),
    ("compare --seeds 2.5", "'--seeds'"),
    ("compare --seed -1", "'--seed': must be a whole number"),
    ("compare --coefficients 1.2,1.1", "must be three numbers such as 1.2,1.1,1.15"),
    ("compare --coefficients 1,1,1", "must scale something up"),
    ("compare --coefficients nowhere", "There is no finished study 'nowhere' under results"),
    ("compare --published --baseline mine.yaml", "the paper's rows for mobilenet_v1, "),
    ("compare --published --baseline mynet:build", "Got the function mynet:build: leave --pub"),
    ("compare --baseline efficientnet_b9", "efficientnet_b0"),
    ("compare --profile quik", "quick"),
    ("compare --dataset folder:nowhere", "nowhere"),
    ("compare --study ../elsewhere", "plain name"),
    ("sweep --depth 0", "Option --depth must be factors above 0. Got 0"),
    ("sweep --width 1.4,-2", "Option --width must be factors above 0. Got -2"),
    ("sweep --width wide", "must be a finite number. Got 'wide'"),
    ("sweep --depth 1e9", "blocks at depth 1e+09"),
    ("sweep --resolution 0.01", "pixels a side at depth 1, width 1, resolution 0.01"),
    ("sweep --pair 2", "must be a factor of depth and one of resolution, both above 0"),
    ("sweep --pair 2,0", "Got '2,0'"),
    ("sweep --pair 1,2,3", "Got '1,2,3'"),
    ("sweep --pair 1,x", "must be a finite number"),
    ("sweep --pair 2,2 --depth 2", "--pair holds it fixed"),
    ("sweep --study ../elsewhere", "plain name"),
    ("cam", "There is no comparison under results. Run `scalesearch compare` first"),
    ("cam --study nope", "There is no comparison 'nope' under results"),
    ("cam --out map.jpg", "Option --out must end in .png. Got map.jpg"),
    ("cam --count 0", "'--count'"),
]
MINE = "name: mine\nresolution: 32\nclasses: 2\nstages:\n" + (
    "  - {block: mbconv, kernel: 3, stride: 2, channels: 16, repeats: 4, expand: 1}\n" * 2
)


@pytest.mark.parametrize(("line", "said"), TABLE, ids=[f"{row[0]}: {row[1]}" for row in TABLE])
def test_bad_input_ends_in_one_clear_message(run, monkeypatch, line, said):
    # Whoever needs TensorFlow to refuse this fails here: importing it raises.
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    Path("mine.yaml").write_text(MINE, encoding="utf-8")
    answer = run(line)
    assert answer.code == 2, answer.out
    assert answer.out == ""
    assert said in answer.err
    assert answer.err.count("Error: ") == 1
    assert "Traceback" not in answer.err
    assert [path.name for path in Path().iterdir()] == ["mine.yaml"]


@pytest.fixture
def study(run) -> Path:
    run.train_by(fake_arms.trainer())
    line = "compare --dataset digits --train 200 --validation 100 --epochs 1 --seeds 2"
    assert run(f"{line} --study mine").code == 0
    return Path("results/mine")


def refused(run, line: str, study: Path) -> str:
    before = sorted(path for path in study.rglob("*"))
    answer = run(line)
    assert answer.code == 2, answer.out
    assert (answer.out, answer.err.count("Error: "), "Traceback" in answer.err) == ("", 1, False)
    assert sorted(path for path in study.rglob("*")) == before
    return answer.err


def test_cam_names_an_image_that_is_none(run, study, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    Path("notes.png").write_text("no image", encoding="utf-8")
    Path("empty.png").touch()
    Image.new("RGB", (30, 20)).save("good.png")
    assert "notes.png is no readable image" in refused(run, "cam good.png notes.png", study)
    assert "empty.png is no readable image" in refused(run, "cam empty.png", study)
    assert "There is no image nowhere.png" in refused(run, "cam nowhere.png", study)
    assert "There is no image results" in refused(run, "cam results", study)


def test_cam_names_what_a_study_lacks(run, study, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    assert "'mien' under results (nearest: mine)" in refused(run, "cam --study mien", study)
    assert "from 1 to 2, the seeds of results/mine. Got 3" in refused(run, "cam --seed 3", study)
    first = min((study / "weights").glob("*_seed1.npz"))
    whole = first.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"no archive"):
        first.write_bytes(damaged)
        said = refused(run, "cam --seed 2", study)
        assert f"{first} holds no weights that can be read" in said
    first.unlink()
    assert f"There are no weights {first}" in refused(run, "cam --seed 2", study)
    (study / "images.json").write_text("{}", encoding="utf-8")
    assert "is damaged" in refused(run, "cam", study)
