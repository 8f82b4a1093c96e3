import os
import signal
import socket
import subprocess
import sys

import pytest

from scalesearch.errors import StudyError
from scalesearch.studies.lock import LOCK, acquire, hold

HOLDER = """
import sys, time
from pathlib import Path
from scalesearch.studies.lock import acquire
lock = acquire(Path(sys.argv[1]))
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_driver_is_refused_and_told_who_holds_the_study(tmp_path, holder):
    with pytest.raises(StudyError, match=f"process {holder.pid} on {socket.gethostname()}"):
        acquire(tmp_path)


def test_the_lock_of_a_killed_driver_is_free(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with hold(tmp_path):
        assert str(os.getpid()) in (tmp_path / LOCK).read_text()


def test_a_lock_can_be_taken_again_after_its_release(tmp_path):
    with hold(tmp_path), pytest.raises(StudyError, match="already being run"):
        acquire(tmp_path)
    lock = acquire(tmp_path)
    lock.release()
    lock.release()


def test_a_holder_that_has_not_yet_written_its_name_still_holds(tmp_path):
    with hold(tmp_path):
        (tmp_path / LOCK).write_text("")
        with pytest.raises(StudyError, match="another process"):
            acquire(tmp_path)
