"""The wheel, made from the source distribution, works from any folder with no checkout."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.places import ROOT

SOURCES = (
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    ".gitignore",
    "scalesearch",
    "configs",
    "docs",
    "tests",
    "results/README.md",
    "results/benchmarks/memory.csv",
)
CONFIGS = {
    "efficientnet_b0.yaml",
    "mobilenet_v1.yaml",
    "mobilenet_v2.yaml",
    "resnet50.yaml",
    "profiles/quick.yaml",
    "profiles/cifar10.yaml",
    "profiles/imagenet.yaml",
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made from a copy of this checkout in which `scale` and a user have left files."""
    folder = tmp_path_factory.mktemp("wheel")
    checkout = folder / "checkout"
    for name in SOURCES:
        source, target = ROOT / name, checkout / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "scaled"))
        else:
            shutil.copy(source, target)
    for name in ("scaled/efficientnet_b0_phi3.yaml", "profiles/mine.yaml", "mine.yaml"):
        (checkout / "configs" / name).parent.mkdir(exist_ok=True)
        (checkout / "configs" / name).write_text("name: mine\n", encoding="utf-8")
    _python(checkout, "-m", "hatchling", "build", "-t", "sdist", "-d", str(folder))
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    unpacked = folder / sdist.name.removesuffix(".tar.gz")
    pip = ("-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation")
    _python(folder, *pip, "-w", str(folder), str(unpacked))
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The console script in an environment of its own, which borrows the libraries of this one."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    pip = ("-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index")
    _python(home, *pip, str(wheel))
    (site,) = home.glob("lib/python*/site-packages")
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home / "bin" / "scalesearch"


def _python(folder: Path, *arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_wheel_carries_the_shipped_configs_and_nothing_of_a_user(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    shipped = {name.removeprefix("scalesearch/shipped/") for name in names if "/shipped/" in name}
    assert shipped == CONFIGS
    assert not [name for name in names if "scaled/" in name or "mine" in name]


def test_the_list_of_shipped_configs_is_complete() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "configs"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode:
        pytest.skip("not a git checkout")
    assert {name.removeprefix("configs/") for name in tracked.stdout.split()} == CONFIGS


def test_the_wheel_carries_every_file_of_the_package_and_no_other(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    package = {
        str(file.relative_to(ROOT))
        for file in (ROOT / "scalesearch").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    carried = {name for name in names if ".dist-info/" not in name and "/shipped/" not in name}
    assert carried == package
    data = ("page.css", "page.js", "table2_imagenet.csv")
    data += ("table3_scaling.csv", "table7_cam_models.csv")
    assert {f"scalesearch/report/{name}" for name in data} <= carried
    assert "scalesearch/py.typed" in carried
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_it_answers_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    def call(line: str) -> Any:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            [installed, *line.split()],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    assert call("cost efficientnet_b0 --json")["macs"] == 385_825_092
    assert call("scale --phi 3 --json")["resolution"] == 341
    assert call("grid --dry-run --json")["distinct_proxies"] >= 11
    assert [path.name for path in tmp_path.iterdir()] == ["configs"]
    assert call("cost efficientnet_b0_phi3 --json")["resolution"] == 341
