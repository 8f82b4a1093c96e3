"""Where a training has got to, on disk: what it takes to go on as if nothing had happened.

One folder a training, one file a checkpoint, `STEP-SHA256.npz`: the arrays of every variable and
the record of what else is carried from step to step. A file is written whole and named by the hash
of its content, so a reader knows at once whether it is what was written. Random state needs no
arrays: order, changes and drops all follow from (seed, epoch, step).
"""

import contextlib
import hashlib
import json
import math
import re
import shutil
import time
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from scalesearch.errors import StudyError
from scalesearch.files.whole_files import write_hashed

KEPT = 2  # the newest, and the one before it in case the newest is damaged
_NAME = re.compile(r"(\d{9})-([0-9a-f]{64})\.npz")
_FORMAT = 1
_SPARE = 2**20  # bytes of a file beside its arrays
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

    def __post_init__(self) -> None:
        counts = self.step, self.timed
        numbers = (*counts, self.total, *self.losses, self.seconds, self.spent)
        if not (all(type(count) is int and count >= 0 for count in counts) and _finite(numbers)):
            raise ValueError(f"its progress is none: {self}"[:200])


def _finite(values: Sequence[object]) -> bool:
    return all(type(value) in (int, float) and math.isfinite(value) for value in values)  # type: ignore[arg-type] # a number by then


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
        self._told = False  # that none could be written

    def due(self) -> bool:
        """Whether it is time for another: writing them costs about 2 % of the time at most."""
        return self._clock() >= self._next

    def save(self, variables: Sequence[Any], progress: Progress) -> None:
        """Write a checkpoint whole, and only then remove those before the last two.

        `variables` are arrays, or what becomes one, and do so one at a time: copies of all of them
        would double what a large network takes. What cannot be written is reported, once: the
        training goes on, and what was there is kept.
        """
        begun = self._clock()
        record = {"format": _FORMAT, "of": self._of, "progress": asdict(progress)}
        text = json.dumps(record, allow_nan=False).encode()
        named = [("record", np.frombuffer(text, np.uint8))]
        named += [(f"v{index:05d}", variable) for index, variable in enumerate(variables)]
        try:
            write_hashed(
                self._folder,
                lambda file: _write_arrays(file, named),
                lambda digest: f"{progress.step:09d}-{digest}.npz",
                StudyError,
            )
            for old in self._files()[KEPT:]:
                old.unlink(missing_ok=True)
        except (OSError, StudyError) as error:
            if not self._told:  # a full disk would be told every few seconds
                self._report(
                    f"no checkpoint could be written ({error}); the training goes on without"
                )
            self._told = True
        now = self._clock()
        self._next = now + max(_LEAST_SECONDS, (now - begun) / _SHARE)

    def latest(self, like: Sequence[Any]) -> tuple[list[np.ndarray], Progress] | None:
        """The newest checkpoint that is whole, for variables `like` these; None if there is none.

        A damaged one is reported and removed.
        """
        for path in self._files():
            try:
                return self._read(path, like)
            except Exception as error:  # whatever it is, the training can do without
                self._report(
                    f"the checkpoint {path} is damaged ({error}): it is removed, and the training "
                    "goes on from the one before it, or from its start"
                )
                _remove(path)
        return None

    def _read(self, path: Path, like: Sequence[Any]) -> tuple[list[np.ndarray], Progress]:
        found = _NAME.fullmatch(path.name)
        kinds = [_kind(variable) for variable in like]
        most = _SPARE + sum(math.prod(shape) * kind.itemsize + 1024 for shape, kind in kinds)
        if not path.is_file() or path.stat().st_size > most:
            raise ValueError("it is no file, or too large for one")
        with path.open("rb") as whole:
            # Hashed as it is read: a copy of all of it would double what a large network takes.
            if found is None or hashlib.file_digest(whole, "sha256").hexdigest() != found[2]:
                raise ValueError("its content does not have the hash that its name says")
            whole.seek(0)
            with np.load(whole, allow_pickle=False) as file:
                if any(each.compress_type for each in file.zip.infolist()):
                    raise ValueError("it is packed, as no checkpoint is")  # and may be huge
                record = json.loads(bytes(file["record"]))
                arrays = [file[name] for name in sorted(file.files) if name != "record"]
        if (record["format"], record["of"]) != (_FORMAT, self._of):
            raise ValueError("it is of another training")
        if [_kind(array) for array in arrays] != kinds:
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


def _write_arrays(file: IO[bytes], named: Iterable[tuple[str, Any]]) -> None:
    """As `numpy.savez`, each array being made as it is written."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, variable in named:
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(variable), allow_pickle=False)


def _kind(variable: Any) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and type of an array or of a variable of Keras or TensorFlow."""
    dtype = getattr(variable.dtype, "as_numpy_dtype", variable.dtype)
    return tuple(map(int, variable.shape)), np.dtype(dtype)


def _remove(path: Path) -> None:
    """Remove what stands at `path`, if it can be."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        return
    with contextlib.suppress(OSError):
        path.unlink()


def identity(spec: dict[str, Any]) -> str:
    """The hash of what decides a training by its `spec`: network, recipe and seed."""
    decisive = {name: spec[name] for name in ("network", "recipe", "seed")}
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
