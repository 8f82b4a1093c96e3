"""What trainings of several lengths say of each other, on tables with a planted truth."""

import pytest

from scalesearch.search.observations import observations
from tests.benchmarks import replay_lengths

from .test_replay import planted


def test_what_longer_trainings_favour_is_found_with_its_sign() -> None:
    bench = planted(noise=0.05, turn=3.0)
    mixtures = observations(bench.rows(30, [0])).mixtures
    cells = observations(bench.rows(30, [0])).cells
    mixtures = mixtures[[cells.index(cell) for cell in bench.networks]]
    rows = {
        (row["epochs"], row["favours"]): row for row in replay_lengths.slope_rows(bench, mixtures)
    }
    width = rows["3 to 30", "width"]
    assert width["points_a_share"] == pytest.approx(-3.0, abs=0.15)
    assert width["low"] < -3.0 < width["high"]
    assert rows["3 to 30", "depth"]["points_a_share"] == pytest.approx(1.5, abs=0.15)
    assert rows["12 to 30", "width"]["low"] < 0 < rows["12 to 30", "width"]["high"]


def test_tau_between_lengths_is_told_beside_what_seeds_alone_leave_of_it() -> None:
    rows = {row["epochs"]: row for row in replay_lengths.tau_rows(planted(noise=0.01))}
    assert set(rows) == {
        "3 and 3, other seeds", "3 and 12", "3 and 30", "12 and 12, other seeds", "12 and 30",
        "30 and 30, other seeds",
    }  # fmt: skip
    assert rows["12 and 30"]["tau"] > 0.9
    noisy = {row["epochs"]: row for row in replay_lengths.tau_rows(planted(noise=20.0))}
    assert noisy["12 and 30"]["tau"] < 0.5
    ranking = list(replay_lengths.ranking_rows(planted(noise=0.01)))
    assert [row["epochs"] for row in ranking] == [3, 12, 30]
    assert all(row["training_loss_third_quarter"] > 0.9 for row in ranking)
