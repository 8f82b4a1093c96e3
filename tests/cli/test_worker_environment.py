"""What workers are started with."""

import os
import subprocess
import sys

from scalesearch.experiments.executor_choice import environment


def test_a_users_own_allocator_settings_come_last(monkeypatch):
    monkeypatch.setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=0")
    names = environment(1)["GLIBC_TUNABLES"].split(":")
    assert names[-1] == "glibc.malloc.hugetlb=0"
    assert "glibc.malloc.hugetlb=1" in names


def test_a_process_starts_under_them_without_a_word():
    """A setting that the C library does not know must not be complained about."""
    done = subprocess.run(
        [sys.executable, "-c", "print(bytearray(2**26)[0])"],
        env=os.environ | environment(1),
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("0\n", "")
