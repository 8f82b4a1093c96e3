"""Where the trainings of a study keep their checkpoints while they last."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from scalesearch.core.tasks import Key, Task
from scalesearch.files.whole_files import sweep

CHECKPOINTS = "checkpoints"
"""Folder of a study that holds a folder for each training under way."""


class CheckpointFolders:
    """The folders of one study. They decide no result, only how soon it is there."""

    def __init__(self, study: Path) -> None:
        self._root = (study / CHECKPOINTS).resolve()

    def given(self, task: Task) -> Task:
        """The task, told where to keep its checkpoints and to go on from."""
        return replace(task, spec={**task.spec, "checkpoint": str(self._folder(task.key))})

    def forget(self, task: Task) -> None:
        """Remove the checkpoints of a training whose outcome is on disk."""
        shutil.rmtree(self._folder(task.key), ignore_errors=True)

    def sweep(self, finished: Iterable[Key]) -> None:
        """Remove what a kill left: half a file, or the folder of a training that has ended."""
        if self._root.is_dir():
            for folder in self._root.iterdir():
                sweep(folder)
            there = {entry.name for entry in self._root.iterdir()}
            for key in finished:
                if self._folder(key).name in there:
                    shutil.rmtree(self._folder(key), ignore_errors=True)

    def _folder(self, key: Key) -> Path:
        cell, seed = key
        return self._root / f"{cell}_seed{seed}"
