"""The README's chapter on Python runs as it stands, each block in an empty folder."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import scalesearch

ROOT = Path(scalesearch.__file__).parent.parent
README = ROOT / "README.md"
if not README.exists():
    pytest.skip("the README is not here", allow_module_level=True)
CHAPTER = README.read_text(encoding="utf-8").split("## From Python")[1].split("\n## ")[0]
OURS, OWN = re.findall(r"```python\n(.*?)```", CHAPTER, re.DOTALL)


def ran(code: str, folder: Path) -> str:
    (folder / "example.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "example.py"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_trainer_of_ones_own_searches_in_an_empty_folder(tmp_path: Path) -> None:
    ran(OWN, tmp_path)
    left = {path.name for path in (tmp_path / "results" / "own").iterdir()}
    assert left >= {"trials.csv", "coefficients.yaml", "pareto.png", "report.html"}
    assert not (tmp_path / "results" / ".data").exists()  # no images were prepared


def test_it_trains_in_worker_processes_by_its_name(tmp_path: Path) -> None:
    code = OWN.replace("trainer=mine)", 'trainer="example:mine", workers=2)')
    assert code != OWN
    ran(code, tmp_path)
    assert (tmp_path / "results" / "own" / "coefficients.yaml").exists()


@pytest.mark.slow
def test_ours_searches_and_scales_in_an_empty_folder(tmp_path: Path) -> None:
    small = OURS.replace('profile="quick"', 'profile="quick", train=320, validation=200')
    assert small != OURS
    assert "26 trainings of 12 distinct proxies" in ran(small, tmp_path)
    assert (tmp_path / "b0_phi3.yaml").exists()
