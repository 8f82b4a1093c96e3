"""Trainings in pieces: jobs, their rows, and what is left of them."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scalesearch.config.recipe import Recipe
from scalesearch.errors import ScaleSearchError
from tests.benchmarks import table, table_networks, tagged_rows, training_pieces
from tests.benchmarks.training_jobs import Job, Proxy, job_from
from tests.benchmarks.training_outcomes import Outcome, Score, merged, outcome_from
from tests.benchmarks.training_rows import read_outcomes, write_outcomes

PROXY = Proxy(resolution=19, width=0.16, depth=0.5, drop_strides=2)
RECIPE = Recipe(epochs=3, batch_size=32, optimizer="adamw", learning_rate=0.008, flip=True)
JOB = Job(PROXY, (1, 1, 1, 2, 2, 2, 1), 1.0, 20, RECIPE, seed=0, tag="pixels8")
LAB = {
    "tag": "pixels8",
    "base": {"resolution": 19, "width": 0.16, "depth": 0.5, "drop_strides": 2},
    "repeats": [1, 1, 1, 2, 2, 2, 1],
    "width": 1,
    "resolution": 20,
    "recipe": {"epochs": 3, "batch_size": 32, "optimizer": "adamw", "learning_rate": 0.008,
               "flip": True, "weight_decay": 0},
    "seed": 0,
    "train": 16000,
    "val": 10000,
}  # fmt: skip


def outcome(job: Job = JOB, top1: float = 47.1, failed: str = "") -> Outcome:
    network = job.network
    facts = (network.blocks, network.cost.macs, network.cost.params)
    if failed:
        return Outcome(job, *facts, failed=failed)
    scores = {"0.99-4096": Score(top1, top1 - 1, 1.4412120025634765), "last-1024": Score(1, 2, 3)}
    losses = tuple(2.350659654495564 - part / 7 for part in range(16))
    return Outcome(job, *facts, 1500, 46.36434065499998, 53.4, losses, scores)


def test_the_network_of_a_job_is_the_one_that_was_trained() -> None:
    """Counts of a training of 20 px that was done with other code."""
    assert (JOB.network.blocks, JOB.network.cost.macs, JOB.network.cost.params) == (
        10, 1_195_606, 82_623,
    )  # fmt: skip


def test_a_job_without_sizes_is_the_proxy_itself() -> None:
    values = {name: value for name, value in LAB.items() if name not in ("repeats", "width")}
    assert job_from(values).network.key == PROXY.network().key


def test_a_job_is_the_same_after_json_and_its_tag_decides_nothing() -> None:
    again = job_from(json.loads(json.dumps(JOB.to_json())))
    assert again == JOB
    assert replace(JOB, tag="other").key == JOB.key
    others = [replace(JOB, seed=1), replace(JOB, width=1.1), replace(JOB, full=True)]
    assert len({job.key for job in (JOB, *others)}) == 4


def test_values_that_are_the_usual_ones_decide_nothing() -> None:
    """So a recipe's new field leaves what was trained before as it is."""
    named = replace(RECIPE, weight_decay=0.0, average=0.0, label_smoothing=0)
    assert replace(JOB, recipe=named).key == JOB.key
    whole = replace(RECIPE, warmup_epochs=1)
    assert (
        replace(JOB, recipe=whole).key == replace(JOB, recipe=replace(whole, warmup_epochs=1.0)).key
    )


def test_jobs_of_shorter_files_are_understood() -> None:
    job = job_from(LAB)
    assert (job.dataset, job.train, job.validation) == ("cifar10", 16000, 10000)
    assert replace(job, train=30_000).key == JOB.key
    assert job_from(LAB | {"data": "digits"}).network.input_channels == 1


def test_rows_come_back_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    deep = replace(JOB, repeats=(1, 2, 1, 2, 2, 2, 1), seed=7, decays=(0.98,), full=True)
    written = [outcome(), outcome(deep, 100 / 3), outcome(replace(JOB, seed=1), failed="no, 1-2")]
    write_outcomes(path, written)
    assert read_outcomes(path) == written
    write_outcomes(path, read_outcomes(path))
    assert read_outcomes(path) == written


def test_lines_of_json_are_rows_too_and_a_torn_one_is_not(tmp_path: Path) -> None:
    found = outcome()
    scores = {name: score._asdict() for name, score in dict(found.scores).items()}
    values = {**JOB.to_json(), "blocks": found.blocks, "macs": found.macs, "params": found.params,
              "steps": 1500, "losses": found.losses, "scores": scores,
              "train_seconds": found.train_seconds, "seconds": found.seconds}  # fmt: skip
    path = tmp_path / "rows.jsonl"
    failed = json.dumps(replace(JOB, seed=1).to_json() | {"error": "why"})
    path.write_text(json.dumps(values) + "\n" + failed + "\n" + json.dumps(values)[:50])
    assert read_outcomes(path) == [found, outcome(replace(JOB, seed=1), failed="why")]


def test_a_row_of_a_network_that_is_made_otherwise_now_is_refused() -> None:
    found = outcome()
    values = {**JOB.to_json(), "blocks": found.blocks, "macs": found.macs - 1, "params": 1}
    with pytest.raises(ScaleSearchError, match="made otherwise since: train it again"):
        outcome_from(values | {"steps": 0})


def test_what_failed_is_missing_and_gives_way_to_what_ended_well() -> None:
    other = replace(JOB, seed=1)
    bad = outcome(failed="why")
    assert training_pieces.missing([JOB, other, JOB], [bad]) == [JOB, other]
    assert training_pieces.missing([JOB, other], [bad, outcome()]) == [other]
    assert merged([bad], [outcome()], [bad]) == [outcome()]


def test_a_table_that_another_run_fills_is_left_alone(tmp_path: Path) -> None:
    pieces = training_pieces.Pieces(tmp_path / "rows.csv", minutes=0)
    with (
        training_pieces._alone(pieces.table),
        pytest.raises(ScaleSearchError, match="Another run is working on"),
    ):
        training_pieces.advance([JOB], pieces)
    write_outcomes(pieces.table, [outcome()])
    assert training_pieces.advance([JOB], pieces) == [outcome()]


def pieces(table: Path, minutes: float | None = None) -> training_pieces.Pieces:
    return training_pieces.Pieces(
        table, minutes=minutes, program="tests.benchmarks.fake_worker", workers=2
    )


def test_what_is_missing_is_trained_and_what_is_there_is_kept(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    jobs = [replace(JOB, seed=seed) for seed in range(5)]
    write_outcomes(table, [outcome(jobs[0], 47.1)])
    found = training_pieces.advance(jobs, pieces(table))
    assert {each.job.seed: each.top1() for each in found} == {0: 47.1, 1: 1, 2: 2, 3: 3, 4: 4}
    assert read_outcomes(table) == found
    assert training_pieces.advance(jobs, pieces(table)) == found


def test_a_failed_training_leaves_the_others_and_is_tried_again(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    jobs = [replace(JOB, seed=seed) for seed in (14, 1)]
    assert [each.job.seed for each in training_pieces.advance(jobs, pieces(table))] == [1]
    assert {each.failed for each in read_outcomes(table)} == {"", "why"}
    assert training_pieces.missing(jobs, read_outcomes(table)) == [jobs[0]]


def test_a_worker_that_dies_costs_its_own_training_alone(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    jobs = [replace(JOB, seed=seed) for seed in (1, 2, 3, 13)]
    with pytest.raises(ScaleSearchError, match=r"A worker ended in the training.*seed 13"):
        training_pieces.advance(jobs, pieces(table))
    assert {each.job.seed for each in read_outcomes(table)} == {1, 2, 3}


def test_no_training_is_begun_once_time_is_up(tmp_path: Path) -> None:
    jobs = [replace(JOB, seed=seed) for seed in range(200)]
    found = training_pieces.advance(jobs, pieces(tmp_path / "rows.csv", minutes=1e-9))
    assert found == []


def test_a_measurement_keeps_the_rows_of_its_own_tags(tmp_path: Path) -> None:
    brought = tmp_path / "brought.csv"
    other = replace(JOB, seed=1, tag="balance4")
    write_outcomes(brought, [outcome(), outcome(other)])
    own = tmp_path / "geometry_trainings.csv"
    [tagged] = tagged_rows.brought(own, [brought], "pixels")
    assert (tagged.tag, list(tagged.outcomes)) == ("pixels8", [outcome()])
    assert read_outcomes(own) == [outcome()]
    assert tagged_rows.brought(own, [], "pixels") == [tagged]
    with pytest.raises(ScaleSearchError, match="has no trainings tagged recipe"):
        tagged_rows.brought(own, [], "recipe")


def test_every_part_of_the_tables_trainings_is_of_use() -> None:
    """All networks are trained once at each length before any is trained twice."""
    found = [
        table_networks.Member({"names": f"n{blocks}"}, replace(JOB, repeats=(1,) * 6 + (blocks,)))
        for blocks in (1, 2)
    ]
    jobs = table_networks.order(found, ((3, 3), (12, 2), (30, 1)))
    told = [(sum(job.repeats), job.recipe.epochs, job.seed) for job in jobs]
    assert told[:6] == [(7, 3, 0), (8, 3, 0), (7, 12, 0), (8, 12, 0), (7, 30, 0), (8, 30, 0)]
    assert told[6:] == [(7, 3, 1), (8, 3, 1), (7, 12, 1), (8, 12, 1), (7, 3, 2), (8, 3, 2)]
    assert {job.key for job in jobs if job.full} == {
        job.key for job in jobs if job.recipe.epochs > 3
    }


def test_the_lengths_of_a_table_are_read_or_refused() -> None:
    assert table.lengths_of("3:6,12:4") == ((3, 6), (12, 4))
    with pytest.raises(ScaleSearchError, match=r"EPOCHS:SEEDS.*Got '3,12'"):
        table.lengths_of("3,12")
