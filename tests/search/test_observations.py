"""Rows of a table become what a surface is fitted to, or one sentence says why they cannot."""

import random

import numpy as np
import pytest

from scalesearch.errors import StudyError
from scalesearch.search.observations import observations
from tests.search.planted_for_tests import QUARTERS, observed, rows


def test_rows_give_the_trainings_they_tell_of():
    found, known = observations(rows(15 * [2])), observed(15 * [2])
    np.testing.assert_allclose(found.mixtures, QUARTERS, atol=1e-3)  # whole pixels
    np.testing.assert_array_equal(found.network, known.network)
    np.testing.assert_allclose(found.top1, known.top1, atol=1e-4)
    assert found.baseline
    assert found.one_cost


def test_rows_in_any_order_give_the_same():
    table = rows(15 * [3], baseline=3)
    first = observations(table)
    random.Random(1).shuffle(table)
    second = observations(table)
    for name in ("mixtures", "log_ratios", "network", "block", "top1"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))


def test_tables_sizes_and_rectangles_are_read_as_they_are_written():
    """By hand: 14 of 7 blocks, 1.2 times the width, 48x24 of 32x16 pixels."""
    base = rows()[0] | {"proxy_repeats": "[1, 2, 4]", "proxy_resolution": "32x16"}
    more = {"proxy_repeats": "[2, 4, 8]", "proxy_width": 1.2, "proxy_resolution": "48x24"}
    wide = rows()[1] | {"proxy_repeats": "[1, 2, 4]", "proxy_resolution": "32x16"}
    table = [base, rows()[1] | more, wide | {"cell": "w", "proxy_width": 1.4}]
    parts = np.array([1, 2 * np.log2(1.2), 2 * np.log2(1.5)])
    np.testing.assert_allclose(
        observations(table).mixtures, [parts / parts.sum(), (0, 1, 0)], atol=1e-6
    )


def test_trainings_that_failed_or_were_cut_are_left_out():
    table = rows(15 * [2])
    table[3]["state"], table[3]["val_top1"] = "failed", None
    table[5]["state"] = "pruned"
    assert len(observations(table).top1) == len(table) - 2


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([], "No training of a candidate is complete"),
        (rows()[:1], "No training of a candidate is complete"),
        (rows()[1:], "no row of the baseline"),
        (rows()[:2], "of one mixture"),
        ([rows()[0], *(row | {"proxy_width": None} for row in rows()[1:])], "do not say"),
        ([rows()[0], *(row | {"proxy_repeats": ""} for row in rows()[1:])], "do not say"),
        ([rows()[0], rows()[0] | {"role": "candidate", "cell": "1"}], "no larger than"),
    ],
)
def test_rows_that_cannot_support_a_surface_are_refused(table, said):
    with pytest.raises(StudyError, match=said):
        observations(table)
