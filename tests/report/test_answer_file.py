"""coefficients.yaml as a report reads it: what cannot be put in words is refused, and named."""

import re
from pathlib import Path
from typing import Any

import pytest

from scalesearch.config.coefficients import write_coefficients
from scalesearch.errors import StudyError
from scalesearch.report import answer_file, answer_text


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
    assert answer_file.read(file) == make_coefficients(records)


@pytest.mark.parametrize("absent", ["top1_std", "baseline_top1_mean", "beating_baseline"])
def test_what_a_study_could_not_find_out_may_be_null(file, absent: str) -> None:
    _edit(file, f"{absent}:", f"{absent}: null")
    assert answer_text.answer(answer_file.read(file))


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
        answer_file.read(file)
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
        answer_file.read(path)


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
        answer_file.read(path)


def test_a_missing_field_is_named_with_the_file(tmp_path, records, make_coefficients) -> None:
    values = make_coefficients(records)
    del values["names"], values["top1_std"]
    path = tmp_path / "coefficients.yaml"
    write_coefficients(path, values)
    with pytest.raises(StudyError, match=rf"{path} lacks names, top1_std\. Run the same"):
        answer_file.read(path)
