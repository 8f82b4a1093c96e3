"""The pure part of the measurements: how far rankings agree."""

import math

import pytest

from scalesearch.errors import ScaleSearchError
from tests.benchmarks import agreement, records, summary

FIRST = {"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.6}


def test_equal_and_reversed_rankings_have_tau_1_and_minus_1() -> None:
    backwards = dict(zip(FIRST, reversed(FIRST.values()), strict=True))
    assert agreement.pairwise_tau([FIRST, dict(FIRST)])[0, 1] == pytest.approx(1)
    assert agreement.pairwise_tau([FIRST, backwards])[0, 1] == pytest.approx(-1)


def test_one_swapped_pair_of_four_costs_a_third() -> None:
    swapped = FIRST | {"a": 0.8, "b": 0.9}  # 5 pairs agree, 1 does not: (5 - 1) / 6
    assert agreement.pairwise_tau([FIRST, swapped])[0, 1] == pytest.approx(2 / 3)


def test_a_tie_counts_by_tau_b() -> None:
    tied = FIRST | {"b": 0.9}  # 5 pairs agree, 1 is tied in one ranking: 5 / sqrt(6 * 5)
    assert agreement.pairwise_tau([FIRST, tied])[0, 1] == pytest.approx(5 / math.sqrt(30))


def test_only_candidates_of_every_search_are_compared() -> None:
    other = {"d": 0.1, "c": 0.2, "b": 0.3, "x": 0.9}
    assert agreement.common([FIRST, other]) == ["b", "c", "d"]
    assert agreement.pairwise_tau([FIRST, other])[0, 1] == pytest.approx(1)


def test_a_page_holds_its_tables_and_the_machine(tmp_path) -> None:
    rows = [{"name": "a", "seconds": 1.25}, {"name": "b", "seconds": None}]
    page = records.write(tmp_path, "x", "A title", ["A line."], [records.Table("", "Rows", rows)])
    assert "| name | seconds |\n| --- | ---: |\n| a | 1.25 |\n| b |  |" in page
    assert all(f"- {key}: " in page for key in ("date", "processor", "cores", "versions"))
    assert (tmp_path / "x.csv").read_text() == "name,seconds\na,1.25\nb,\n"
    assert (tmp_path / "x.md").read_text() == page


KERAS = "Keras `fit`, the better of that and 2 processes x 1 thread"


def test_the_summary_says_what_was_reached_what_was_not_and_what_is_missing(tmp_path) -> None:
    tables = {
        "loop": "what,times_ours\nscalesearch grid,1\nplain loop,12.5\ndecent loop,3.96\n",
        "startup": "what,median_seconds\nours,0.25\nbare,0.2\n",
        "throughput": "resolution,times_keras_as_it_comes,times_keras,times_pytorch,"
        "times_1_worker,input_percent_of_step\n"
        "32,4,3.5,2,1.9,0.6\n64,3,2.5,1.4,1.8,0.6\n32,4,3.25,2,1.95,0.6\n",
        "counting": "architectures_a_second\n9000\n10000\n11000\n",
        "counting_profiler": "profiler_seconds\n2\n3\n9\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    page = summary.run(tmp_path)
    assert (tmp_path / "README.md").read_text() == page
    lines = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")][2:]
    told = {(line[0].strip("| "), line[1]): line[2:5] for line in lines}
    assert [cells for (what, _), cells in told.items() if "search" in what] == [
        ["10", "12.5", "yes"]
    ]
    assert told["training images a second of the machine, B0's blocks at 32 pixels", KERAS] == [
        "3", "3.25 to 3.5", "yes",
    ]  # fmt: skip
    by_peer = {peer: cells for (_, peer), cells in told.items()}
    assert by_peer["the decent loop: one process, each network once"] == ["4", "3.96", "no"]
    assert by_peer["one worker"] == ["1.9", "1.8 to 1.95", "2 of 3"]
    assert by_peer["the step"] == ["at most 3", "0.6", "yes"]
    assert by_peer["TensorFlow's profiler"] == ["10,000", "30,000", "yes"]
    assert by_peer["a bare Typer program"] == ["at most 1.3", "1.25", "yes"]
    assert by_peer["Keras `fit` to its first step"] == ["4", "not yet", "no"]


def test_a_table_of_an_older_form_is_named_with_what_to_do(tmp_path) -> None:
    (tmp_path / "loop.csv").write_text("what,seconds\nplain loop,12.5\n")
    with pytest.raises(ScaleSearchError, match=r"lacks the column times_ours.*-m tests"):
        summary.run(tmp_path)


def test_kendall_tau_of_equal_and_reversed_rankings():
    assert agreement.kendall_tau([1, 2, 3], [10, 20, 30]) == pytest.approx(1)
    assert agreement.kendall_tau([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
