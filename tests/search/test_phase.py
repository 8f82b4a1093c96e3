"""Failures are data, hangs are ended, and a stop is orderly."""

import contextlib
import os
import signal
import time

import pytest

from scalesearch.config.patience import Patience
from scalesearch.errors import StudyError
from scalesearch.executors.executor import SerialExecutor
from scalesearch.executors.processes import ProcessExecutor
from scalesearch.search.driver import train_all
from scalesearch.search.events import Finished, Noted, Retried, Stopping
from scalesearch.search.interruption import Interrupted
from scalesearch.search.phase import Manner
from scalesearch.studies.study import open_study, read_records
from tests.search import fake_trainer
from tests.search.tasks_for_tests import a_task, comparable

TRAINER = f"{fake_trainer.__name__}:train"


def trained(folder, tasks, workers=1, patience=None, executor=None, events=None, **manner):
    """The table, and the events."""
    folder.mkdir(exist_ok=True)
    events = [] if events is None else events
    manner = Manner(patience or Patience(), **manner)
    executor = executor or ProcessExecutor(
        TRAINER, workers, log=folder / "log", hangs_after=manner.patience.hangs_after
    )
    with contextlib.closing(open_study(folder / "s", {})) as study, contextlib.closing(executor):
        return train_all(study, tasks, executor, "search", events.append, manner=manner), events


def of_kind(events, kind):
    return [event for event in events if isinstance(event, kind)]


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("raise", "ValueError: labels out of range"),
        ("diverge", "loss is nan: the training diverged"),
        ("die", "killed by SIGKILL, likely out of memory"),
        ("leave", "ended with exit code 3"),
    ],
)
def test_failures_are_data_tried_again_as_set_and_then_recorded_with_the_reason(
    tmp_path, act, reason
):
    tasks = [a_task(1, act=act), a_task(2), a_task(3)]
    rows, events = trained(tmp_path, tasks, patience=Patience(retries=2))
    assert [row["state"] for row in rows] == ["failed", "complete", "complete"]
    assert reason in rows[0]["reason"]
    assert [reason in event.reason for event in of_kind(events, Retried)] == [True, True]


def test_what_fails_once_and_then_succeeds_is_complete(tmp_path):
    rows, events = trained(tmp_path, [a_task(1, act="fail once", log=str(tmp_path / "seen"))])
    assert [row["state"] for row in rows] == ["complete"]
    assert len(of_kind(events, Retried)) == 1


def test_a_child_that_hangs_is_killed_and_named(tmp_path):
    """It has the processor and its process, and does no step."""
    tasks = [a_task(1, act="hang", pid=str(tmp_path / "pid")), a_task(2)]
    patience = Patience(retries=0, hangs_after=0.5)
    rows, _ = trained(tmp_path, tasks, workers=2, patience=patience)
    assert rows[0]["reason"] == "the training hung: no step for 0.5 s"
    assert rows[1]["state"] == "complete"


def test_a_child_that_is_slow_but_steps_does_not_hang(tmp_path):
    rows, _ = trained(tmp_path, [a_task(nap=0.4)], patience=Patience(hangs_after=0.6))
    assert [row["state"] for row in rows] == ["complete"]


def test_a_stopped_child_process_hangs_too(tmp_path):
    """Not even a child that the system has put to sleep keeps a search waiting."""
    task = a_task(1, act="sleep", pid=str(tmp_path / "pid"))
    rows, _ = trained(tmp_path, [task, a_task(2)], patience=Patience(0, 0.5))
    assert rows[0]["reason"].startswith("the training hung")


def test_if_more_than_the_set_share_fails_the_search_stops_and_says_so(tmp_path):
    tasks = [a_task(number, act="raise" if number < 4 else "train") for number in range(1, 11)]
    rows, _ = trained(tmp_path, tasks, patience=Patience(most_failed=0.3))
    assert len(rows) == 10
    with pytest.raises(StudyError, match=r"3 of 10 trainings failed, .* share of 0\.2 may.*retry"):
        trained(tmp_path, tasks, patience=Patience(most_failed=0.2))


def test_retry_failed_tries_failures_again_and_only_those(tmp_path):
    log = tmp_path / "log of trainings"
    rows, _ = trained(tmp_path, [a_task(1, act="raise", log=str(log)), a_task(2, log=str(log))])
    assert [row["state"] for row in rows] == ["failed", "complete"]
    mended = [a_task(1, log=str(log)), a_task(2, log=str(log))]
    assert trained(tmp_path, mended)[0] == rows
    rows, _ = trained(tmp_path, mended, retry_failed=True)
    assert [row["state"] for row in rows] == ["complete", "complete"]
    assert sorted(log.read_text().splitlines()) == [f"{1:016x} 0", f"{2:016x} 0"]


def test_a_disk_or_images_that_fail_one_training_stop_the_search_and_count_as_no_failure(tmp_path):
    tasks = [a_task(1, act="no disk"), a_task(2)]
    with pytest.raises(StudyError, match="No space left"):
        trained(tmp_path, tasks)
    assert a_task(1).cell not in {row["cell"] for row in read_records(tmp_path / "s")}


def test_notes_of_a_training_reach_the_display(tmp_path):
    _, events = trained(tmp_path, [a_task(act="note")])
    assert [event.text for event in of_kind(events, Noted)] == ["the checkpoint is damaged"]


def test_a_stop_is_orderly_what_runs_stops_at_a_step_and_what_ended_is_kept(tmp_path):
    begun = time.monotonic()
    tasks = [a_task(number, steps=1000, nap=0.01) for number in (1, 2)]
    events = []
    with pytest.raises(Interrupted):
        trained(
            tmp_path,
            tasks,
            workers=2,
            events=events,
            stop=lambda: time.monotonic() - begun > 1.5,
        )
    assert time.monotonic() - begun < 6
    assert [event.running for event in of_kind(events, Stopping)] == [2]
    assert read_records(tmp_path / "s") == []
    assert not of_kind(events, Finished)


def test_what_fails_once_a_stop_was_asked_for_is_no_failure(tmp_path):
    """Who stops a service signals all its processes: trainings may end before the driver stops."""
    events = []

    def killed(spec, progress):
        progress({"note": "signal"})
        raise OSError("killed by SIGTERM")

    with pytest.raises(Interrupted):
        trained(
            tmp_path, [a_task(1)], patience=Patience(retries=0), executor=SerialExecutor(killed),
            events=events, stop=lambda: bool(of_kind(events, Noted)),
        )  # fmt: skip
    assert read_records(tmp_path / "s") == []


def test_a_stop_waits_for_no_imports(tmp_path, monkeypatch):
    source = "import time; time.sleep(30)\ndef train(): ..."  # still importing as it is closed
    (tmp_path / "slow.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    begun = time.monotonic()
    with pytest.raises(Interrupted):
        trained(
            tmp_path,
            [a_task()],
            executor=ProcessExecutor("slow:train", 1, log=tmp_path / "log"),
            stop=lambda: time.monotonic() - begun > 0.5,
        )
    assert time.monotonic() - begun < 5


def test_a_stop_in_this_very_process_is_orderly_too(tmp_path):
    answers = iter([False, False, False, True])
    tasks = [a_task(number) for number in range(1, 9)]
    with pytest.raises(Interrupted):
        trained(
            tmp_path,
            tasks,
            executor=SerialExecutor(fake_trainer.train),
            stop=lambda: next(answers, True),
        )
    assert 0 < len(read_records(tmp_path / "s")) < 8


def test_a_kill_of_every_child_is_survived(tmp_path):
    """As by a system out of memory, again and again: the table is that of a quiet run."""
    tasks = [a_task(number, nap=0.6) for number in range(1, 5)]
    quiet, _ = trained(tmp_path / "quiet", tasks, workers=2)
    killed = []

    class Killing(ProcessExecutor):
        def wait(self, on_progress, seconds=1e9):
            for child in self._children.values():
                if child.pid and child.task.key not in killed:
                    killed.append(child.task.key)
                    os.kill(child.pid, signal.SIGKILL)
            return super().wait(on_progress, seconds)

    executor = Killing(TRAINER, 2, log=tmp_path / "log")
    rows, events = trained(tmp_path / "killed", tasks, executor=executor)
    assert comparable(rows) == comparable(quiet)
    assert len(of_kind(events, Retried)) == len(killed) == 4
