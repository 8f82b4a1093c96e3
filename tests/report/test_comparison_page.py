"""compare.html and the sentences of a comparison are true to their figures; no text runs."""

from dataclasses import replace

import pytest

from scalesearch.report.comparison_findings import BestRate, Findings, Information, Length, Slope
from scalesearch.report.comparison_page import write_page
from scalesearch.report.comparison_picture import draw_png
from scalesearch.report.comparison_sentences import sentences, trend
from scalesearch.report.comparison_table import ArmResult, ComparisonInfo

LENGTH = Length(3, 15, 0.008, 10, False, 0.4, 0.0, 42)
SLOPE = Slope("depth", 2, 3, 12, 0.01, 0.002, 0.018, 9.0)
RATE = BestRate("width", 2, 3, 0.5, True, 0.6, 0.02, 0.01, 0.03, 4)
INFORMATION = Information(2, 3, 28, 19, 0.62, 0.6, 0.02, 0.01, 0.03, 4)


def arms(epochs):
    def arm(method, cost, top1, less):
        ends = (None, None) if less is None else (less - 0.01, less + 0.01)
        return ArmResult(
            f"{method}, {epochs} epochs", method, cost, epochs, 1.0, None, 1, 1, 1, 9, 64, 10, 10,
            10, cost, 9, 1, 1, 64, 10, 10, cost, 3, 0, top1, 0.01, (top1,), less, *ends, 2.0, 5, "",
        )  # fmt: skip

    alone = (arm(what, 2, 0.6, 0.02) for what in ("depth", "width", "resolution"))
    return arm("baseline", 1, 0.5, 0.1), *alone, arm("compound", 2, 0.62, None)


@pytest.fixture
def info():
    both = (*arms(3), *arms(12))
    controls = tuple(replace(arm, rate=rate) for arm in arms(12)[1:] for rate in (0.5, 2.0))
    findings = Findings((LENGTH, replace(LENGTH, epochs=12)), (SLOPE,), (RATE,), (INFORMATION,))
    return ComparisonInfo("</title><script>alert(1)</script>", 3, (*both, *controls), findings)


def test_the_page_holds_its_picture_and_asks_for_nothing(tmp_path, info):
    draw_png(info, tmp_path / "compare.png")
    write_page(info, tmp_path / "compare.png", tmp_path / "compare.html")
    page = (tmp_path / "compare.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "http://" not in page
    assert "https://" not in page
    assert "data:image/png;base64," in page
    for said in ("Trainings of 3 epochs", "Trainings of 12 epochs", "+1.00", "28 px"):
        assert said in page


def test_a_trend_is_told_only_where_its_interval_leaves_out_0():
    assert trend(SLOPE) == "longer trainings favour it"
    assert (
        trend(replace(SLOPE, slope=-0.01, low=-0.02, high=-0.001)) == "shorter trainings favour it"
    )
    assert trend(replace(SLOPE, low=-0.001)) == "not proven"
    assert trend(replace(SLOPE, low=None, high=None)) == "not known"


def test_sentences_say_noise_seeds_trends_and_controls():
    told = " ".join(sentences(Findings((LENGTH,), (SLOPE,), (RATE,), (INFORMATION,))))
    assert "At 3 epochs one training varies by 0.80 points" in told
    assert "Seeds do not count as blocks (p = 0.4)." in told
    assert "takes 42 seeds of each arm" in told
    assert "longer trainings favour depth x2" in told
    assert "half the recipe's for width x2" in told
    assert "the best may lie beyond" in told
    assert "compound is above width x2" in told
    assert "reaches 2.00 points more than on images of 19 px enlarged" in told


def test_blocks_are_told_with_what_seeds_differ_by():
    (told,) = sentences(Findings((replace(LENGTH, blocks=True, p=0.001, spread=0.012),)))
    assert "Seeds differ by 1.20 points more than that (p = 0.001), so they count as blocks" in told
