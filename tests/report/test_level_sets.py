"""Outlines on the triangle's lattice: of known areas, closed, and around holes the other way."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.report.level_sets import outlines
from scalesearch.report.triangle import barycentric

PARTS = 12
NODES = [(d, w) for d in range(PARTS + 1) for w in range(PARTS + 1 - d)]
WHOLE = math.sqrt(3) / 4
"""Area of a triangle of side 1."""


def above(values, parts: int, level: float):
    return outlines({node: (value - level,) for node, value in values.items()}, parts)


def _area(rings) -> float:
    """Signed: holes, which run the other way, count less."""
    total = 0.0
    for ring in rings:
        places = [barycentric(shares) for shares in ring]
        for (x0, y0), (x1, y1) in zip(places, places[1:] + places[:1], strict=True):
            total += (x0 * y1 - x1 * y0) / 2
    return abs(total)


def test_below_everything_the_outline_is_the_triangle() -> None:
    (ring,) = above(dict.fromkeys(NODES, 1.0), PARTS, 0.0)
    assert _area([ring]) == pytest.approx(WHOLE)
    corners = {(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)}
    assert corners <= set(ring)


def test_above_everything_there_is_no_outline() -> None:
    assert above(dict.fromkeys(NODES, 1.0), PARTS, 2.0) == ()
    assert above({}, PARTS, 0.0) == ()


@pytest.mark.parametrize("level", [0.1, 0.25, 0.5, 0.77])
def test_of_a_plane_the_outline_is_the_smaller_triangle(level: float) -> None:
    """A share of at least s is a triangle with sides 1 - s."""
    values = {(d, w): d / PARTS for d, w in NODES}
    assert _area(above(values, PARTS, level)) == pytest.approx(WHOLE * (1 - level) ** 2)


def test_a_hole_runs_the_other_way() -> None:
    values = {node: 0.0 if node == (4, 4) else 1.0 for node in NODES}
    rings = above(values, PARTS, 0.5)
    assert len(rings) == 2
    # Six half cells around the node are missing: a hexagon of a quarter of six whole ones.
    assert _area(rings) == pytest.approx(WHOLE * (1 - 6 / 4 / PARTS**2))


def test_two_summits_have_two_outlines() -> None:
    values = {(d, w): max(d, w) / PARTS for d, w in NODES}
    assert len(above(values, PARTS, 0.8)) == 2


def test_where_nodes_are_missing_there_is_no_surface() -> None:
    values = {(d, w): 1.0 for d, w in NODES if d + w < PARTS}
    assert _area(above(values, PARTS, 0.0)) == pytest.approx(WHOLE * (1 - 1 / PARTS) ** 2)


@pytest.mark.parametrize("limit", [0.3, 0.42, 0.5])
def test_of_two_planes_the_outline_is_what_both_leave(limit: float) -> None:
    """At least 0.25 of depth and at most `limit` of width: a triangle less another one."""
    heights = {(d, w): (d / PARTS - 0.25, limit - w / PARTS) for d, w in NODES}
    (ring,) = outlines(heights, PARTS)
    expected = WHOLE * (0.75**2 - (0.75 - limit) ** 2)
    assert _area([ring]) == pytest.approx(expected, abs=WHOLE / PARTS**2)
    assert min(depth for depth, *_ in ring) == pytest.approx(0.25)
    assert max(width for _, width, _ in ring) == pytest.approx(limit)


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0]), min_size=15, max_size=15))
def test_any_values_give_closed_outlines_within_the_triangle_that_shrink(values: list) -> None:
    nodes = [(d, w) for d in range(5) for w in range(5 - d)]
    of_node = dict(zip(nodes, values, strict=True))
    areas = []
    for level in (-1.0, 0.25, 0.75):
        rings = above(of_node, 4, level)
        areas.append(_area(rings))
        for ring in rings:
            assert len(ring) >= 3
            for shares in ring:
                assert sum(shares) == pytest.approx(1)
                assert min(shares) > -1e-9
    assert areas == sorted(areas, reverse=True)
