"""Plans of jobs for own trainers: EfficientNet-B0 and a few of its scaled forms, with proxies."""

from typing import Any

from scalesearch.config.shipped_files import load_network
from scalesearch.core.jobs import job_spec
from scalesearch.core.multipliers import Coefficients, Multipliers
from scalesearch.core.networks import Realised
from scalesearch.core.proxies import shrink
from scalesearch.core.resolution import Resolution
from scalesearch.core.tasks import Task
from tests.search.tasks_for_tests import a_task


def networks(number: int) -> tuple[Realised, Realised]:
    """Network `number`, of which 0 is the baseline, at full size and as its proxy."""
    baseline = load_network("efficientnet_b0")
    small = baseline.at(width=0.25).resized(Resolution.square(32), classes=10)
    by = Multipliers(1.0 + number / 4, 1.0, 1.0 + number / 10)
    return baseline.realise(by), small.realise(by)


def a_job(number: int = 1, seed: int = 0, **spec: Any) -> Task:
    """The task of training network `number`; `spec` goes beside what its job is made of."""
    full, proxy = networks(number)
    coefficients = Coefficients(1.0 + number / 4, 1.0, 1.0 + number / 10)
    return a_task(number, seed, **job_spec(full, proxy, coefficients), **spec)


def small_job(number: int) -> Task:
    """As `a_job`, of a proxy that learns digits of 16x16 grey pixels within a few epochs."""
    full, _ = networks(number)
    small = shrink(
        load_network("efficientnet_b0"),
        resolution=Resolution.square(16),
        width=0.25,
        drop_strides=3,
        classes=10,
        channels=1,
        depth=0.3,
    )
    proxy = small.realise(Multipliers(1.0, 1.0 + number / 4, 1.0))
    return a_task(number, **job_spec(full, proxy, Coefficients(1.0, 1.0 + number / 4, 1.0)))


def jobs(seeds: int = 1) -> list[Task]:
    """The baseline and three candidates."""
    return [a_job(number, seed) for number in range(4) for seed in range(seeds)]
