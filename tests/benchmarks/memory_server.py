"""A process that imports TensorFlow once and forks a child for each training that is measured.

As the fork server of a search does. A line of standard input is the JSON of the specs that a child
trains one after the other; a line of what was measured goes to standard output.
"""

import gc
import json
import os
import sys
import time

from scalesearch.executors.peak_memory import peak_of_this_process
from scalesearch.training import worker

SECONDS = 0.05  # between two looks at the child


def main() -> None:
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(_measured(json.loads(line))), flush=True)


def _measured(specs: list[dict]) -> dict:
    """`peak`: most private bytes that are no file's; `told`: what the child itself says at its end,
    in `told_seconds` of processor time."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            for spec in specs:
                worker.train(spec, lambda state: None)
            start = time.thread_time()
            told = peak_of_this_process()
            answer = {
                "told": told,
                "told_seconds": time.thread_time() - start,
            }
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        os.write(write, json.dumps(answer).encode())
        os._exit(0)
    os.close(write)
    peak = 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        peak = max(peak, _private(child))
        time.sleep(SECONDS)
    with os.fdopen(read) as pipe:
        answer = pipe.read()
    return {"peak": peak, **json.loads(answer or '{"error": "the child was killed"}')}


def _private(process: int) -> int:
    try:
        with open(f"/proc/{process}/smaps_rollup") as file:
            found = {line.split(":")[0]: line.split() for line in file}
    except OSError:  # it has just ended
        return 0
    if "Anonymous" not in found:
        return 0
    # What is in memory, belongs to no file, and is not the server's too.
    return (int(found["Anonymous"][1]) - int(found["Shared_Dirty"][1])) * 1024


if __name__ == "__main__":
    main()
