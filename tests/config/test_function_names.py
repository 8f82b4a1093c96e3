"""However a Python function is spelled, the answer leads to package.module:function."""

from pathlib import Path

import pytest

from scalesearch.config.function_names import function_hint
from scalesearch.config.shipped_files import find_network
from scalesearch.errors import ConfigError


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    for name in ("nets.py", "my-net.py", "sub/nets.py", "nb.ipynb"):
        (tmp_path / name).write_text("")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nets.py:plain", "here nets:plain."),
        ("./nets.py:plain", "here nets:plain."),
        ("./nets:plain", "here nets:plain."),
        ("sub/nets.py:plain", "here sub.nets:plain."),
        ("nets.plain", "here nets:plain."),
        ("sub.nets.plain", "here sub.nets:plain."),
        ("nets:plain()", "here nets:plain."),
        ("nets:plain(depth=1)", "here nets:plain."),
        ("nets::plain", "here nets:plain."),
        ("nets:", "here nets:FUNCTION."),
        ("nets", "here nets:FUNCTION."),
        ("nets.py", "here nets:FUNCTION."),
        ("../other/nets.py:plain", "here nets:plain, in the folder ../other."),
        ("my-net:plain", "here my_net:plain. Python imports nothing of such a name: rename my-net"),
        ("nb.ipynb:build", "here nb:build. A notebook cannot be imported: write the function into"),
        (":plain", "A Python function is given as package.module:function."),
        ("/:plain", "A Python function is given as package.module:function."),
    ],
)
def test_a_spelling_leads_to_the_function(name: str, said: str) -> None:
    assert said in function_hint(name)


@pytest.mark.parametrize(
    "name", ["nets:plain", "sub.nets:plain", "resnet51", "nets.yaml", "", ".."]
)
def test_a_right_name_and_another_kind_of_name_need_no_word_of_functions(name: str) -> None:
    assert function_hint(name) == ""


@pytest.mark.parametrize("name", ["nets.py", "nets::plain", "nets.plain"])
def test_what_is_no_table_is_answered_with_the_function(name: str) -> None:
    with pytest.raises(ConfigError, match=f"no baseline '{name}'. A Python function is given as"):
        find_network(name)
