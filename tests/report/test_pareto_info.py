"""The values behind the pictures, and that the picture is drawn from them without overlaps."""

import itertools
import math
import random

import matplotlib
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.errors import StudyError
from scalesearch.report import trials_table
from scalesearch.report.label_places import Box, place
from scalesearch.report.pareto import pareto_info, staircase
from scalesearch.report.pareto_picture import draw_png
from scalesearch.report.triangle import barycentric, inside


@pytest.fixture
def summary(records) -> pd.DataFrame:
    return trials_table.summary(pd.DataFrame(records).astype({"val_top1": "float64"}))


def _small(pairs: list[tuple[int, float]]) -> pd.DataFrame:
    """A summary of networks given by (cost, accuracy), the first of them the baseline."""
    shares = {
        f"{kind}share_{what}": 1 / 3
        for kind in ("", "full_", "proxy_")
        for what in ("depth", "width", "resolution")
    }
    return pd.DataFrame(
        {
            "names": f"n{index}",
            "role": "candidate" if index else "baseline",
            "cell": f"{index:016x}",
            "proxy_macs": cost,
            "top1_mean": accuracy,
            "top1_std": math.nan,
            "seeds": 1,
            "alpha": 1.26,
            "beta": 1.12,
            "gamma": 1.12,
            **shares,
        }
        for index, (cost, accuracy) in enumerate(pairs)
    )


@given(st.lists(st.tuples(st.integers(1, 6), st.sampled_from([0.1, 0.2, 0.3, 0.4])), min_size=1))
def test_the_front_is_what_no_other_network_dominates(pairs):
    info = pareto_info(_small(pairs))
    for index, (cost, accuracy) in enumerate(pairs):
        dominated = any(
            (c <= cost and a > accuracy) or (c < cost and a >= accuracy) for c, a in pairs
        )
        point = next(p for p in info.points if p.label == f"n{index}")
        assert point.on_front is not dominated
    ratios, accuracies = staircase(info)
    assert ratios == sorted(ratios)
    assert accuracies == sorted(accuracies)


def test_a_point_says_what_the_summary_says(summary):
    info = pareto_info(summary, named="d1 w1 r3 /5")
    rows = {row["names"]: row for row in summary.to_dict("records") if row["seeds"]}
    assert len(info.points) == len(rows) == 21
    for point in info.points:
        row = rows[point.label]
        assert point.cost == row["proxy_macs"]
        assert point.ratio == pytest.approx(row["proxy_macs"] / 3_412_870)
        assert point.accuracy == row["top1_mean"]
        assert point.std == row["top1_std"] or math.isnan(point.std)
    assert info.baseline.ratio == 1
    assert info.baseline.shares is None


def test_the_cost_may_be_the_full_size_networks(summary):
    info = pareto_info(summary, cost="params", network="full")
    assert info.baseline_cost == 5_288_548
    assert {p.cost for p in info.points} <= set(summary["params"])


def test_the_named_one_paper_and_corners_are_known(summary):
    info = pareto_info(summary, named="d1 w1 r3 /5")
    titles = {point.title for point in info.points if point.title}
    assert titles == {"named: d1 w1 r3 /5", "paper", "depth alone", "width alone", "baseline"}
    both = pareto_info(summary, named="depth alone")
    assert "named: depth alone" in {point.title for point in both.points}
    none = pareto_info(summary)
    assert not any(point.is_named for point in none.points)


def test_the_papers_point_is_known_by_its_coefficients_too(summary):
    summary = summary.replace({"names": {"paper; d1 w2 r2 /5": "1.2,1.1,1.15"}})
    assert [p.label for p in pareto_info(summary).points if p.is_paper] == ["1.2,1.1,1.15"]


def test_candidates_of_like_cost_get_an_axis_of_their_own_and_others_do_not():
    alike = pareto_info(_small([(1000, 0.5), (1990, 0.6), (2010, 0.6)]))
    assert alike.is_broken
    low, high = alike.candidate_range
    assert 1.9 < low < 1.99
    assert 2.01 < high < 2.1
    assert not pareto_info(_small([(1000, 0.5), (1930, 0.6), (3330, 0.6)])).is_broken
    assert not pareto_info(_small([(1000, 0.5)])).is_broken


def test_a_study_without_a_baseline_is_refused(summary):
    with pytest.raises(StudyError, match="baseline"):
        pareto_info(summary[summary["role"] != "baseline"])


def test_the_triangle_has_its_corners_where_they_are_named():
    assert barycentric((1, 0, 0)) == (0, 0)
    assert barycentric((0, 1, 0)) == (1, 0)
    assert barycentric((0, 0, 1)) == pytest.approx((0.5, math.sqrt(0.75)))
    assert barycentric((1 / 3, 1 / 3, 1 / 3)) == pytest.approx((0.5, math.sqrt(0.75) / 3))


@pytest.mark.parametrize(
    ("shares", "stands"),
    [
        ((0.2, 0.3, 0.5), (0.2, 0.3, 0.5)),
        ((0.3, -0.2, 0.9), (0.25, 0.0, 0.75)),
        ((-0.1, -0.1, 1.2), (0.0, 0.0, 1.0)),
    ],
)
def test_a_share_below_nothing_stands_on_the_edge_and_the_others_keep_their_ratio(shares, stands):
    assert inside(shares) == pytest.approx(stands)


@pytest.mark.parametrize("seed", range(5))
def test_labels_keep_off_each_other_and_off_the_points_and_stay_inside(seed):
    rng = random.Random(seed)
    bounds = Box(0, 0, 1000, 700)
    anchors = [(rng.uniform(480, 520), rng.uniform(330, 370)) for _ in range(6)]
    points = [Box(x - 9, y - 9, x + 9, y + 9) for x, y in anchors]
    boxes = place(anchors, [(120.0, 22.0)] * 6, points, bounds, unit=2.0)
    for one, other in itertools.combinations(boxes, 2):
        assert one.overlap(other) == 0
    for box in boxes:
        assert sum(box.overlap(point) for point in points) == 0
        assert box.overlap(bounds) == pytest.approx(box.area)


def test_the_picture_is_drawn_and_drawn_alike_twice(tmp_path, summary):
    info = pareto_info(summary, named="d1 w1 r3 /5")
    for name in ("one.png", "two.png"):
        draw_png(info, tmp_path / name, "a study")
    first = (tmp_path / "one.png").read_bytes()
    assert first.startswith(b"\x89PNG")
    assert first == (tmp_path / "two.png").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("state", ["complete", "failed"])
def test_a_study_with_little_in_it_is_drawn_too(tmp_path, records, state):
    rows = [r | {"state": state} for r in records if state == "failed" or r["role"] == "baseline"]
    frame = pd.DataFrame(rows).astype({"val_top1": "float64"})
    draw_png(pareto_info(trials_table.summary(frame)), tmp_path / "pareto.png")
    assert (tmp_path / "pareto.png").stat().st_size > 5000


def test_names_are_never_read_as_formulas_of_the_picture(tmp_path, hostile_records):
    rows = [r | {"names": "$\\frac{$"} if r["seed"] == 0 else r for r in hostile_records]
    summary = trials_table.summary(pd.DataFrame(rows).astype({"val_top1": "float64"}))
    info = pareto_info(summary, named="$\\frac{$")
    draw_png(info, tmp_path / "pareto.png", title="$x_{2$")
    assert (tmp_path / "pareto.png").exists()


def test_a_program_that_has_set_other_fonts_gets_the_same_picture(tmp_path, summary):
    """A notebook's style, or a matplotlibrc, is for its own pictures."""
    info = pareto_info(summary)
    draw_png(info, tmp_path / "usual.png", "a study")
    other = {"font.size": 30, "text.usetex": True, "axes.facecolor": "black", "savefig.dpi": 20}
    with matplotlib.rc_context(other):
        draw_png(info, tmp_path / "other.png", "a study")
        assert matplotlib.rcParams["font.size"] == 30
    assert (tmp_path / "usual.png").read_bytes() == (tmp_path / "other.png").read_bytes()
