"""A training's peak of memory as its own process tells it."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scalesearch.executors.peak_memory import COPIED, peak_of_this_process

MB = 2**20
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Linux alone says it")


def _process(proc: Path, number: str, words: bytes, **status: int) -> None:
    folder = proc / number
    folder.mkdir(parents=True)
    lines = [f"{name}:\t{value}" for name, value in status.items()]
    text = "\n".join(["Name:\tpython", *lines]).replace("kB", " kB")
    (folder / "status").write_text(text, encoding="utf-8")
    (folder / "cmdline").write_bytes(words)


def _kb(count: int) -> str:
    return f"{count}kB"


def test_a_child_does_not_count_what_it_shares_with_its_server(tmp_path: Path) -> None:
    _process(
        tmp_path, "self", b"python\0-c\0",
        PPid=7, VmHWM=_kb(900_000), VmRSS=_kb(800_000), RssAnon=_kb(700_000), RssFile=_kb(100_000),
    )  # fmt: skip
    _process(tmp_path, "7", b"python\0-c\0", RssAnon=_kb(300_000), RssFile=_kb(400_000))
    assert peak_of_this_process(tmp_path) == 500_000 * 1024 + COPIED


def test_a_program_of_its_own_counts_everything(tmp_path: Path) -> None:
    _process(
        tmp_path, "self", b"python\0train.py\0",
        PPid=7, VmHWM=_kb(900_000), RssAnon=_kb(700_000), RssFile=_kb(100_000),
    )  # fmt: skip
    _process(tmp_path, "7", b"bash\0", RssAnon=_kb(300_000))
    assert peak_of_this_process(tmp_path) == 800_000 * 1024


def test_nothing_is_said_where_the_system_does_not(tmp_path: Path) -> None:
    assert peak_of_this_process(tmp_path) is None
    _process(tmp_path, "self", b"python\0", VmHWM=_kb(5))
    assert peak_of_this_process(tmp_path) is None


def _in_child(work: Callable[[], None]) -> int:
    """What a forked child says after `work`."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        work()
        os.write(write, str(peak_of_this_process()).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        peak = int(pipe.read())
    os.waitpid(child, 0)
    return peak


@ON_LINUX
def test_a_real_child_tells_what_it_took_and_gave_back() -> None:
    before = b"x" * (300 * MB)  # the parent's, which the child only shares

    def work() -> None:
        taken = bytearray(200 * MB)
        taken[::4096] = b"y" * len(taken[::4096])
        del taken

    nothing = _in_child(lambda: None)
    peak = _in_child(work)
    assert len(before) == 300 * MB
    assert nothing < 100 * MB
    assert 195 * MB < peak - nothing < 220 * MB
