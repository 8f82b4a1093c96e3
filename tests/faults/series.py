"""All faults, one kind after the other, each as a tally."""

import importlib
import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.observed.search import FAKE, REAL, Kind
from tests.places import ROOT

from . import kills, moments, shim, signals, victims
from .tally import Tally

REAL_SHARE = 0.1
"""Of the kills, those with the real trainer, whose searches take a minute each."""
_ROUND = 5  # kills in one search
_NAMED = "{} killed at a random moment".format
_NO_COMPILER = "skipped: no C compiler (cc, gcc, clang) to build the library that strikes"


@dataclass(frozen=True, slots=True)
class Options:
    """How much of everything. `real` of the `kills` meet searches with the real trainer."""

    kills: int
    real: int
    seed: int
    every: int
    """Of the writes of a small search every so manieth fails: by turns with EIO and ENOSPC."""
    fillings: int
    """How many file systems run full."""
    malformed: int
    signals: int


def run(options: Options, folder: Path, say: Callable[[str], None] = print) -> list[Tally]:
    """Everything that `options` ask for, in the empty `folder`."""
    library = shim.built(folder)
    found: list[Tally] = []
    for tally in (
        *_each_write(options, folder, library),
        *_mounted(options, folder),
        *_malformed(options),
        *_killed(FAKE, options.kills - options.real, options, folder, library),
        *(_killed(REAL, options.real, options, folder, library) if options.real else ()),
    ):
        say(", ".join(f"{name} {value}" for name, value in tally.row().items() if value != ""))
        for sentence in tally.wrong:
            say(f"  {sentence}")
        found.append(tally)
    return found


def _killed(
    kind: Kind, count: int, options: Options, folder: Path, library: Path | None
) -> Iterator[Tally]:
    """`count` kills or a few more: half of them at random moments, a third at exact ones."""
    rng = random.Random(f"{options.seed} {kind.trainer}")
    whole = kills.undisturbed(kind, folder / f"{kind.trainer} whole")
    exact = count // 3 if library else 0
    shares: dict[str | None, float] = {None: 1.0}
    chosen = [m for m in moments.MOMENTS if kind is FAKE or m.phase in moments.OF_A_TRAINING]
    if kind is FAKE:
        shares = {victims.DRIVER: 0.4, victims.WORKER: 0.25, victims.SERVER: 0.15, None: 0.2}
    for victim, share in shares.items():
        tally = Tally(_NAMED(victim or "driver, worker or fork server"), kind.trainer)
        _until(
            round(share * (count - exact)),
            tally,
            partial(kills.disturb, tally, whole, victim, rng),
            folder / f"{kind.trainer} {victim}",
        )
        yield tally
    if kind is FAKE:
        tally = Tally("SIGINT or SIGTERM to the driver", kind.trainer)
        _until(
            options.signals,
            tally,
            partial(signals.disturb, tally, whole, rng),
            folder / "signals",
        )
        yield tally
    if library is None:
        yield Tally("killed in the middle of a write", kind.trainer, skipped=_NO_COMPILER)
        return
    writes = moments.writes(kind, folder / f"{kind.trainer} writes", library)
    for moment in chosen:
        tally = Tally(f"{moment.victim} killed in a write: {moment.phase}", kind.trainer)
        if not writes[moment.phase]:
            tally.skipped = "skipped: the search writes none"
        else:
            _until(
                -(-exact // len(chosen)),
                tally,
                partial(moments.disturb, tally, whole, library, moment, writes[moment.phase], rng),
                folder / f"{kind.trainer} {moment.phase}",
            )
        yield tally


def _until(count: int, tally: Tally, disturb: Callable[[Path, int], None], folder: Path) -> None:
    """Disturb one search after the other until `count` faults were injected."""
    for place in range(3 + count):
        if tally.injected >= count:
            return
        disturb(folder / str(place), min(_ROUND, count - tally.injected))
    tally.blame(f"only {tally.injected} of {count} faults could be injected")


def _each_write(options: Options, folder: Path, library: Path | None) -> list[Tally]:
    errors = ("EIO", "ENOSPC")
    if library is None:
        return [Tally(f"{name} at a write", "fake", skipped=_NO_COMPILER) for name in errors]
    memory = Path("/dev/shm")  # nothing is to be learnt from how slow a disk is
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else folder) as place:
        started = [
            _start(["each_write", library, Path(place, name), name, first, step], library)
            for name, first, step in (
                ("EIO", 1, 2 * options.every),
                ("ENOSPC", 1 + options.every, 2 * options.every),
            )
        ]
        return [Tally(**_answer(process)) for process in started]


def _mounted(options: Options, folder: Path) -> list[Tally]:
    unshare = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
    may = subprocess.run(
        [*unshare, "mount", "-t", "tmpfs", "tmpfs", folder], capture_output=True, check=False
    )
    if may.returncode != 0:
        why = f"skipped: no file system can be mounted here ({may.stderr.decode().strip()})"
        names = ("file system runs full", "file system is read-only")
        return [Tally(name, "fake", skipped=why) for name in names]
    process = _start(["mounted", folder / "mounted", options.fillings], None, unshare)
    return [Tally(**each) for each in _answer(process)]


def _malformed(options: Options) -> list[Tally]:
    if importlib.util.find_spec("tests.malformed") is None:
        return [Tally("malformed file", "none", skipped="skipped: there is no tests/malformed.py")]
    counts = importlib.import_module("tests.malformed").run(options.malformed, options.seed)
    tally = Tally(
        f"malformed file: YAML {counts.yaml}, CSV {counts.csv}, JSON {counts.json}",
        "none",
        injected=counts.inputs,
        crashes=counts.tracebacks,
    )
    for fault in counts.faults:
        tally.blame(fault)
    return [tally]


def _start(
    arguments: Sequence[Any], library: Path | None, before: Sequence[str] = ()
) -> "subprocess.Popen[str]":
    module, *more = map(str, arguments)
    preload = {"LD_PRELOAD": str(library)} if library else {}
    return subprocess.Popen(
        [*before, sys.executable, "-m", f"tests.faults.{module}", *more],
        env={**os.environ, "PYTHONPATH": str(ROOT), **preload},
        stdout=subprocess.PIPE,
        text=True,
    )


def _answer(process: "subprocess.Popen[str]") -> Any:
    out, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{process.args!r} ended with code {process.returncode}")
    return json.loads(out)
