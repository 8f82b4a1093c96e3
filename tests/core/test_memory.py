"""Predicted memory, held against trainings that were measured (results/benchmarks/memory.csv)."""

import csv
from dataclasses import replace

import pytest

from scalesearch.config.shipped_files import load_network
from scalesearch.core.architecture import Stage
from scalesearch.core.cost import Cost, cost
from scalesearch.core.footprint import footprint
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.memory import Model, Workload, saved_bytes, shrunk_batch, worker_bytes
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.resolution import Resolution
from tests.memory_cases import cases
from tests.places import ROOT

MEASURED = ROOT / "results" / "benchmarks" / "memory.csv"
WORK = Workload(batch_size=32, slots=1, averaged=False, train=1000, validation=500, stored=None)


def _rows() -> list[dict[str, str]]:
    with open(MEASURED, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["training"])
def test_what_was_measured_is_predicted(row: dict[str, str]) -> None:
    """Never 5 % less than was needed; at most 25 % more of tables, 60 % of functions' networks."""
    case = cases()[row["training"]]
    counted = Cost(0, int(row["params"]), int(row["acts"]))
    model = Model(int(row["layers"]), int(row["largest"] or 0))
    ratio = worker_bytes(case.network, counted, case.workload, model) / int(row["measured"])
    assert 0.95 <= ratio <= (1.25 if row["kind"] == "table" else 1.6)


def test_every_case_was_measured() -> None:
    assert [row["training"] for row in _rows()] == list(cases())


def test_what_is_kept_of_a_convolution_is_counted_by_hand() -> None:
    """8 x 8 grey pixels, 4 channels: the image, what is normalised, the slope of swish."""
    network = TableNetwork("one", (Stage("conv", 3, 1, 4),), 8, 10, input_channels=1)
    kept, live, layers = footprint(network, 32)
    own = 64 + 256 + 256
    assert kept == own + 2 * (64 + 256)  # the gradient of the output and of the input, twice
    assert live == 3 * 256  # what is convolved, normalised, and its gate
    assert layers == 2
    plain = footprint(replace(network, activation="relu"), 32)
    assert plain.kept == kept - 256
    assert plain.live == 2 * 256


def test_a_residual_input_waits_for_the_sum() -> None:
    stages = (Stage("conv", 1, 1, 8), Stage("mbconv", 3, 1, 8, repeats=1, expand=4))
    waits = footprint(TableNetwork("waits", stages, 8, 10, input_channels=1), 32)
    wider = (stages[0], replace(stages[1], channels=7))
    assert (
        waits.live - footprint(TableNetwork("not", wider, 8, 10, input_channels=1), 32).live
        == 8 * 64
    )


@pytest.mark.parametrize("name", ["efficientnet_b0", "mobilenet_v2", "resnet50"])
def test_more_of_anything_never_needs_less(name: str) -> None:
    network = load_network(name)
    counted = cost(network)
    least = worker_bytes(network, counted, WORK)
    for work in (
        replace(WORK, batch_size=64),
        replace(WORK, slots=2),
        replace(WORK, averaged=True),
        replace(WORK, validation=5000),
        replace(WORK, stored=Resolution.square(256)),
    ):
        assert worker_bytes(network, counted, work) >= least
    larger = replace(network, resolution=256)
    assert worker_bytes(larger, cost(larger), WORK) > least


def test_images_are_held_at_the_networks_size_unless_stored_so() -> None:
    network = replace(load_network("efficientnet_b0"), resolution=32)
    counted = cost(network)

    def need(train: int, stored: int | None) -> int:
        size = stored and Resolution.square(stored)
        work = replace(WORK, batch_size=256, train=train, stored=size)
        return worker_bytes(network, counted, work)

    held = need(10_000, 40) - need(0, 40)
    assert held == pytest.approx(10_000 * 32 * 32 * 3, rel=0.06)
    assert need(10_000, 32) == need(0, 32)
    assert need(10_000, None) == need(0, None)
    assert need(400_000, 40) == need(0, 40)  # beyond 1 GiB they are resized batch by batch


def test_a_saved_state_is_as_large_as_its_numbers() -> None:
    network = load_network("mobilenet_v2")
    # keras.applications: 3,538,984 numbers in all, 3,504,872 of them trained.
    assert saved_bytes(network, cost(network), 1) == 4 * 3_538_984
    assert saved_bytes(network, cost(network), 4) == 4 * (3_538_984 + 3 * 3_504_872)
    built = FunctionNetwork("f", "module:f", 32, 10)
    assert saved_bytes(built, Cost(0, 1000, 0), 2) == 4 * 2100


@pytest.mark.parametrize(
    ("available", "batch"), [(10_000, 48), (4_900, 48), (4_899, 24), (1_300, 12), (199, None)]
)
def test_the_largest_part_of_a_batch_that_fits(available: int, batch: int | None) -> None:
    assert shrunk_batch(48, lambda size: 100 + 100 * size, available) == batch


def test_parts_of_a_batch_are_equal() -> None:
    parts = {shrunk_batch(30, lambda size: size, most) for most in range(1, 31)}
    assert parts == {1, 2, 3, 5, 6, 10, 15, 30}
    assert shrunk_batch(7, lambda size: size, 6) == 1
