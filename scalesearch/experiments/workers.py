"""Where trainings run: in processes of a fork server, in this process, or in an executor given."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scalesearch.core.tasks import Trainer
from scalesearch.executors.executor import Executor, SerialExecutor

TRAINER = "scalesearch.training.worker:train"
"""Our own, in TensorFlow."""


@dataclass(frozen=True, slots=True)
class ExecutorRequest:
    """What a study needs of the executor that is made for it.

    Attributes:
        trainer: "package.module:function" to be run in worker processes, or a function for this
            process.
        workers: trainings at a time.
        threads: of each training.
        log: file that takes what trainings print.
        hangs_after: seconds without a step after which a training counts as hanging.
        kept: how many networks are kept ready for another training.
    """

    trainer: str | Trainer
    workers: int
    threads: int
    log: Path
    hangs_after: float
    kept: int = 0


Executors = Callable[[ExecutorRequest], Executor]
"""Makes an executor, which the study closes at its end."""


def usual_executor(request: ExecutorRequest) -> Executor:
    """Processes for a trainer that has a name, this process for a function."""
    if not isinstance(request.trainer, str):
        return SerialExecutor(request.trainer)
    from scalesearch.executors.processes import ProcessExecutor

    return ProcessExecutor(
        request.trainer,
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
