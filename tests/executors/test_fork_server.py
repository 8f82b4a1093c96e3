"""The fork server: what it does where it cannot start, and that nothing outlives its driver."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from scalesearch.errors import StudyError
from scalesearch.executors.processes import ProcessExecutor
from tests.search import fake_trainer
from tests.search.tasks_for_tests import a_task
from tests.search.watching import alive, until

TRAINER = f"{fake_trainer.__name__}:train"


def test_a_trainer_that_cannot_be_imported_is_an_error_at_once(tmp_path):
    executor = ProcessExecutor("no_such_module:train", 1, log=tmp_path / "log")
    executor.submit(a_task())
    with (
        contextlib.closing(executor),
        pytest.raises(StudyError, match=r"cannot start: ModuleNotFoundError: .*no_such_module"),
    ):
        executor.wait(lambda task, state: None)


def test_a_server_that_dies_whenever_it_starts_is_given_up(tmp_path, monkeypatch):
    (tmp_path / "deadly.py").write_text("import os; os._exit(7)")
    monkeypatch.syspath_prepend(str(tmp_path))
    executor = ProcessExecutor("deadly:train", 1, log=tmp_path / "log")
    executor.submit(a_task())
    with (
        contextlib.closing(executor),
        pytest.raises(StudyError, match=r"lost 3 times in a row: ended with exit code 7\. See"),
    ):
        executor.wait(lambda task, state: None)


def test_a_server_that_hangs_whenever_it_starts_is_given_up_and_not_called_out_of_memory(
    tmp_path, monkeypatch
):
    (tmp_path / "sleepy.py").write_text("import time; time.sleep(60)")  # hangs in its import
    monkeypatch.syspath_prepend(str(tmp_path))
    executor = ProcessExecutor("sleepy:train", 1, log=tmp_path / "log", hangs_after=1.0)
    executor.submit(a_task())
    with (
        contextlib.closing(executor),
        pytest.raises(StudyError, match=r"lost 3 times in a row: it started none within 1 s\. See"),
    ):
        executor.wait(lambda task, state: None)


DRIVER = f"""
import contextlib, sys
from pathlib import Path
from {a_task.__module__} import a_task
from scalesearch.executors.processes import ProcessExecutor
executor = ProcessExecutor({TRAINER!r}, 2)
with contextlib.closing(executor):
    executor.submit(a_task(act="hang", pid=sys.argv[1]))
    print(executor.server_pid, flush=True)  # a child that ran this file again would print
    executor.wait(lambda task, state: None)
"""


@pytest.fixture
def driver(tmp_path):
    """A driver with a hanging child; its process, the server's and the child's ids."""
    script, pid = tmp_path / "script_without_guard.py", tmp_path / "pid"
    script.write_text(DRIVER)
    process = subprocess.Popen(
        [sys.executable, str(script), str(pid)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    until(lambda: pid.exists() and pid.read_text())
    yield process, int(process.stdout.readline()), int(pid.read_text())
    process.kill()
    process.communicate()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_child_and_server_end_with_the_driver_however_it_ends(driver, number):
    process, server, child = driver
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert process.returncode == -number
    assert out == ""  # no child ran the driver's script again
    assert err.count("Traceback") == (number == signal.SIGINT)  # the driver's own, no child's
    until(lambda: not alive(child))
    until(lambda: not alive(server))


def test_a_child_ends_with_the_driver_even_without_its_fork_server(driver):
    process, server, child = driver
    process.send_signal(signal.SIGSTOP)  # it must not start another server
    os.kill(server, signal.SIGKILL)
    until(lambda: not alive(server))
    assert alive(child)
    process.kill()
    until(lambda: not alive(child))


def test_a_server_still_importing_ends_with_its_driver(tmp_path, monkeypatch):
    source = "import time; time.sleep(30)\ndef train(): ..."  # still importing as it is closed
    (tmp_path / "slow.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    executor = ProcessExecutor("slow:train", 1, log=tmp_path / "log")
    executor.submit(a_task())
    begun = time.monotonic()
    executor.close()
    assert time.monotonic() - begun < 5
    assert not alive(executor.server_pid)
