"""The trainer in PyTorch that the documentation shows does what it says."""

import contextlib
import sys

import pytest

from scalesearch.core.jobs import job_of
from scalesearch.core.tasks import COMPLETE
from scalesearch.executors.own_trainers import executor_of, trainer_key
from scalesearch.search.driver import train_all
from scalesearch.studies.study import open_study
from tests.places import ROOT
from tests.search.jobs_for_tests import small_job

pytest.importorskip("torch")

EXAMPLES = ROOT / "docs" / "examples"


@pytest.mark.slow
def test_the_example_in_pytorch_trains_the_counted_networks_in_workers(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "path", [str(EXAMPLES), *sys.path])
    import torch_trainer

    job = job_of(small_job(1).spec)
    net = torch_trainer.nn.Sequential(*map(torch_trainer.Block, job.network.blocks))
    assert sum(weight.numel() for weight in net.parameters()) == job.network.params

    executor = executor_of("torch_trainer:train", workers=2)
    study = open_study(tmp_path, {})
    with contextlib.closing(study), contextlib.closing(executor):
        rows = train_all(study, [small_job(0), small_job(1)], executor, "trainings")
    assert {row["state"] for row in rows} == {COMPLETE}, [row["reason"] for row in rows]
    assert min(row["val_top1"] for row in rows) > 0.3  # of ten classes
    assert "package torch" in trainer_key("torch_trainer:train")["source"]
