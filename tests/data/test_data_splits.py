import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalesearch.data.splits import counts, stratified
from scalesearch.errors import DataError


@given(
    sizes=st.lists(st.integers(2, 60), min_size=2, max_size=8),
    share=st.floats(0.1, 0.5),
    seed=st.integers(0, 5),
)
def test_parts_are_disjoint_and_hold_every_class(sizes, share, seed):
    labels = np.random.default_rng(seed).permutation(np.repeat(np.arange(len(sizes)), sizes))
    validation = max(len(sizes), int(share * len(labels)))
    train = len(labels) - validation
    left, right = stratified(labels, train, validation, seed)
    assert (len(left), len(right)) == (train, validation)
    assert not set(left) & set(right)
    assert set(labels[left]) == set(labels[right]) == set(range(len(sizes)))


def test_each_class_has_its_share_of_both_parts_to_within_one_image():
    labels = np.repeat([0, 1, 2], [500, 300, 200])
    for part, total in zip(stratified(labels, 333, 101, 0), (333, 101), strict=True):
        share = np.bincount(labels[part]) / total
        np.testing.assert_allclose(share, (0.5, 0.3, 0.2), atol=1 / total)


def test_the_same_seed_cuts_the_same_split_and_another_seed_another():
    labels = np.arange(400) % 10
    first, again, other = (stratified(labels, 300, 100, seed)[1] for seed in (3, 3, 4))
    assert first.tolist() == again.tolist() != other.tolist()


def test_validation_images_do_not_depend_on_how_many_are_trained_on():
    labels = np.arange(400) % 10
    assert stratified(labels, 50, 100, 0)[1].tolist() == stratified(labels, 300, 100, 0)[1].tolist()


def test_none_means_all_that_is_left():
    assert counts(1000, 10, None, 100, "x") == (900, 100)
    assert counts(1000, 10, 300, None, "x") == (300, 700)
    assert counts(1000, 10, None, None, "x") == (800, 200)


@pytest.mark.parametrize(
    ("train", "validation", "said"),
    [
        (900, 101, "`train` 900 and `validation` 101 cannot both be cut from the 1000"),
        (None, 1000, "`train` 0 and `validation` 1000"),
        (1000, None, "`validation` 0"),
        (9, 100, "`train` must be at least the number of classes, 10. Got 9"),
        (100, 3, "`validation` must be at least the number of classes, 10. Got 3"),
    ],
)
def test_counts_that_cannot_be_cut_are_refused_with_field_and_value(train, validation, said):
    with pytest.raises(DataError) as refused:
        counts(1000, 10, train, validation, "x")
    assert said in str(refused.value)


def test_a_class_of_one_image_is_refused():
    with pytest.raises(DataError, match="at least 2 images"):
        stratified(np.array([0, 0, 0, 1]), 2, 2, 0)
