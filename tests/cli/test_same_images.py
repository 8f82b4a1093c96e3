"""A study goes on with the same images wherever they lie, and with no others."""

import shutil
from pathlib import Path

import fake_arms
import pytest
from PIL import Image

from scalesearch.experiments.study_names import study_name
from scalesearch.studies.settings import SETTINGS

COMMANDS = {
    "grid": "grid --step 0.5 --epochs 1 --json",
    "compare": "compare --seeds 1 --epochs 1 --json",
    "sweep": "sweep --seeds 1 --epochs 1 --depth 2 --json",
}
SAME = "are the same images"


@pytest.fixture
def plain(folder):
    """Two classes of forty pictures."""
    for c, name in enumerate(("cats", "dogs")):
        (folder / "plain" / name).mkdir(parents=True)
        for i in range(40):
            Image.new("RGB", (24, 24), (i, 90 * c, 9)).save(folder / "plain" / name / f"{i}.png")
    return folder / "plain"


@pytest.fixture(autouse=True)
def fake(run):
    """Trainings that train nothing; images are prepared all the same."""
    train = fake_arms.trainer()
    fake_arms.TRAINED.clear()
    run.train_by(train)


def studies():
    return sorted(path.parent.name for path in Path("results").glob(f"*/{SETTINGS}"))


EACH = [
    name if name == "sweep" else pytest.param(name, marks=pytest.mark.slow) for name in COMMANDS
]


@pytest.mark.parametrize("command", EACH)
def test_a_path_may_be_spelled_in_any_way(run, plain, command, monkeypatch):
    line = COMMANDS[command]
    assert SAME not in run(f"{line} --dataset folder:plain").err
    trained = len(fake_arms.TRAINED)
    for other in ("plain/", "./plain", "plain/../plain", str(plain), f"{plain}/."):
        found = run(f"{line} --dataset folder:{other}")
        assert found.code == 0, found.err
        assert found.err.count(SAME) == 1
        assert f"Those of folder:{other} are the same images" in found.err
    assert SAME not in run(f"{line} --dataset folder:{plain}/.").err, "told once"
    monkeypatch.setenv("HOME", str(plain.parent))
    assert run(f"{line} --dataset folder:~/plain").code == 0
    assert len(studies()) == 1, "by default it is one name"
    assert len(fake_arms.TRAINED) == trained, "nothing is trained again"
    assert len([path for path in Path("results/.data").iterdir() if path.is_dir()]) == 1


@pytest.mark.parametrize("command", EACH)
def test_images_may_have_moved(run, plain, command):
    line = f"{COMMANDS[command]} --study mine"
    assert run(f"{line} --dataset folder:plain").code == 0
    trained = len(fake_arms.TRAINED)
    shutil.move(plain, plain.parent / "photos")
    (plain.parent / "link").symlink_to("photos")
    for name in ("photos", "link"):
        found = run(f"{line} --dataset folder:{name}")
        assert (found.code, found.err.count(SAME)) == (0, 1), found.err
    assert len(fake_arms.TRAINED) == trained


def test_a_study_from_another_machine_goes_on_with_its_images_here(run, plain, monkeypatch):
    line = f"{COMMANDS['compare']} --study mine"
    assert run(f"{line} --dataset folder:plain").code == 0
    assert run("studies export mine").code == 0
    other = plain.parent / "other"
    other.mkdir()
    shutil.copytree(plain, other / "data" / "photos", copy_function=shutil.copyfile)
    monkeypatch.chdir(other)
    assert run("studies import ../mine.tar.gz").code == 0
    trained = len(fake_arms.TRAINED)
    missing = run("cam --study mine")
    assert missing.code == 2
    assert "Run its `scalesearch compare` again, with --dataset" in missing.err
    found = run(f"{line} --dataset folder:data/photos")
    assert (found.code, found.err.count(SAME)) == (0, 1), found.err
    assert run(f"{line} --dataset folder:data/photos --seeds 2").code == 0
    assert len(fake_arms.TRAINED) == 2 * trained
    assert run("cam --study mine --json").code == 0


def test_the_same_path_with_other_images_is_refused_with_what_differs(run, plain):
    line = COMMANDS["compare"]
    assert run(f"{line} --dataset folder:plain").code == 0
    Image.new("RGB", (30, 30)).save(plain / "cats" / "7.png")
    found = run(f"{line} --dataset folder:plain/")
    assert (found.code, found.out) == (2, "")
    assert "data.fingerprint: study has" in found.err
    assert SAME not in found.err


def test_other_pixels_in_files_of_the_same_size_are_refused(run, plain):
    Image.new("RGB", (24, 24)).save(plain / "cats" / "x.bmp")
    line = COMMANDS["compare"]
    assert run(f"{line} --dataset folder:plain").code == 0
    Image.new("RGB", (24, 24), "white").save(plain / "cats" / "x.bmp")
    found = run(f"{line} --dataset folder:./plain")
    assert found.code == 2
    assert "was made with other images than those that are there now" in found.err
    assert SAME not in found.err


def test_a_class_of_another_name_makes_other_images(run, plain):
    line = f"{COMMANDS['sweep']} --study mine"
    assert run(f"{line} --dataset folder:plain").code == 0
    shutil.move(plain / "cats", plain / "birds")
    assert "data.fingerprint" in run(f"{line} --dataset folder:plain").err


@pytest.mark.parametrize("command", EACH)
def test_what_is_left_alone_is_told_in_plans_and_in_runs(run, plain, command):
    (plain / "cats" / "a.heic").write_bytes(b"x")
    (plain / "dogs" / "notes").write_bytes(b"x")
    said = "Left alone in folder:plain: 1 .heic, 1 without ending."
    line = f"{COMMANDS[command]} --dataset folder:plain"
    dry = run(f"{line} --dry-run")
    assert dry.json["left_alone"] == {
        "files": {".heic": 1, "": 1},
        "beside": {},
        "folders": 0,
        "images_in_folders": 0,
        "images_by_content": 0,
    }
    assert said in run(f"{line.replace(' --json', '')} --dry-run").out
    assert said in run(line).err
    assert run(f"{COMMANDS[command]} --dataset digits --dry-run").json["left_alone"] is None


@pytest.mark.parametrize("command", EACH)
def test_links_that_lead_out_are_followed_as_the_refusal_says(run, plain, command):
    """The study is the one of the files themselves: only the images pin it."""
    line = f"{COMMANDS[command]} --study mine"
    shutil.move(plain / "cats", plain.parent / "outside")
    (plain / "cats").symlink_to("../outside")
    refused = run(f"{line} --dataset folder:plain")
    assert refused.code == 2
    assert "--follow-links" in refused.err
    assert run(f"{line} --dataset folder:plain --follow-links").code == 0
    (plain / "cats").unlink()
    shutil.move(plain.parent / "outside", plain / "cats")
    found = run(f"{line} --dataset folder:plain")
    assert (found.code, SAME in found.err) == (0, False), found.err


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("option", ["split", "label"])
def test_splits_and_labels_are_for_tensorflow_datasets(run, plain, command, option):
    found = run(f"{COMMANDS[command]} --dataset folder:plain --{option} train --dry-run")
    assert found.code == 2
    assert f"`{option}` names one of the" in found.err


@pytest.mark.parametrize(
    ("dataset", "named"),
    [
        ("folder:photos", "photos"),
        ("folder:photos/", "photos"),
        ("folder:a/../photos/.", "photos"),
        ("folder:/", "root"),
        ("cifar10", "cifar10"),
        ("cifar10:3.0.2", "cifar10"),
        ("pictures/small:1.0.0", "pictures-small"),
        ("digits", "digits"),
    ],
)
def test_a_dataset_has_one_name_in_a_studys(dataset, named):
    assert study_name("a", profile="quick", dataset=dataset, seed=0) == f"a_quick_{named}"


def test_a_folder_is_named_though_it_is_the_current_one(plain, monkeypatch):
    monkeypatch.chdir(plain)
    assert study_name("a", profile="quick", dataset="folder:.", seed=0) == "a_quick_plain"
