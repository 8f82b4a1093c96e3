"""coefficients.yaml as a report reads it: what cannot be put in words is refused, and named."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scalesearch.config.answer_file import read_answer, write_answer
from scalesearch.config.coefficients import write_coefficients
from scalesearch.core.answer import Answer, Ranked, Sizes
from scalesearch.core.candidates import Shares
from scalesearch.core.estimates import Beats, Estimate, More, Proof, Region
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.resolution import Resolution
from scalesearch.errors import StudyError

KEYS = (
    "baseline study created alpha beta gamma phi names shares realised instead top1 baseline_top1 "
    "gain expected_regret regret within beats proof region more noise trainings epochs stopped_by "
    "rule candidates beating_baseline warning failed_trainings estimated_seconds search_seconds "
    "profile dataset command settings versions"
)
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
        instead="The best point itself has more parameters than asked for.",
        top1=Estimate(0.61, 0.6, 0.62),
        baseline_top1=Estimate(0.5, 0.48, 0.52),
        gain=Estimate(0.11, 0.09, 0.13),
        expected_regret=0.14,
        regret=0.15,
        within=0.87,
        beats=Beats(0.99, 0.8, None),
        proof=Proof(12, None, None),
        region=Region(0.2, (SHARES, Shares(0.5, 0.25, 0.25))),
        more=(More(15, None, 0.1), More(45, 60.0, 0.08)),
        noise=0.9,
        trainings=4,
        epochs=12,
        stopped_by="trainings",
        rule="The highest: of all points of the triangle.",
        candidates=(
            Ranked(
                names=("paper",),
                shares=SHARES,
                trainings=2,
                top1_mean=0.61,
                top1_std=0.01,
                surface=Estimate(0.6, 0.59, 0.61),
                own=Estimate(0.61, 0.6, 0.62),
                best=0.7,
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
    assert " ".join(keys) == KEYS


def test_an_answer_gives_the_coefficients_that_scale_takes(answer) -> None:
    assert answer.coefficients == Coefficients(1.2, 1.1, 1.15)
    assert answer.name == "paper; 1.2,1.1,1.15"


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
        ("candidates", [{"names": ["a"]}], "`candidates[0]` needs a field `shares`"),
        ("candidates", [3], "`candidates[0]` must be fields"),
        ("more", [{"trainings": 3}], "`more[0]` needs a field `seconds`"),
        ("more", "much", "`more` must be a list. Got 'much'"),
        ("region", {"share": 2, "shares": []}, "`region.share` must be a number from 0 to 1"),
        ("beats", {"depth": 1}, "`beats` needs a field `width`"),
        ("beats", {"height": 1}, "`beats.height` is not a known field"),
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


@pytest.mark.parametrize("absent", ["warning", "command", "beating_baseline"])
def test_what_a_study_could_not_find_out_may_be_null(file, absent: str) -> None:
    _edit(file, f"{absent}:", f"{absent}: null")
    assert getattr(read_answer(file), absent) is None


@pytest.mark.parametrize(
    ("field", "line", "said"),
    [
        ("alpha:", "alpha: nan", "`alpha` must be a number above 0. Got 'nan'."),
        ("alpha:", "alpha: .nan", "`alpha` must be a number above 0. Got nan."),
        ("beta:", "beta: x", "`beta` must be a number above 0. Got 'x'."),
        ("gamma:", "gamma: 0", "`gamma` must be a number above 0. Got 0."),
        ("phi:", "phi: 1000000", "`phi` must be a number from -100 to 100. Got 1000000."),
        ("within:", "within: [1]", "`within` must be a number from 0 to 1. Got a list."),
        ("within:", "within: null", "`within` must be a number from 0 to 1. Got nothing."),
        ("regret:", "regret: 0", "`regret` must be a number above 0. Got 0."),
        ("noise:", "noise: x", "`noise` must be a number of at least 0. Got 'x'."),
        ("trainings:", "trainings: 2.5", "`trainings` must be a whole number of at least 1."),
        ("stopped_by:", "stopped_by: luck", "`stopped_by` must be one of regret, trainings."),
        ("names:", "names: 3", "`names` must be a list of names. Got 3."),
        ("warning:", "warning: [1]", "`warning` must be text. Got a list."),
        ("  macs:", "  macs: many", "`realised.macs` must be a whole number of at least 1."),
        ("  repeats:", "  repeats: [x]", "`realised.repeats` must be blocks of each stage"),
        ("    learning_rate:", "    learning_rate: .inf", "numbers must be finite. Got inf."),
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


@pytest.mark.parametrize(
    "name", ["realised", "shares", "top1", "beats", "region", "settings", "versions"]
)
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
    del values["names"], values["within"]
    path = tmp_path / "coefficients.yaml"
    write_coefficients(path, values)
    with pytest.raises(StudyError, match=rf"{path} lacks names, within\. Run the same"):
        read_answer(path)
