"""A training of the table scores what a search's training of the same network does."""

from dataclasses import replace

import pytest

from scalesearch.config.recipe import Recipe
from scalesearch.data.image_cache import prepare
from scalesearch.data.spec import DataSpec
from scalesearch.training.trainer import train
from tests.benchmarks import one_training
from tests.benchmarks.training_jobs import Job, Proxy

RECIPE = Recipe(
    epochs=2, batch_size=32, optimizer="adamw", learning_rate=0.01, dropout=0.0, drop_connect=0.0,
    batch_norm_momentum=0.9, zero_init_residual=True,
)  # fmt: skip


def test_its_scores_are_a_searchs_bit_for_bit(tmp_path) -> None:
    data = prepare(DataSpec("digits", train=320, validation=300), tmp_path)
    proxy = Proxy(8, 0.05, 0.25, 2)
    job = Job(proxy, proxy.network(1).repeats, 1.1, 12, RECIPE, 5, "digits", decays=(0.9, 0.95))
    training, validation = ((data.images(p), data.labels(p)) for p in ("train", "validation"))
    found = one_training.train(replace(job, full=True), training, validation)
    for average, name in ((0.0, "last-4096"), (0.9, "0.9-4096")):
        score = train(job.network, replace(RECIPE, average=average), data, job.seed)
        assert found["scores"][name]["top1"] == pytest.approx(100 * score.top1)
        assert found["scores"][name]["loss"] == score.loss
    again = one_training.train(job, training, validation)
    assert again["scores"] == {
        name: of for name, of in found["scores"].items() if name in ("0.9-4096", "0.95-4096")
    }
    assert again["losses"] == found["losses"]
