"""Sizes of proxies fit their strides, so that no pixel more makes a last stage twice as dear."""

import dataclasses
import itertools

import pytest

from scalesearch.config.network_files import read_network, write_network
from scalesearch.core.candidates import simplex
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.proxies import fitting_step, shrink
from scalesearch.core.resolution import Resolution


def proxy(network: TableNetwork, pixels: int | str, drop_strides: int) -> TableNetwork:
    size = Resolution.of(pixels)
    return shrink(
        network, resolution=size, width=0.16, drop_strides=drop_strides, classes=10, channels=3
    )


@pytest.mark.parametrize(
    ("pixels", "drop_strides", "step"),
    [
        (20, 3, 4),
        (32, 3, 4),
        (40, 2, 8),
        (32, 2, 8),
        (24, 2, 4),
        (19, 3, 4),
        (224, 0, 32),
        (4, 3, 1),
    ],
)
def test_the_step_is_the_total_stride_or_the_part_of_it_within_a_quarter_of_the_side(
    b0: TableNetwork, pixels: int, drop_strides: int, step: int
) -> None:
    small = proxy(b0, pixels, drop_strides)
    assert small.rounding.pixels == step == fitting_step(small.stages, small.resolution)


@pytest.mark.parametrize("pixels", [20, 24, 28, 19, "24x16"])
def test_every_scaled_proxy_fits_the_strides(b0: TableNetwork, pixels: int | str) -> None:
    small = proxy(b0, pixels, 3)
    step = small.rounding.pixels
    for point in simplex(0.25):
        found = small.budget(2.0).realise(point.shares).network.resolution
        assert found == small.resolution.with_longer(found.longer)
        assert found == small.resolution or found.longer % step == 0


def test_one_step_costs_what_its_pixels_say(b0: TableNetwork) -> None:
    """The reason for steps: costs then grow as the square of the pixels, without a jump.

    Squeeze-and-excitation and the classifier cost the same at any size.
    """
    small = proxy(b0, 20, 3)
    for near, far in itertools.pairwise((20, 24, 28, 32)):
        one, two = (small.resized(Resolution.square(side)).cost.macs for side in (near, far))
        assert two / one == pytest.approx((far / near) ** 2, rel=0.03)


@pytest.mark.parametrize("pixels", [20, 24, 28, 36, 40])
def test_resolution_alone_still_meets_the_cost(b0: TableNetwork, pixels: int) -> None:
    """By finer steps where the coarse ones miss it by more than 5 %."""
    found = proxy(b0, pixels, 3).budget(2.0).alone("resolution")
    assert not found.refused
    assert found.ratio == pytest.approx(2, rel=0.05)


def test_blocks_are_spread_as_those_of_the_full_size_network(b0: TableNetwork) -> None:
    """A proxy of one block a stage would double the dear last stage as soon as the others."""
    small = shrink(
        b0, resolution=Resolution.square(20), width=0.12, depth=0.25, drop_strides=3, classes=10,
        channels=3,
    )  # fmt: skip
    assert small.repeats == (1, 1, 1, 1, 1, 1, 1)
    assert small.at(depth=16 / 7).repeats == b0.repeats == (1, 2, 2, 3, 3, 4, 1)
    assert small.at(depth=1.0).repeats == small.repeats
    assert small.budget(2.0).alone("depth").network.repeats[-1] == 1


def test_a_file_keeps_the_step(b0: TableNetwork, tmp_path) -> None:  # type: ignore[no-untyped-def] # pytest's own path
    small = proxy(b0, 20, 3)
    write_network(small, tmp_path / "small.yaml", {})
    assert read_network(tmp_path / "small.yaml") == small


def test_full_size_networks_take_any_pixel(b0: TableNetwork) -> None:
    """B1 to B7 have 240, 260, 300 and more pixels: no multiples of 32."""
    assert b0.rounding.pixels == 1
    assert "pixels" not in b0.to_json()["rounding"]
    stepped = dataclasses.replace(b0, rounding=dataclasses.replace(b0.rounding, pixels=4))
    assert TableNetwork.from_json(stepped.to_json()) == stepped
