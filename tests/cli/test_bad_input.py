"""What people get wrong: one clear message on standard error, exit code 2, nothing written."""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

import pytest

from tests.places import ROOT

OVER = "name: deep\nresolution: 8\nclasses: 2\nstages:\n" + (
    "  - {block: mbconv, kernel: 3, stride: 1, channels: 8, repeats: 9999, expand: 1}\n"
)
FILES: dict[str, bytes | None] = {
    "empty.yaml": b"",
    "list.yaml": b"- 1\n",
    "words.yaml": b"hello\n",
    "binary.yaml": bytes(range(256)),
    "broken.yaml": b"name: [\n",
    "nostages.yaml": b"name: x\nresolution: 8\nclasses: 2\n",
    "deep.yaml": OVER.encode(),
    "text.keras": b"hello",
    "zip.keras": b"PK\x05\x06" + bytes(18),
    "built.yaml": b"name: x\nbuilder: nomod:build\nresolution: 8\nclasses: 2\n",
    "folder.keras": None,
}
"""Contents by name; None for a folder."""

TABLE = [
    ("scale --phi nan", "'--phi': must be a finite number. Got 'nan'"),
    ("scale --phi inf", "'--phi': must be a finite number. Got 'inf'"),
    ("scale --phi three", "'--phi': must be a finite number. Got 'three'"),
    ("scale --phi", "'--phi' requires an argument"),
    ("scale --phi 1e6", "phi 1e+06"),
    ("scale --phi 60", "phi 60"),
    ("scale --phi -60", "phi -60"),
    ("scale", "Give one of --phi, --family, --official and --target-macs"),
    ("scale --phi 1 --family", "Got --phi and --family"),
    ("scale --phi 1 --target-macs 1G", "Got --phi and --target-macs"),
    ("scale --official b3 --target-acts 1G", "Got --official and --target-acts"),
    ("scale --target-macs 1G --target-params 5M", "one budget at a time. Got --target-macs 1 G, "),
    ("scale --target-macs 1G --target-macs 2G", "Got --target-macs 1 G, --target-macs 2 G"),
    ("scale --target-macs 1.8X", "'--target-macs': must be a count from 1 to 1e18, such as 1.8G"),
    ("scale --target-macs -1G", "Got '-1G'"),
    ("scale --target-params 0", "Got '0'"),
    ("scale --target-params nan", "Got 'nan'"),
    ("scale --target-acts 1e400", "Got '1e400'"),
    ("scale --target-acts 1,000", "Got '1,000'"),
    ("scale --target-macs", "'--target-macs' requires an argument"),
    ("scale --target-macs 1K", "no phi reaches 1 k MACs. efficientnet_b0 has from 715 k (phi -15"),
    ("scale --target-macs 1e18 --equal-cost", "no phi reaches 1 E MACs at equal cost"),
    ("scale --target-params 9M --strategy resolution", "has 5.29 M at any phi"),
    ("scale --target-params 9M --strategy resolution --equal-cost", "at equal cost"),
    ("scale --phi 1 --strategy dwr", "uniform, dWr. Got 'dwr' (nearest: dWr, uniform)"),
    ("scale --phi 1 --strategy witdh", "Got 'witdh' (nearest: width)"),
    ("scale --phi 1 --strategy depth --study x", "leave --study, --alpha, --beta and --gamma out"),
    ("scale --phi 1 --strategy depth --alpha 1 --beta 1 --gamma 1", "a split of its own"),
    ("scale --official b3 --strategy depth", "--official is the published table"),
    ("scale --phi 1 --explain", "--explain belongs to --official"),
    ("report --references imagnet", "must be imagenet. Got 'imagnet' (nearest: imagenet)"),
    ("scale --phi 1 --alpha 1.2", "Missing: --beta, --gamma"),
    ("scale --phi 1 --alpha nan --beta 1 --gamma 1", "'--alpha': must be a finite number"),
    ("scale --phi 1 --alpha 0 --beta 1 --gamma 1", "'--alpha': must be above 0. Got '0'"),
    ("scale --phi 1 --alpha -1 --beta 1 --gamma 1", "'--alpha': must be above 0. Got '-1'"),
    ("scale --phi 1 --alpha 1 --beta 1 --gamma 1 --equal-cost", "over 1. Got 1"),
    ("scale --phi 1 --alpha 1 --beta 1 --gamma 1 --study x", "either --study or --alpha"),
    ("scale --phi 1 --study nope", "There is no finished study 'nope' under results"),
    ("scale --official b9", "b0, b1, b2, b3, b4, b5, b6, b7. Got 'b9'"),
    ("scale --official b3 --equal-cost", "--official is the published table"),
    ("scale --phi 1 --baseline efficientnet_bo", "(nearest: efficientnet_b0)"),
    ("scale --phi 1 --baseline nowhere/x.yaml", "There is no file nowhere/x.yaml"),
    ("scale --phi 1 --baseline empty.yaml", "empty.yaml is empty"),
    ("scale --phi 1 --baseline list.yaml", "list.yaml, line 1: the file must hold fields"),
    ("scale --phi 1 --baseline words.yaml", "words.yaml, line 1: the file must hold fields"),
    ("scale --phi 1 --baseline binary.yaml", "binary.yaml is not YAML"),
    ("scale --phi 1 --baseline broken.yaml", "broken.yaml, line 2, is not YAML"),
    ("scale --phi 1 --baseline nostages.yaml", "needs a field `stages`"),
    ("scale --phi 2 --baseline deep.yaml", "deep would have"),
    ("scale --phi 1 --baseline .", "There is no baseline '.'"),
    ("scale --phi 1 --phi 2 --out x.yaml", "must be a folder for 2 networks"),
    ("scale --phi 1 --out empty.yaml", "empty.yaml was not written by"),
    ("scale --phi 1 --out list.yaml/x", "cannot be written"),
    ("cost", "Missing argument 'NETWORK'"),
    ("cost resnet", "There is no baseline 'resnet'"),
    ("cost efficientnet_b0 --resolution 0", "whole pixels a side, or HEIGHTxWIDTH such as"),
    ("cost efficientnet_b0 --resolution 2.5", "must be whole pixels a side"),
    ("cost efficientnet_b0 --depth 1e9", "blocks with these multipliers"),
    ("cost efficientnet_b0 --width -1", "'--width': must be above 0. Got '-1'"),
    ("cost efficientnet_b0 --official b1 --depth 2", "--official stands alone"),
    ("cost efficientnet_b0 --official x", "Got 'x'"),
    ("build efficientnet_b0 -o model.h5", "must end in .keras. Got model.h5"),
    ("cost nofile.keras", "There is no file nofile.keras"),
    ("cost text.keras", "text.keras is no Keras archive (File is not a zip file)"),
    ("cost folder.keras", "folder.keras cannot be read: "),
    ("cost zip.keras", "zip.keras is a zip archive without config.json, so it is no Keras model"),
    ("cost nomod:build", "There is no Python module 'nomod' in the current folder or among the"),
    ("cost nomod.part:build", "There is no Python module 'nomod' in the"),
    ("cost built.yaml", "There is no Python module 'nomod' in the"),
    ("scale --baseline nomod:build --phi 1", "There is no Python module 'nomod' in the"),
    ("build nomod:build -o model.keras", "There is no Python module 'nomod' in the"),
    ("build efficientnet_b0 -o nowhere/model.keras", "a folder that exists"),
    ("build keras:ResNet50 -o model.keras", "Argument FILE must be a table or a Python function"),
    ("build text.keras -o model.keras", "text.keras is a Keras model already. It can be counted"),
    ("build empty.yaml -o model.keras", "empty.yaml is empty"),
    ("build efficientnet_b0 -o model.keras --seed -1", "'--seed': must be a whole number"),
    ("build efficientnet_b0", "Missing option '--out'"),
    ("sclae --phi 1", "Did you mean 'scale'?"),
    ("search --phi 1", "No such command 'search'. Did you mean 'grid'?"),
    ("grid --model resnet50", "No such option: --model (Possible options: --baseline)"),
    ("grid --num-workers 2", "No such option: --num-workers (Possible options: --workers)"),
    ("grid -j 2", "(Possible options: --workers)"),
    ("cost ResNet-50", "(nearest: resnet50)"),
    ("scale --phy 1", "No such option: --phy (Possible options: --phi"),
    ("grid --nproc 2", "(Possible options: --workers)"),
    ("grid --batch 32", "Option --batch goes with --measure. The batch of trainings is"),
    ("cost resnet50 --batch 32", "Option --batch goes with --measure. The batch of trainings is"),
    ("cost resnet50 --batch-size 3", "(Possible options: --batch)"),
    ("cost resnet50 --latency", "(Possible options: --measure)"),
    ("cost resnet50 --flops", "(Possible options: --unit)"),
    ("cost resnet50 --unit FLOPs", "must be macs or flops. Got 'FLOPs' (nearest: flops)"),
    ("cost resnet50 --unit mac", "must be macs or flops. Got 'mac' (nearest: macs)"),
    ("cost resnet50 --unit gflops", "must be macs or flops. Got 'gflops' (nearest: flops)"),
    ("cost resnet50 --unit pixels", "'--unit': must be macs or flops. Got 'pixels'."),
    ("grid --batch-size 64", "--batch-size (it is `batch_size` under `recipe` of a profile"),
    ("compare --lr 0.1", "--lr (it is `learning_rate` under `recipe` of a profile"),
    ("sweep --learning-rate 1", "(it is `learning_rate` under `recipe` of a profile"),
    ("grid --optimizer sgd", "--optimizer (it is `optimizer` under `recipe` of a profile"),
    ("grid --momentum 0.9", "--momentum (it is `momentum` under `recipe` of a profile"),
    ("sweep --weight-decay 0", "--weight-decay (it is `weight_decay` under `recipe` of a profile"),
    ("grid --seeds 3", "--seeds (it is `search_seeds` of a profile"),
    ("grid --regret 0", "Option --regret must be above 0. Got 0."),
    ("grid --regret -1", "Option --regret must be above 0. Got -1."),
    ("grid --minutes 0", "Option --minutes must be above 0. Got 0."),
    ("grid --trainings 5", "at least one round, and one round is 12 trainings, of 11 d"),
    ("grid --trainings 40 --minutes 3", "are two ways to say the same. Give one of them."),
    ("grid --trainings 40.5", "Invalid value for '--trainings'"),
    ("grid --grid box --alpha 1.2:1.2 --beta 1.1:1.1 --gamma 1.15:1.15", "proxies of one point"),
    ("grid --resume", "--resume (the same command again goes on with an unfinished study)"),
    ("report --study X", "(STUDY is given without an option: `scalesearch report STUDY`)"),
    ("report --stduy X", "(STUDY is given without an option: `scalesearch report STUDY`)"),
    ("studies show --name X", "without an option: `scalesearch studies show NAME`)"),
    ("studies delete --study X", "without an option: `scalesearch studies delete NAME`)"),
    ("cost --model resnet50", "without an option: `scalesearch cost NETWORK`)"),
    ("build --baseline resnet50", "without an option: `scalesearch build FILE`)"),
    ("cam --image a.png", "without an option: `scalesearch cam IMAGE`)"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "said"), TABLE, ids=[row[0] for row in TABLE])
def test_bad_input_ends_in_one_clear_message(
    run, folder: Path, arguments: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever needs TensorFlow to refuse this fails here: importing it raises.
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    for name, content in FILES.items():
        if content is None:
            (folder / name).mkdir()
        else:
            (folder / name).write_bytes(content)
    answer = run(arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert said in answer.err
    assert answer.err.count("Error: ") == 1
    assert "Traceback" not in answer.err
    assert sorted(path.name for path in folder.iterdir()) == sorted(FILES)
    for name, content in FILES.items():
        assert content is None or (folder / name).read_bytes() == content


def test_build_refuses_a_folder_that_cannot_be_written_before_building(
    run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("scalesearch.experiments.model_builds.TemporaryFile", refuse)
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    answer = run("build efficientnet_b0 -o model.keras")
    assert answer.code == 2
    assert "model.keras cannot be written: Permission denied. Give another --out." in answer.err
    assert list(folder.iterdir()) == []


def test_build_replaces_a_file_only_when_told(run, folder: Path) -> None:
    (folder / "model.keras").write_text("precious")
    answer = run("build efficientnet_b0 -o model.keras")
    assert answer.code == 2
    assert "--force" in answer.err
    assert (folder / "model.keras").read_text() == "precious"


def test_a_results_folder_with_a_damaged_study_is_named(run, folder: Path) -> None:
    (folder / "results" / "torn").mkdir(parents=True)
    (folder / "results" / "torn" / "coefficients.yaml").write_text("baseline: [\n")
    answer = run("scale --phi 1")
    assert answer.code == 2
    assert "results/torn/coefficients.yaml, line 2, is not YAML" in answer.err


def test_debug_adds_the_traceback_anywhere_on_the_line(run) -> None:
    for arguments in (("--debug", "scale", "--phi", "60"), ("scale", "--phi", "60", "--debug")):
        answer = run(*arguments)
        assert answer.code == 2
        assert "Traceback" in answer.err
        assert answer.err.splitlines()[-1].startswith("Error: ")


def test_a_fresh_process_says_it_without_a_traceback(fresh) -> None:
    answer = fresh("scale", "--phi", "60")
    assert answer.code == 2
    assert answer.err.startswith("Error: ")
    assert answer.err.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_standard_output_is_said() -> None:
    with open("/dev/full", "w") as full:
        done = _cost_into(full)
    assert done.returncode == 2
    assert done.stderr == "Error: Standard output cannot be written: No space left on device.\n"


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of a shell")
def test_a_reader_that_leaves_is_passed_over_in_silence() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as pipe:
        assert _cost_into(pipe).stderr == ""


def _cost_into(out: IO[Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scalesearch", "cost", "efficientnet_b0"],
        stdout=out,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
        timeout=60,
        check=False,
    )
