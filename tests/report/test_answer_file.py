"""coefficients.yaml as a report reads it: what cannot be put in words is refused, and named."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scalesearch.config.answer_file import read_answer, write_answer
from scalesearch.config.coefficients import write_coefficients
from scalesearch.core.answer import Answer, Finalist, Ranked, Sizes
from scalesearch.core.candidates import Shares
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.resolution import Resolution
from scalesearch.errors import StudyError
from scalesearch.report import answer_text

KEYS = [
    "baseline",
    "study",
    "created",
    "alpha",
    "beta",
    "gamma",
    "phi",
    "names",
    "shares",
    "realised",
    "top1_mean",
    "top1_std",
    "seeds",
    "baseline_top1_mean",
    "baseline_top1_std",
    "gain",
    "gain_on_further_seeds",
    "tie",
    "tied_with",
    "rule",
    "chosen_from",
    "ranking",
    "finalists",
    "beating_baseline",
    "warning",
    "failed_trainings",
    "estimated_seconds",
    "search_seconds",
    "profile",
    "dataset",
    "command",
    "settings",
    "versions",
]
SHARES = Shares(0.25, 0.25, 0.5)


@pytest.fixture
def answer() -> Answer:
    """With all that a search writes, of every type that it has."""
    return Answer(
        baseline="efficientnet_b0",
        study="mine",
        created="2025-11-23T09:12:44+00:00",
        alpha=1.2,
        beta=1.1,
        gamma=1.15,
        phi=1.0,
        names=("paper", "1.2,1.1,1.15"),
        shares=SHARES,
        realised=Sizes(
            repeats=(1, 3, 4),
            width=1.1,
            resolution=Resolution(258, 184),
            macs=803_358_000,
            params=7_900_000,
            acts=10**7,
            counted_ratio=2.0,
            shares=SHARES,
        ),
        top1_mean=0.61,
        top1_std=None,
        seeds=1,
        baseline_top1_mean=0.5,
        baseline_top1_std=None,
        gain=0.11,
        gain_on_further_seeds=None,
        tie=True,
        tied_with=("paper; 1.2,1.1,1.15", "depth alone"),
        rule="The cheapest: of those that cannot be told apart.",
        chosen_from=2,
        ranking=(
            Ranked(names=("paper",), top1_mean=0.61, top1_smoothed=0.6, cut_at=None),
            Ranked(names=("depth alone",), top1_mean=0.4, top1_smoothed=None, cut_at=0.25),
        ),
        finalists=(
            Finalist(
                names=("paper",), alpha=1.2, beta=1.1, gamma=1.15, top1_mean=0.61, top1_std=None,
                seeds=1,
            ),
        ),
        beating_baseline=0.5,
        warning=None,
        failed_trainings=0,
        estimated_seconds=None,
        search_seconds=12.5,
        profile="quick",
        dataset="digits",
        command="scalesearch grid --phi 1",
        settings={"phi": 1.0, "recipe": {"epochs": 12}, "seeds": [0, 1]},
        versions={"scalesearch": "0.1.0"},
    )  # fmt: skip


@pytest.fixture
def file(tmp_path: Path, records, make_coefficients) -> Path:
    path = tmp_path / "coefficients.yaml"
    write_coefficients(path, make_coefficients(records))
    return path


def _edit(path: Path, pattern: str, line: str) -> int:
    """Replace the one line that begins so; its number."""
    text = path.read_text(encoding="utf-8")
    (found,) = re.finditer(f"^{pattern}.*$", text, re.M)
    path.write_text(text[: found.start()] + line + text[found.end() :], encoding="utf-8")
    return text.count("\n", 0, found.start()) + 1


def test_what_was_written_is_read_as_it_was(file, records, make_coefficients) -> None:
    found = read_answer(file).to_json()
    written = make_coefficients(records)
    written["realised"]["repeats"] = str(written["realised"]["repeats"])
    assert {name: found[name] for name in written} == written
    absent = {name: value for name, value in found.items() if name not in written}
    assert set(absent.values()) == {None}


def test_an_answer_is_written_and_read_back_whole_and_to_the_byte(tmp_path, answer) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    write_answer(first, answer)
    found = read_answer(first)
    assert found == answer
    write_answer(second, found)
    assert second.read_bytes() == first.read_bytes()


def test_the_keys_of_the_file_are_these_in_this_order(tmp_path, answer) -> None:
    write_answer(tmp_path / "a.yaml", answer)
    lines = (tmp_path / "a.yaml").read_text(encoding="utf-8").splitlines()
    keys = [line.partition(":")[0] for line in lines if line[0] not in " -"]
    assert keys == KEYS


def test_an_answer_gives_the_coefficients_that_scale_takes(answer) -> None:
    assert answer.coefficients == Coefficients(1.2, 1.1, 1.15)
    assert answer.name == "paper; 1.2,1.1,1.15"
    assert answer.cut == 1


def test_an_answer_loads_no_library() -> None:
    code = (
        "import sys; from scalesearch.core.answer import Answer; "
        "print({'yaml', 'numpy', 'pandas', 'optuna'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ranking", [{"names": ["a"]}], "`ranking[0]` needs a field `top1_mean`"),
        ("ranking", [3], "`ranking[0]` must be fields"),
        ("finalists", "many", "`finalists` must be a list of networks. Got 'many'"),
        ("failed_trainings", -1, "`failed_trainings` must be a whole number of at least 0"),
        ("created", None, "`created` must be text. Got nothing"),
    ],
)
def test_what_an_answer_lists_is_checked_too(
    tmp_path, records, make_coefficients, name: str, value: Any, said: str
) -> None:
    path = tmp_path / "coefficients.yaml"
    write_coefficients(path, make_coefficients(records, **{name: value}))
    with pytest.raises(StudyError) as caught:
        read_answer(path)
    assert said in str(caught.value)


@pytest.mark.parametrize("absent", ["top1_std", "baseline_top1_mean", "beating_baseline"])
def test_what_a_study_could_not_find_out_may_be_null(file, absent: str) -> None:
    _edit(file, f"{absent}:", f"{absent}: null")
    assert answer_text.answer(read_answer(file))


@pytest.mark.parametrize(
    ("field", "line", "said"),
    [
        ("alpha:", "alpha: nan", "`alpha` must be a number above 0. Got 'nan'."),
        ("alpha:", "alpha: .nan", "`alpha` must be a number above 0. Got nan."),
        ("beta:", "beta: x", "`beta` must be a number above 0. Got 'x'."),
        ("gamma:", "gamma: 0", "`gamma` must be a number above 0. Got 0."),
        ("phi:", "phi: 1000000", "`phi` must be a number from -100 to 100. Got 1000000."),
        ("top1_mean:", "top1_mean: [1]", "`top1_mean` must be a number from 0 to 1. Got a list."),
        ("top1_mean:", "top1_mean: null", "`top1_mean` must be a number from 0 to 1. Got nothing."),
        ("top1_std:", "top1_std: x", "`top1_std` must be a number from 0 to 1. Got 'x'."),
        ("seeds:", "seeds: 2.5", "`seeds` must be a whole number of at least 1. Got 2.5."),
        ("tie:", "tie: perhaps", "`tie` must be true or false. Got 'perhaps'."),
        ("names:", "names: 3", "`names` must be a list of names. Got 3."),
        ("tied_with:", "tied_with: [[1]]", "`tied_with` must be a list of names. Got a list."),
        ("warning:", "warning: [1]", "`warning` must be text. Got a list."),
        ("  macs:", "  macs: many", "`realised.macs` must be a whole number of at least 1."),
        ("  repeats:", "  repeats: [x]", "`realised.repeats` must be blocks of each stage"),
        ("gain:", "gain: .inf", "numbers must be finite. Got inf."),
    ],
)
def test_a_field_that_breaks_its_rule_is_named_with_file_line_and_remedy(
    file, field: str, line: str, said: str
) -> None:
    number = _edit(file, field, line)
    with pytest.raises(StudyError) as caught:
        read_answer(file)
    assert f"{file}, line {number}: {said}" in str(caught.value)
    assert str(caught.value).endswith(
        "Run the same `scalesearch grid` command again to write it anew."
    )


@pytest.mark.parametrize("name", ["realised", "shares", "settings", "versions"])
@pytest.mark.parametrize("value", [3, "x", [1]])
def test_a_group_of_fields_that_is_none_is_named(
    tmp_path, records, make_coefficients, name: str, value: Any
) -> None:
    path = tmp_path / "coefficients.yaml"
    write_coefficients(path, make_coefficients(records, **{name: value}))
    with pytest.raises(StudyError, match=rf"coefficients\.yaml, line \d+: `{name}` must be fields"):
        read_answer(path)


@pytest.mark.parametrize("name", ["repeats", "macs", "shares.depth"])
def test_a_field_missing_inside_a_group_is_named(
    tmp_path, records, make_coefficients, name: str
) -> None:
    values = make_coefficients(records)
    group = values["shares"] if name.startswith("shares.") else values["realised"]
    del group[name.removeprefix("shares.")]
    path = tmp_path / "coefficients.yaml"
    write_coefficients(path, values)
    with pytest.raises(StudyError, match=name.removeprefix("shares.")):
        read_answer(path)


def test_a_missing_field_is_named_with_the_file(tmp_path, records, make_coefficients) -> None:
    values = make_coefficients(records)
    del values["names"], values["top1_std"]
    path = tmp_path / "coefficients.yaml"
    write_coefficients(path, values)
    with pytest.raises(StudyError, match=rf"{path} lacks names, top1_std\. Run the same"):
        read_answer(path)
