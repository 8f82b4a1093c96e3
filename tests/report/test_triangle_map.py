"""What the triangle shows: bands, region, named point, and trained networks by P(best)."""

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from scalesearch.core.candidates import Shares
from scalesearch.report import trials_table
from scalesearch.report.bands import blend
from scalesearch.report.number_sides import free_sides
from scalesearch.report.palette import ACCENT, BEST
from scalesearch.report.pareto import pareto_info
from scalesearch.report.triangle import HEIGHT, barycentric
from scalesearch.report.triangle_figure import triangle_figure
from scalesearch.report.triangle_map import map_of_means, map_of_surface
from scalesearch.report.triangle_panel import draw_triangle
from tests.report.surfaces import ranked, surface_of

NAMED = Shares(0.0, 0.25, 0.75)
CANDIDATES = (
    ranked("resolution alone", Shares(0, 0, 1), 0.6, trainings=4),
    ranked("d1 w1 r2 /4; paper", Shares(0.25, 0.25, 0.5), 0.3, trainings=9),
    ranked("width alone", Shares(0, 1, 0), 0.08),
    ranked("depth alone", Shares(1.03, -0.03, 0), 0.02),
)


@pytest.fixture
def shown():
    return map_of_surface(surface_of(CANDIDATES, NAMED))


def test_each_band_outlines_all_that_is_as_high(shown) -> None:
    assert [band.low for band in shown.bands] == [50, 51, 52, 53]
    for band, rings in zip(shown.bands[1:], shown.outlines[1:], strict=True):
        on_level = [
            100 * (0.50 + 0.02 * width + 0.04 * resolution)
            for ring in rings
            for _, width, resolution in ring
        ]
        assert min(on_level) == pytest.approx(band.low)
    (lowest,) = shown.outlines[0]
    assert {(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)} <= set(lowest)


def test_the_region_is_outlined_at_its_edge(shown) -> None:
    (ring,) = shown.region
    # On a lattice of 12 the step from 0 to 1 lies between a resolution of 5/12 and of 6/12.
    assert min(resolution for *_, resolution in ring) == pytest.approx(5.5 / 12)


def test_nothing_is_drawn_beyond_what_was_trained() -> None:
    far = map_of_surface(surface_of(CANDIDATES, NAMED, reach=lambda s: 0.7 - s.resolution))
    corners = [shares for rings in (*far.outlines, far.region) for ring in rings for shares in ring]
    assert max(resolution for *_, resolution in corners) == pytest.approx(0.7, abs=0.01)
    # The highest of what is drawn: a third of width beside two thirds of resolution.
    assert far.bands[-1].low <= 50 + 2 / 3 + 8 / 3 <= far.bands[-1].high


def test_the_likeliest_is_the_strongest_and_drawn_last(shown) -> None:
    assert [mark.names for mark in shown.marks][-1] == "resolution alone"
    assert shown.marks[-1].colour == ACCENT
    assert [mark.told for mark in shown.marks] == ["", "8 %", "30 %", "60 %"]
    assert shown.marks[0].colour == blend(BEST, 0.02 / 0.6)


def test_corners_and_the_papers_point_are_known_and_none_lies_outside(shown) -> None:
    assert [mark.corner for mark in shown.marks] == ["depth", "width", "", "resolution"]
    assert [mark.is_paper for mark in shown.marks] == [False, False, True, False]
    assert shown.marks[0].shares == (1, 0, 0)
    assert shown.named == (0, 0.25, 0.75)


def test_the_papers_point_is_efficientnets_alone() -> None:
    other = map_of_surface(surface_of(CANDIDATES, NAMED, baseline="mobilenet_v2"))
    assert not any(mark.is_paper for mark in other.marks)


def test_where_only_candidates_could_be_named_they_have_the_colours_and_the_region() -> None:
    alone = map_of_surface(surface_of(CANDIDATES, NAMED, points=False))
    assert alone.bands
    assert not alone.has_surface
    assert alone.region == ()
    assert {mark.colour for mark in alone.marks} <= {band.colour for band in alone.bands}
    within = {mark.names for mark in alone.marks if mark.in_region}
    assert within == {"resolution alone", "d1 w1 r2 /4; paper"}


def test_facts_say_both_the_surface_and_what_came_out(shown) -> None:
    facts = " ".join(shown.marks[-1].facts)
    assert "54.0 % (53.0 to 55.0)" in facts
    assert "as trained 54.2 %, 4 trainings" in facts
    assert "with 60 %" in facts


def test_without_a_surface_networks_have_the_colour_of_their_mean(records) -> None:
    summary = trials_table.summary(pd.DataFrame(records).astype({"val_top1": "float64"}))
    info = pareto_info(summary, named="d1 w1 r3 /5")
    shown = map_of_means(info)
    assert len(shown.marks) == sum(point.shares is not None for point in info.points)
    assert shown.outlines == shown.region == ()
    assert shown.named is not None
    best = max(info.candidates, key=lambda point: point.accuracy)
    assert next(m for m in shown.marks if m.names == best.label).colour == shown.bands[-1].colour


def test_a_number_keeps_off_dots_and_off_the_star() -> None:
    alone = (0.5, 0.4)
    assert free_sides([alone], [True], (0.9, 0.1)) == ("below",)
    below = (0.5, 0.36)
    assert free_sides([alone, below], [True, False], (0.9, 0.1))[0] == "above"
    assert free_sides([alone], [True], (0.5, 0.36)) == ("above",)
    on_the_edge = (0.5, 0.0)
    assert free_sides([on_the_edge], [True], (0.9, 0.1)) == ("above",)


def test_the_page_and_the_png_draw_the_same_places(shown) -> None:
    page = triangle_figure(shown)
    dots = next(trace for trace in page.data if trace.name == "networks")
    star = next(trace for trace in page.data if trace.name == "named point")
    figure = Figure(figsize=(6, 5))
    draw_triangle(figure, FigureCanvasAgg(figure), shown, (0, 0, 1, 1))
    drawn = [each.get_offsets()[0] for each in figure.axes[0].collections]
    expected = [barycentric(mark.shares) for mark in shown.marks] + [barycentric(shown.named)]
    assert [x for x, _ in drawn] == pytest.approx([x for x, _ in expected])
    assert [y for _, y in drawn] == pytest.approx([y for _, y in expected])
    told = zip([*dots.x, *star.x], [*dots.y, *star.y], strict=True)
    for place, (x, y) in zip(told, expected, strict=True):
        assert place == pytest.approx((x, y), abs=1e-4)
        assert -1e-9 <= y <= 2 * HEIGHT * min(x, 1 - x) + 1e-9


def test_dots_grow_with_the_trainings_up_to_an_end(shown) -> None:
    figure = triangle_figure(shown)
    sizes = next(trace for trace in figure.data if trace.name == "networks").marker.size
    by_name = dict(zip((mark.names for mark in shown.marks), sizes, strict=True))
    once = by_name["width alone"]
    assert by_name["resolution alone"] == pytest.approx(2 * once)
    assert by_name["d1 w1 r2 /4; paper"] == pytest.approx(3 * once)
    many = (ranked("often", Shares(0, 0, 1), 1.0, trainings=400),)
    (size,) = next(
        trace
        for trace in triangle_figure(map_of_surface(surface_of(many, NAMED))).data
        if trace.name == "networks"
    ).marker.size
    assert size <= 3 * once + 1e-9


def test_corners_are_named_on_the_page_and_numbers_stand_beside_their_dots(shown) -> None:
    figure = triangle_figure(shown)
    assert {each.text for each in figure.layout.annotations} == {
        f"<b>{name} alone</b>" for name in ("depth", "width", "resolution")
    }
    dots = next(trace for trace in figure.data if trace.name == "networks")
    assert list(dots.text) == ["", "8 %", "30 %", "60 %"]
    assert any(trace.name == "the paper's point" and len(trace.x) == 1 for trace in figure.data)


def test_the_scale_has_its_unit_and_the_borders_of_the_bands(shown) -> None:
    bar = triangle_figure(shown).layout.coloraxis.colorbar
    assert list(bar.tickvals) == [50, 51, 52, 53, 54]
    assert "%" in bar.title.text
