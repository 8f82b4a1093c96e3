"""Trainings at the end of a pipe: `python -m tests.benchmarks.training_worker [DATA_DIR]`.

Each line of standard input is a job as JSON; each line of standard output what came of it. It ends
at once, in the middle of a training too, when standard input does: nothing is left behind by a
parent that was killed.
"""

import json
import os
import queue
import sys
import threading
from typing import Any

ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "OMP_NUM_THREADS": "1"}


def main() -> None:
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(lines,), daemon=True).start()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    from .one_training import train
    from .training_images import images_of
    from .training_jobs import job_from

    data_dir = sys.argv[1] if len(sys.argv) > 1 else None
    kept: dict[tuple[str, int, int], Any] = {}
    while True:
        job = job_from(json.loads(lines.get()))
        try:
            which = (job.dataset, job.train, job.validation)
            if which not in kept:
                kept.clear()
                kept[which] = images_of(job.dataset, data_dir, job.train, job.validation)
            found = train(job, *kept[which])
        except Exception as error:  # whatever it is, the other trainings go on
            found = {"failed": f"{type(error).__name__}: {error}"}
        print(json.dumps(found), file=answers, flush=True)


def _read(lines: "queue.SimpleQueue[str]") -> None:
    for line in sys.stdin:
        lines.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
