"""`scale` beyond its contract: where coefficients come from, what is written where."""

import json
from pathlib import Path

import pytest

from scalesearch.config.coefficients import write_coefficients

STUDY = {
    "baseline": "efficientnet_b0",
    "alpha": 1.3,
    "beta": 1.05,
    "gamma": 1.2,
    "phi": 1,
    "study": "mine",
    "created": "2025-01-02T03:04:05+00:00",
}


def _study(folder: str = "results", **changes: object) -> None:
    values = STUDY | changes
    write_coefficients(Path(folder) / str(values["study"]) / "coefficients.yaml", values)


def test_without_a_study_the_papers_coefficients_are_used_and_said(run) -> None:
    answer = run("scale --phi 1")
    assert "alpha 1.2, beta 1.1, gamma 1.15" in answer.out
    assert "the paper's, for want of a study of efficientnet_b0 under results/" in answer.out


def test_the_newest_study_of_the_baseline_is_used_and_said(run) -> None:
    _study()
    _study(study="newer", created="2025-02-01", alpha=1.4)
    _study(study="other", created="2026-01-01", baseline="resnet50")
    answer = run("scale --phi 1 --json").json
    assert (answer["alpha"], answer["source"], answer["study"]) == (1.4, "study", "newer")
    assert "newest study, results/newer (2025-02-01 00:00)" in run("scale --phi 1").out


def test_a_named_study_is_used(run) -> None:
    _study("elsewhere")
    _study("elsewhere", study="newer", created="2025-02-01")
    answer = run("scale --phi 1 --study mine --results elsewhere --json").json
    assert (answer["alpha"], answer["study"]) == (1.3, "mine")


def test_given_coefficients_come_before_any_study(run) -> None:
    _study()
    given = ("--alpha", "0.9", "--beta", "1.5", "--gamma", "1")
    answer = run("scale", "--phi", "1", *given, "--json").json
    assert (answer["alpha"], answer["beta"], answer["source"]) == (0.9, 1.5, "options")


def test_a_written_network_is_a_baseline_again(run) -> None:
    run("scale --phi 1")
    for baseline in ("efficientnet_b0_phi1", "configs/scaled/efficientnet_b0_phi1.yaml"):
        answer = run("scale", "--baseline", baseline, "--phi", "1", "--json").json
        assert answer["name"] == "efficientnet_b0_phi1_phi1"
        assert run("cost", baseline, "--json").json["name"] == "efficientnet_b0_phi1"


def test_out_is_a_file_or_a_folder(run) -> None:
    assert run("scale --phi 1 --out a/b.yaml --json").json["path"] == "a/b.yaml"
    answer = run("scale --phi 1 -o c --json").json
    assert answer["path"] == "c/efficientnet_b0_phi1.yaml"


def test_the_same_command_writes_the_same_bytes_again(run) -> None:
    first = run("scale --phi 2 --json").out
    content = Path(json.loads(first)["path"]).read_bytes()
    assert run("scale --phi 2 --json").out == first
    assert Path(json.loads(first)["path"]).read_bytes() == content


def test_what_scale_did_not_write_is_left_alone(run) -> None:
    run("scale --phi 1 --out base.yaml")
    content = Path("base.yaml").read_bytes()
    answer = run("scale --baseline base.yaml --phi 1 --out base.yaml")
    assert answer.code == 2
    assert Path("base.yaml").read_bytes() == content
    Path("mine.yaml").write_text("name: mine\n")
    answer = run("scale --phi 1 --out mine.yaml")
    assert (answer.code, Path("mine.yaml").read_text()) == (2, "name: mine\n")
    assert "left alone" in answer.err


def test_scaling_down_shows_what_the_rounding_gives_away(run) -> None:
    words = "48% by the formula, 22% with its rounding: 26 points undershoot"
    assert words in run("scale --phi -1").out
    assert "16 blocks where the formula asks for 13.3" in run("scale --phi -1").out
    equal = run("scale --phi -1 --equal-cost").out
    assert words in equal
    assert "50% of the cost" in equal
    assert f"phi -1:\n              {words}" in run("scale --phi -1 --phi 2").out
    assert "undershoot" not in run("scale --phi 2").out


def test_nothing_is_said_of_a_saving_where_coefficients_under_1_make_it_grow(run) -> None:
    under = ("--alpha", "0.8", "--beta", "0.9", "--gamma", "0.9")
    for phis in (("--phi", "-1"), ("--phi", "-1", "--phi", "-2"), ("--phi", "2")):
        out = run("scale", *phis, *under).out
        assert "saving" not in out
        assert "equal-cost" not in out


def test_a_saving_that_the_rounding_turns_into_a_cost_is_said_so(run) -> None:
    out = run("scale --phi -0.1 --alpha 0.9 --beta 1.1 --gamma 1.1").out
    assert "3% by the formula, but with its rounding it costs 47% more:" in out
    assert "50 points undershoot" in out


def test_equal_cost_is_recommended_only_where_it_meets_the_budget(run) -> None:
    assert "--equal-cost meets 2^phi" in run("scale --phi -9").out
    assert "--equal-cost" not in run("scale --phi -12").out


def test_one_point_of_undershoot_is_a_point(run) -> None:
    assert "99% with its rounding: 1 point undershoot\n" in run("scale --phi -9").out


def test_a_strategy_says_what_it_means_and_is_a_budgets_split_too(run) -> None:
    assert "a third of the budget to each dimension" in run("scale --phi 1 --strategy uniform").out
    out = run("scale --target-macs 1.5G --strategy depth").out
    assert "alpha 2, beta 1, gamma 1" in out
    assert "the whole budget to depth" in out


def test_a_target_says_by_how_much_it_was_missed_and_on_which_side(run) -> None:
    out = run("scale --target-params 5M").out
    count = run("scale --target-params 5M --json").json["params"]
    assert count > 5_000_000
    assert f"5 M parameters: missed by {count / 5e4 - 100:.2g} %, above it ({count:,})" in out
    out = run("scale --target-macs 100M --strategy uniform").out
    assert "100 M MACs: missed by 6.4 %, below it" in out
    assert "5.29 M parameters: met exactly (5,288,548)" in run("scale --target-params 5288548").out


def test_a_written_network_says_which_target_it_was_scaled_to(run) -> None:
    path = Path(run("scale --target-macs 1.8G --strategy dWr --json").json["path"])
    text = path.read_text(encoding="utf-8")
    assert "coefficients: dWr" in text
    assert "macs: 1800000000" in text


@pytest.mark.parametrize(
    "arguments",
    [
        "scale --phi 3",
        "scale --family",
        "scale --family --equal-cost",
        "scale --official b7",
        "scale --official b7 --explain",
        "scale --official b0 --explain",
        "scale --target-macs 1.8G",
        "scale --target-params 12M --strategy dWr --equal-cost",
        "scale --phi -1 --equal-cost",
        "scale --phi -1 --phi -0.5 --strategy uniform",
        "scale --phi -0.5 --alpha 1.234567 --beta 1.234567 --gamma 1.01",
        "cost efficientnet_b0 --official b7",
        "cost efficientnet_b0 --width 2 --resolution 1000",
        "scale --help",
        "cost --help",
        "build --help",
        "--help",
    ],
)
def test_output_fits_80_columns(run, arguments: str) -> None:
    answer = run(arguments)
    assert answer.code == 0
    assert answer.out
    assert max(map(len, answer.out.splitlines())) <= 80
    assert all(line == line.rstrip() for line in answer.out.splitlines())
