"""Where a training has got to, on disk: what it takes to go on as if nothing had happened.

One folder a training, one file a checkpoint, `STEP-SHA256.npz`: the arrays of every variable and
the record of what else is carried from step to step. A file is written whole and named by the hash
of its content, so a reader knows at once whether it is what was written. Random state needs no
arrays: order, changes and drops all follow from (seed, epoch, step).
"""

import hashlib
import io
import json
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scalesearch.errors import StudyError
from scalesearch.files import write_whole

KEPT = 2  # the newest, and the one before it in case the newest is damaged
_NAME = re.compile(r"(\d{9})-([0-9a-f]{64})\.npz")
_FORMAT = 1
_DAMAGE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)
_LEAST_SECONDS = 5.0
_SHARE = 0.02  # of the training time that writing may take


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is, beside its variables.

    `step` counts steps done, `total` is the sum of the losses of the epoch under way, `losses` the
    mean of each whole epoch (the history). `seconds` is wall time so far, `spent` the part of it
    within `timed` steps.
    """

    step: int = 0
    total: float = 0.0
    losses: tuple[float, ...] = ()
    seconds: float = 0.0
    spent: float = 0.0
    timed: int = 0


class Checkpoints:
    """The checkpoints of one training, in a folder of their own.

    `of` is the hash of all that decides the training (see `identity`); a file of another training
    is as good as damaged. `report` is told in a sentence of what could not be used.
    """

    def __init__(
        self,
        folder: Path,
        of: str,
        report: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._of = of
        self._report = report
        self._clock = clock
        self._next = clock() + _LEAST_SECONDS

    def due(self) -> bool:
        """Whether it is time for another: writing them costs about 2 % of the time at most."""
        return self._clock() >= self._next

    def save(self, arrays: Sequence[np.ndarray], progress: Progress) -> None:
        """Write a checkpoint whole, and only then remove those before the last two.

        What cannot be written is reported: the training goes on, and what was there is kept.
        """
        begun = self._clock()
        content = io.BytesIO()
        record = {"format": _FORMAT, "of": self._of, "progress": asdict(progress)}
        text = json.dumps(record, allow_nan=False).encode()
        named = {"record": np.frombuffer(text, np.uint8)}
        named |= {f"v{index:05d}": array for index, array in enumerate(arrays)}
        np.savez(content, **named)  # type: ignore[arg-type]  # the stub takes names for a flag
        data = content.getvalue()
        path = self._folder / f"{progress.step:09d}-{hashlib.sha256(data).hexdigest()}.npz"
        try:
            write_whole(path, data, StudyError)
            for old in self._files()[KEPT:]:
                old.unlink(missing_ok=True)
        except (OSError, StudyError) as error:
            self._report(f"no checkpoint could be written ({error}); the training goes on without")
        now = self._clock()
        self._next = now + max(_LEAST_SECONDS, (now - begun) / _SHARE)

    def latest(self, like: Sequence[np.ndarray]) -> tuple[list[np.ndarray], Progress] | None:
        """The newest checkpoint that is whole, for variables `like` these; None if there is none.

        A damaged one is reported and removed.
        """
        for path in self._files():
            try:
                return self._read(path, like)
            except _DAMAGE as error:
                self._report(
                    f"the checkpoint {path} is damaged ({error}): it is removed, and the training "
                    "goes on from the one before it, or from its start"
                )
                path.unlink(missing_ok=True)
        return None

    def _read(self, path: Path, like: Sequence[np.ndarray]) -> tuple[list[np.ndarray], Progress]:
        data = path.read_bytes()
        found = _NAME.fullmatch(path.name)
        if found is None or hashlib.sha256(data).hexdigest() != found[2]:
            raise ValueError("its content does not have the hash that its name says")
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            record = json.loads(bytes(file["record"]))
            arrays = [file[name] for name in sorted(file.files) if name != "record"]
        if (record["format"], record["of"]) != (_FORMAT, self._of):
            raise ValueError("it is of another training")
        if [(a.shape, a.dtype) for a in arrays] != [(a.shape, a.dtype) for a in like]:
            raise ValueError("its arrays are those of another network")
        values = record["progress"]
        return arrays, Progress(**{**values, "losses": tuple(values["losses"])})

    def _files(self) -> list[Path]:
        """Checkpoints, newest first."""
        if not self._folder.is_dir():
            return []
        return sorted((p for p in self._folder.iterdir() if _NAME.fullmatch(p.name)), reverse=True)

    def clear(self) -> None:
        """Remove them all: the training has ended."""
        shutil.rmtree(self._folder, ignore_errors=True)


def identity(spec: dict[str, Any]) -> str:
    """The hash of what decides a training by its `spec`: network, recipe and seed."""
    decisive = {name: spec[name] for name in ("network", "recipe", "seed")}
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
