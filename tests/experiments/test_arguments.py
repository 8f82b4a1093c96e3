"""Arguments of the Python interface: what is wrong is refused by its name, whatever its type."""

from pathlib import Path

import numpy as np
import pytest

import scalesearch as ss


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("phi", "1", "a finite number"),
        ("phi", float("nan"), "a finite number"),
        ("phi", True, "a finite number"),
        ("step", "0.1", "a finite number"),
        ("alpha", (1, 1.2, 1.4), "two numbers, (low, high)"),
        ("alpha", "1:1.4", "a sequence of numbers"),
        ("include", [(1.2, 1.1)], "three finite numbers above 0"),
        ("include", "1.2,1.1,1.15", "a sequence"),
        ("max_params", "1M", "a whole number of at least 1"),
        ("seed", 1.5, "a whole number from 0 to 4,294,967,295"),
        ("seed", -1, "a whole number from 0 to 4,294,967,295"),
        ("train", 0, "a whole number of at least 1"),
        ("epochs", 2.5, "a whole number of at least 1"),
        ("literal", "no", "True or False"),
        ("download", 1, "True or False"),
        ("dataset", 5, "a name or a path"),
        ("baseline", None, "a name or a path"),
        ("profile", 3, "a name or a path"),
    ],
)
def test_a_plan_refuses_what_is_of_no_use_by_its_name(name, value, rule) -> None:
    with pytest.raises(ss.ConfigError) as caught:
        ss.plan_grid(**{name: value})
    assert str(caught.value).startswith(f"`{name}=` must be {rule}")
    assert caught.value.field == name
    assert repr(value)[:20].strip("[]") in str(caught.value)


def test_a_misspelt_argument_is_told_with_the_nearest() -> None:
    with pytest.raises(TypeError, match=r"'profil' \(nearest: profile\)"):
        ss.plan_grid(profil="quick")


def test_numbers_of_numpy_are_numbers() -> None:
    plan = ss.plan_grid(phi=np.float32(1), seed=np.int64(3), include=[np.array([1.2, 1.1, 1.15])])
    assert type(plan.terms.phi) is float
    assert type(plan.seed) is int
    plan.settings.to_json()


@pytest.mark.parametrize(
    ("name", "value"),
    [("workers", 0), ("workers", "2"), ("threads", 0), ("retry_failed", "x"), ("on_event", 5),
     ("executor", 5), ("folder", None)],
)  # fmt: skip
def test_a_study_refuses_what_is_of_no_use_and_makes_no_folder(name, value, tmp_path) -> None:
    options = {"folder": tmp_path / "mine"} | {name: value}
    with pytest.raises(ss.ConfigError, match=f"`{name}=` must be ") as caught:
        ss.search(ss.plan_grid(step=0.5), trainer=lambda job, progress: 0.5, **options)
    assert caught.value.field == name
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "wrong", [{"depth": "2"}, {"resolution": "a"}, {"resolution": (1, 2, 3)}, {"classes": 0}]
)
def test_counting_refuses_by_name(wrong) -> None:
    (name,) = wrong
    with pytest.raises(ss.ConfigError, match=f"`{name}=` must be "):
        ss.cost("efficientnet_b0", **wrong)


@pytest.mark.parametrize("wrong", [None, 5, (1.2, 1.1), (1.2, 1.1, "x"), (0, 1, 1)])
def test_coefficients_are_three_numbers(wrong) -> None:
    with pytest.raises(ss.ConfigError, match="`coefficients=` must be three finite numbers"):
        ss.scale("efficientnet_b0", wrong, phi=1)


def test_a_network_is_one_or_named() -> None:
    with pytest.raises(ss.ConfigError, match="`network=` must be a network, or the name"):
        ss.cost(None)
    assert ss.cost(Path("efficientnet_b0")) == ss.cost(ss.load("efficientnet_b0"))
