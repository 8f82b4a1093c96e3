"""Where trainings run: the executor that a study is given where none other is handed in."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scalesearch.core.jobs import OwnTrainer
from scalesearch.executors.executor import Executor

TRAINER = "scalesearch.training.worker:train"
"""Our own, in TensorFlow."""


@dataclass(frozen=True, slots=True)
class ExecutorRequest:
    """What a study needs of the executor that is made for it.

    Attributes:
        trainer: the user's own, a function or its name; None for ours.
        workers: trainings at a time.
        threads: of each training.
        log: file that takes what trainings print.
        hangs_after: seconds without a step after which a training counts as hanging.
        kept: how many networks are kept ready for another training.
        stop: what a trainer in this process is stopped by.
    """

    trainer: OwnTrainer | str | None
    workers: int
    threads: int
    log: Path
    hangs_after: float
    kept: int = 0
    stop: Callable[[], bool] = lambda: False


Executors = Callable[[ExecutorRequest], Executor]
"""Makes an executor, which the study closes at its end."""


def usual_executor(request: ExecutorRequest) -> Executor:
    """Processes for our trainer and for one that has a name, this process for a function."""
    if request.trainer is not None:
        from scalesearch.executors.own_trainers import executor_of

        return executor_of(
            request.trainer,
            request.workers,
            environment(request.threads),
            request.log,
            request.hangs_after,
            request.stop,
        )
    from scalesearch.executors.processes import ProcessExecutor

    return ProcessExecutor(
        TRAINER,
        workers=request.workers,
        environment=environment(request.threads),
        log=request.log,
        hangs_after=request.hangs_after,
        kept=request.kept,
    )


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def environment(threads: int) -> dict[str, str]:
    """What a worker's environment must hold before TensorFlow is imported.

    The settings of glibc's allocator put features on huge pages and keep them for the next step,
    which spares a tenth of a step's time; other allocators ignore them. The user's own win.
    """
    count = str(threads)
    allocator = [
        "glibc.malloc.hugetlb=1",
        "glibc.malloc.mmap_threshold=1073741824",
        "glibc.malloc.trim_threshold=4294967296",
        "glibc.malloc.top_pad=67108864",
    ]
    given = os.environ.get("GLIBC_TUNABLES")
    return {
        "TF_NUM_INTRAOP_THREADS": count,
        "TF_NUM_INTEROP_THREADS": "1",
        "OMP_NUM_THREADS": count,
        "OPENBLAS_NUM_THREADS": count,
        "GLIBC_TUNABLES": ":".join([*allocator, given] if given else allocator),
        "TF_CPP_MIN_LOG_LEVEL": os.environ.get("TF_CPP_MIN_LOG_LEVEL", "3"),
    }
