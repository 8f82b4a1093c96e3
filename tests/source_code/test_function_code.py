"""A network's code is the user's modules that it imports, what they read, and nothing else."""

import importlib
import sys
from pathlib import Path

import pytest

from scalesearch.source_code import files_read
from scalesearch.source_code.function_code import changed, code_of, have

FILES = {
    "mynet.py": """
        import numpy as np
        import yaml
        from json import loads
        from helpers import blocks
        from helpers.sizes import *
        from scalesearch.core.limits import RESOLUTION

        def build(depth, width, resolution, classes):
            import keras, lazy
            return lazy
        """,
    "helpers/__init__.py": "",
    "helpers/blocks.py": "from . import deeper\nfrom .sizes import WIDTH\n",
    "helpers/deeper.py": "DEPTH = 3\n",
    "helpers/sizes.py": "WIDTH = 16\n",
    "helpers/unused.py": "raise RuntimeError\n",
    "lazy.py": "import optional_module\n",
    "train.py": "import mynet\n",
}
USED = {
    "mynet.py", "helpers/__init__.py", "helpers/blocks.py", "helpers/deeper.py",
    "helpers/sizes.py", "lazy.py", "package PyYAML",
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The files above in the current folder, their modules forgotten afterwards."""
    import textwrap

    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(textwrap.dedent(text))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()
    yield tmp_path
    forget(tmp_path)


def forget(folder: Path) -> None:
    """As in a new process: the modules in the folder are not imported yet."""
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(folder)):
            del sys.modules[name]
    importlib.invalidate_caches()


def imported(name: str) -> dict[str, str]:
    with files_read.watched():
        importlib.import_module(name)
    return code_of(name)


def test_all_that_is_imported_counts_by_file_and_packages_by_version(project: Path) -> None:
    code = imported("mynet")
    assert set(code) == USED
    assert code["package PyYAML"] == importlib.metadata.version("PyYAML")
    assert changed(code.items(), "mynet") == []


def test_code_is_the_same_wherever_it_lies_and_whoever_asks(project: Path, monkeypatch) -> None:
    before = imported("mynet")
    forget(project)
    moved = project.rename(project.with_name("elsewhere"))
    monkeypatch.chdir(moved)
    monkeypatch.setattr(sys, "path", [str(moved), *sys.path])
    assert changed(before.items(), "mynet") == []  # as a worker asks, that has not imported it
    assert imported("mynet") == before
    forget(moved)


@pytest.mark.parametrize("name", sorted(USED - {"package PyYAML"}))
def test_a_changed_module_is_named_and_a_comment_in_it_is_not(project: Path, name: str) -> None:
    before = imported("mynet").items()
    text = (project / name).read_text()
    (project / name).write_text(f'"""Words."""\n\n# more words\n{text}\n')
    assert changed(before, "mynet") == []
    (project / name).write_text(f"{text}\nSIZE = 4\n")
    assert changed(before, "mynet") == [name]


def test_what_is_beside_it_and_not_imported_is_nothing_to_it(project: Path) -> None:
    before = imported("mynet").items()
    (project / "train.py").write_text("import mynet, torch\n")
    (project / "helpers" / "unused.py").unlink()
    (project / "notes.txt").write_text("words")
    assert changed(before, "mynet") == []


def test_an_optional_module_that_appears_is_a_change(project: Path) -> None:
    before = imported("mynet").items()
    (project / "optional_module.py").write_text("FAST = True\n")
    importlib.invalidate_caches()
    assert changed(before, "mynet") == ["optional_module.py"]


def test_a_module_that_is_found_by_a_computed_name_counts(project: Path) -> None:
    (project / "by_name.py").write_text(
        "import importlib\nBLOCK = importlib.import_module('helpers.' + 'un' + 'named')\n"
    )
    (project / "helpers" / "unnamed.py").write_text("WIDTH = 1\n")
    before = imported("by_name")
    assert "helpers/unnamed.py" in before
    (project / "helpers" / "unnamed.py").write_text("WIDTH = 2\n")
    assert changed(before.items(), "by_name") == ["helpers/unnamed.py"]


def test_files_that_are_read_count_and_those_that_are_written_do_not(project: Path) -> None:
    (project / "configured.py").write_text(
        "import json, pathlib\n"
        "HERE = pathlib.Path(__file__)\n"
        "SIZES = json.loads(HERE.with_suffix('.json').read_text())\n"
        "open('sizes.yaml').close()\n"
        "open(HERE.parent / '.cache' / 'x').close()\n"
        "log = open('run.log', 'a+'); log.write('again\\n'); log.close(); open('run.log').read()\n"
    )
    (project / "configured.json").write_text("[1, 2]")
    (project / "sizes.yaml").write_text("width: 1")
    (project / ".cache").mkdir()
    (project / ".cache" / "x").touch()
    before = imported("configured")
    assert set(before) == {"configured.py", "configured.json", "sizes.yaml"}
    (project / "run.log").write_text("other")
    assert changed(before.items(), "configured") == []
    (project / "sizes.yaml").write_text("width: 2")
    (project / "configured.json").unlink()
    assert changed(before.items(), "configured") == ["configured.json", "sizes.yaml"]


def test_weights_that_hdf5_reads_count_by_the_name_in_the_code(project: Path) -> None:
    (project / "helpers" / "start.weights.h5").write_bytes(b"1")
    (project / "helpers" / "start.py").write_text("def load(m): m.load_weights('start.weights.h5')")
    (project / "started.py").write_text("from helpers import start\n")
    before = imported("started").items()
    (project / "helpers" / "start.weights.h5").write_bytes(b"2")
    assert changed(before, "started") == ["helpers/start.weights.h5"]


@pytest.mark.parametrize("local", [False, True])
def test_an_installed_package_counts_by_version_unless_it_came_from_a_folder(
    project: Path, monkeypatch, local: bool
) -> None:
    place = project / "site-packages"
    (place / "teamlib").mkdir(parents=True)
    (place / "teamlib" / "__init__.py").write_text("WIDTH = 1\n")
    info = place / "teamlib-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: teamlib\nVersion: 1.2\n")
    (info / "RECORD").write_text("teamlib/__init__.py,,\n")
    if local:
        (info / "direct_url.json").write_text('{"url": "file:///home/me/teamlib", "dir_info": {}}')
    monkeypatch.setattr(sys, "path", [*sys.path, str(place)])
    (project / "team.py").write_text("import teamlib\n")
    importlib.invalidate_caches()
    before = imported("team")
    package = {"teamlib/__init__.py"} if local else {"package teamlib"}
    assert set(before) == {"team.py"} | package
    (place / "teamlib" / "__init__.py").write_text("WIDTH = 2\n")
    assert changed(before.items(), "team") == (sorted(package) if local else [])


def test_modules_in_a_zip_archive_are_read_there(project: Path, monkeypatch) -> None:
    import zipfile

    with zipfile.ZipFile(project / "nets.zip", "w") as archive:
        archive.writestr("zipped.py", "import zipped_blocks\n")
        archive.writestr("zipped_blocks.py", "WIDTH = 1\n")
    monkeypatch.setattr(sys, "path", [str(project / "nets.zip"), *sys.path])
    assert {"zipped.py", "zipped_blocks.py"} <= set(imported("zipped"))


def test_a_cache_that_the_code_makes_for_itself_does_not_stop_its_workers(project: Path) -> None:
    (project / "caching.py").write_text(
        "from pathlib import Path\n"
        "FILE = Path('sizes.cache')\n"
        "FILE.read_text() if FILE.exists() else FILE.write_text('1')\n"
    )
    before = imported("caching")
    assert set(before) == {"caching.py"}
    forget(project)
    files_read._WRITTEN.clear()  # as in another process
    with files_read.watched():
        importlib.import_module("caching")
    assert changed(before.items(), "caching") == []


@pytest.mark.parametrize(
    ("name", "text", "same", "other"),
    [
        ("a.json", '{"w": [1, 2]}', '{\n  "w": [1,2]\n}\n', '{"w": [1, 3]}'),
        ("a.yaml", "w: [1, 2]", "# words\nw:\n  - 1\n  - 2\n", "w: [2, 1]"),
        ("a.toml", "w = [1, 2]", "# words\nw = [1,\n 2]", "w = [1.0, 2]"),
        ("a.json", "no json", "no json", "no  json"),
        ("a.txt", "1 2", "1 2", "1  2"),
    ],
)
def test_a_settings_file_counts_by_its_values(
    project: Path, name: str, text: str, same: str, other: str
) -> None:
    (project / name).write_text(text)
    (project / "settled.py").write_text(f"TEXT = open({name!r}).read()\n")
    before = imported("settled").items()
    (project / name).write_text(same)
    assert changed(before, "settled") == []
    (project / name).write_text(other)
    assert changed(before, "settled") == [name]


def test_names_are_the_subject_of_a_sentence() -> None:
    assert have(["a.py"]) == "a.py has"
    assert have(["a.py", "b.py"]) == "a.py and b.py have"
    assert have([f"{name}.py" for name in "abcdef"]) == "a.py, b.py, c.py and 3 other files have"


CACHING = """
from pathlib import Path

FILE = Path("kept.json")


def build():
    if not FILE.exists():
        FILE.write_text("1")
    return FILE.read_text()


def log():
    text = Path("calls.txt").read_text() if Path("calls.txt").exists() else ""
    Path("calls.txt").write_text(text + "a call\\n")
"""


def test_a_cache_is_the_same_code_for_who_writes_it_and_who_finds_it(project: Path) -> None:
    (project / "kept.py").write_text(CACHING)

    def used() -> dict[str, str]:
        with files_read.watched():
            module = importlib.import_module("kept")
            for _ in range(2):
                module.build()
                module.log()
        return code_of("kept")

    first = used()
    assert set(first) == {"kept.py", "kept.json"}
    files_read._WRITTEN.clear()  # as in another process
    files_read._READ.clear()
    assert used() == first
