"""Signals to a search, whole but for its trainer: an orderly end, or one at once."""

import fcntl
import os
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.observed.search import FAKE, Driver, Search, command
from tests.places import ROOT

MOST_SECONDS = 10.0
SLOW = {"FAULTS_NAP": "30"}  # no step will end within the time that a stop may take

pytestmark = pytest.mark.slow


@pytest.fixture
def search(tmp_path: Path) -> Search:
    return Search(FAKE, tmp_path / "search")


def said(search: Search) -> str:
    return (search.folder / "driver.log").read_text(encoding="utf-8")


def begun(search: Search, environment: dict[str, str]) -> Driver:
    """A driver whose trainings run."""
    driver = search.start(environment)
    assert driver.until("training"), said(search)
    _wait_until(lambda: "FAULTS_NAP" not in environment or _children(driver.process.pid))
    return driver


def _children(driver: int) -> list[str]:
    servers = _ids(driver)
    return [child for server in servers for child in _ids(server)]


def _ids(process: int | str) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def _wait_until(holds) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _ended(process: subprocess.Popen) -> float:
    """How many seconds it takes until it has ended."""
    begun = time.monotonic()
    process.wait(MOST_SECONDS)
    return time.monotonic() - begun


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_a_search_in_order_within_10_seconds_and_says_how_to_go_on(
    search: Search, number: signal.Signals
) -> None:
    driver = begun(search, {"FAULTS_NAP": "0.2"})
    _wait_until(lambda: list(search.study.glob("checkpoints/*/*.npz")))
    driver.process.send_signal(number)
    _ended(driver.process)
    assert driver.wait() == 128 + number
    assert "Interrupted. Nothing finished is lost" in said(search)
    assert "run the same command again" in said(search)
    assert list(search.study.glob("checkpoints/*/*.npz"))
    again = search.start({"FAULTS_NAP": "0"})
    assert again.wait() == 0, said(search)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_it_at_once(search: Search, number: signal.Signals) -> None:
    driver = begun(search, SLOW)
    driver.process.send_signal(number)
    _wait_until(lambda: "Interrupt again to end at once" in said(search))
    driver.process.send_signal(number)
    assert _ended(driver.process) < 2
    assert driver.wait() == 128 + number


def test_trainings_that_reach_no_step_keep_nobody_waiting_for_more_than_10_seconds(
    search: Search,
) -> None:
    driver = begun(search, SLOW)
    driver.process.send_signal(signal.SIGINT)
    assert _ended(driver.process) < MOST_SECONDS
    assert driver.wait() == 130


def test_a_search_started_by_nohup_outlives_its_terminal(search: Search) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # children inherit that
    try:
        driver = begun(search, {})
    finally:
        signal.signal(signal.SIGHUP, before)
    driver.process.send_signal(signal.SIGHUP)
    assert driver.wait() == 0, said(search)


def test_a_closed_terminal_ends_it_in_order_though_nothing_can_be_said_there_any_more(
    search: Search,
) -> None:
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.observed.driver", *command()],
        cwd=search.folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "FAULTS_TELL": "2",
            "FAULTS_TRAINER": search.kind.function,
            "FAULTS_NAP": "0.2",
        },
        stdin=theirs, stdout=theirs, stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(theirs)
    _wait_until(lambda: os.read(ours, 65536) and list(search.study.glob("checkpoints/*/*.npz")))
    os.close(ours)
    _ended(process)
    assert process.returncode == 129
    assert list(search.study.glob("checkpoints/*/*.npz"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_log_on_a_full_disk_ends_no_search(search: Search) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "tests.observed.driver", *command()],
            cwd=search.folder,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "FAULTS_TELL": "1",
                "FAULTS_TRAINER": search.kind.function,
            },
            stdout=subprocess.DEVNULL,
            stderr=full,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0
    assert (search.study / "coefficients.yaml").exists()
