"""Ways to choose candidates: one entry is all that a new one takes."""

import pytest

import scalesearch as ss
from scalesearch.core.candidates import PAPER_POINT, Candidate
from scalesearch.core.multipliers import Coefficients
from scalesearch.experiments import candidate_schemes
from scalesearch.experiments.candidate_schemes import SCHEMES, Scheme, owners

CORNERS = (
    Candidate("deep", Coefficients(2.0, 1.0, 1.0)),
    Candidate("wide", Coefficients(1.0, 2**0.5, 1.0)),
)


@pytest.fixture
def corners(monkeypatch: pytest.MonkeyPatch) -> None:
    scheme = Scheme(lambda request, profile, baseline: CORNERS, "two corners", own=("tolerance",))
    monkeypatch.setitem(SCHEMES, "corners", scheme)


@pytest.mark.usefixtures("corners")
def test_a_scheme_is_one_entry() -> None:
    plan = ss.plan_grid("mobilenet_v2", grid="corners", tolerance=0.2)
    assert [pair.name for pair in plan.pairs] == ["deep", "wide"]


@pytest.mark.usefixtures("corners")
def test_messages_name_every_scheme_that_there_is() -> None:
    with pytest.raises(ss.ScaleSearchError, match=r"must be simplex or box or corners\. Got 'circ"):
        ss.plan_grid("mobilenet_v2", grid="circle")
    with pytest.raises(ss.ScaleSearchError, match=r"`tolerance=` is for `grid=` box or corners\."):
        ss.plan_grid("mobilenet_v2", grid="simplex", tolerance=0.2)
    with pytest.raises(ss.ScaleSearchError, match=r"are the ranges of `grid=` box\."):
        ss.plan_grid("mobilenet_v2", grid="corners", alpha=(1.0, 2.0))


def test_by_default_the_paper_is_tried_too() -> None:
    named = ss.plan_grid("mobilenet_v2", grid=candidate_schemes.DEFAULT)
    plan = ss.plan_grid("mobilenet_v2")
    assert [pair.name for pair in plan.pairs] == [
        *(pair.name for pair in named.pairs),
        PAPER_POINT.name,
    ]


def test_what_a_box_alone_has_is_said_to_be_its_own() -> None:
    assert owners("tolerance") == owners("alpha") == "`grid=` box"
