"""What a name on the command line finds: a shipped table, one in the current folder, a file."""

from pathlib import Path

import pytest

from scalesearch.config.shipped_files import (
    find_network,
    find_profile,
    load_network,
    shipped_folder,
)
from scalesearch.errors import ConfigError

MINE = """\
name: mine
resolution: 32
classes: 10
stages:
  - {block: conv, kernel: 3, stride: 2, channels: 16}
"""


def test_names_are_found_shipped_then_in_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_network("efficientnet_b0") == shipped_folder() / "efficientnet_b0.yaml"
    for folder, name in (("configs", "mine"), ("configs/scaled", "mine_phi3")):
        Path(folder).mkdir(exist_ok=True)
        (Path(folder) / f"{name}.yaml").write_text(MINE)
        assert find_network(name) == Path(folder) / f"{name}.yaml"
    (tmp_path / "configs/odd.txt").write_text(MINE)
    assert load_network("configs/odd.txt").name == "mine"
    assert load_network(str(tmp_path / "configs/mine.yaml")).name == "mine"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("efficientnet_bo", "There is no baseline 'efficientnet_bo' (nearest: efficientnet_b0"),
        ("zzz", "(known: efficientnet_b0"),
        ("nowhere/mine.yaml", "There is no file nowhere/mine.yaml"),
        ("efficientnet-b0.yaml", "There is no file efficientnet-b0.yaml"),
        ("", "There is no baseline ''"),
        ("x" * 5000, "No baseline can be named"),
        ("a\0b", "no baseline"),
        ("..", "no baseline"),
    ],
)
def test_unknown_names_are_answered_with_the_nearest(
    name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as caught:
        find_network(name)
    assert said.lower() in str(caught.value).lower()


def test_unknown_profiles_are_answered_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="nearest: quick"):
        find_profile("quik")
