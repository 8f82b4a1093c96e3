"""A password in a URL is told nowhere, and text from elsewhere speaks to no terminal."""

import shlex
from pathlib import Path

import fake_arms
import pytest

from scalesearch.cli import command_line
from scalesearch.core.network_table import TableNetwork

URL = "postgres://me:s3cret@db/studies?password=s3cret"
STUDY = "grid --dataset digits --train 200 --validation 100 --epochs 1 --grid simplex --step 1"


@pytest.mark.parametrize(
    "line",
    [
        "grid --dry-run --dataset {}", "grid --dry-run --dataset folder:{}",
        "grid --dry-run --dataset cifar10 --data-dir {}", "grid --profile {}", "grid --study {}",
        "grid --phi {}", "grid --workers {}", "grid --include {}", "grid {}", "grid --storage={}",
        "scale --phi 1 --study {}", "scale --phi 1 --baseline {}", "cost {}", "cost {}.keras",
        "report {}", "report --results {}", "cam {}", "cam --study {}", "build {} -o m.keras",
        "compare --dry-run --coefficients {}", "sweep --pair {}", "{}", "--debug cost {}",
    ],
)  # fmt: skip
def test_no_message_tells_a_password(run, line: str) -> None:
    answer = run(line.format(URL))
    assert answer.code == 2
    assert "s3cret" not in answer.out + answer.err
    assert answer.err.count("\nError: ") + answer.err.startswith("Error: ") == 1


def test_a_path_that_is_told_as_done_tells_no_password(run) -> None:
    for line in ("scale --phi 1 --out {}", "scale --phi 1 --out {} --json"):
        answer = run(line.format(URL))
        assert answer.code == 0
        assert "s3cret" not in answer.out + answer.err
        assert "me:***@db" in answer.out


def test_the_environment_is_told_without_its_password(run, monkeypatch) -> None:
    monkeypatch.setenv("TFDS_DATA_DIR", URL)
    answer = run("grid --dry-run --dataset cifar10")
    assert "me:***@db" in answer.err
    assert "s3cret" not in answer.err


def test_no_file_of_a_study_holds_a_password(run, folder: Path, monkeypatch) -> None:
    def broken(network: TableNetwork) -> bool:
        if network.resolution.longer > 20:
            raise ConnectionError(f"cannot reach {URL}\n\x1b[2J")
        return False

    trainer = fake_arms.trainer(fail=broken)
    run.train_by(trainer)
    line = f"{STUDY} --study mine --data-dir {URL}"
    monkeypatch.setattr(command_line.sys, "argv", ["scalesearch", *shlex.split(line)])
    answer = run(line)
    assert answer.code == 0, answer.err
    assert "s3cret" not in answer.out + answer.err
    assert "\x1b" not in answer.out + answer.err
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert {"trials.csv", "report.html", "coefficients.yaml", "study.db", "data.json"} <= {
        path.name for path in written
    }
    for path in written:
        assert b"s3cret" not in path.read_bytes(), path
    told = (folder / "results/mine/coefficients.yaml").read_text()
    assert "--data-dir postgres://me:***@db/studies?password=***" in told.replace("'", "")
    assert "ConnectionError: cannot reach" in (folder / "results/mine/trials.csv").read_text()


def test_the_same_command_with_another_password_goes_on_with_the_study(run) -> None:
    trainer = fake_arms.trainer()
    run.train_by(trainer)
    for secret in ("one", "two"):
        answer = run(f"{STUDY} --study mine --data-dir a1://me:{secret}@db")
        assert answer.code == 0, answer.err


@pytest.mark.parametrize(
    "line",
    ["scale --phi 1 --results {}", "scale --phi 1 --out {}", "cost {}:f", "build x -o {}.keras"],
)  # fmt: skip
def test_a_path_that_no_system_takes_is_one_message(run, line: str) -> None:
    for path in ("x" * 5000, "x/" * 3000):
        answer = run(line.format(path))
        assert answer.code in (0, 2)
        assert "Traceback" not in answer.err
        assert len(answer.err) < 7000


def test_a_name_out_of_a_file_cannot_speak_to_the_terminal(run, folder: Path) -> None:
    (folder / "x.yaml").write_text('"\\e]0;evil\\a": 1\n')
    (folder / "y.yaml").write_text('name: "\\e[2J"\nresolution: 8\nclasses: 2\nstages: [1]\n')
    for name in ("x.yaml", "y.yaml"):
        answer = run(f"cost {name}")
        assert answer.code == 2
        assert "\x1b" not in answer.err


def test_a_fault_of_the_program_is_told_whole_but_for_passwords(run, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise LookupError(f"at {URL}")

    monkeypatch.setattr("scalesearch.cli.cost.load", broken)
    answer = run("cost resnet50")
    assert answer.code == 1
    assert "Traceback" in answer.err
    assert "LookupError: at postgres://me:***@db" in answer.err
