"""SIGINT and SIGTERM at random moments: an orderly end within ten seconds, and what goes on."""

import random
import signal
import subprocess
import time
from pathlib import Path

from tests.observed.search import PHASES, Search

from .kills import MOST_STARTS, Undisturbed
from .tally import Tally

MOST_SECONDS = 10.0
"""From the signal to the end of the driver."""


def disturb(
    tally: Tally, whole: Undisturbed, rng: random.Random, folder: Path, signals: int
) -> None:
    """Interrupt one search so many times, then let it end."""
    search = Search(whole.kind, folder)
    acknowledged: set[tuple[str, int]] = set()
    left = signals
    for start in range(MOST_STARTS):
        driver = search.start()
        number = rng.choice((signal.SIGINT, signal.SIGTERM))
        phase = rng.choices(PHASES, (1, 3, 1))[0]
        sent = False
        if left and driver.until(phase):
            shares = signals if phase == "training" else 1
            time.sleep(rng.uniform(0, whole.seconds[phase] / shares))
            sent = driver.alive()
        if sent:
            driver.process.send_signal(number)
            left -= 1
            tally.injected += 1
            tally.places[number.name, driver.phase] += 1
            try:
                driver.process.wait(MOST_SECONDS)
            except subprocess.TimeoutExpired:
                tally.crashes += 1
                tally.blame(f"{number.name} in {phase}: no end after {MOST_SECONDS:g} s")
                driver.process.kill()
        code = driver.wait()
        acknowledged |= {(cell, seed) for cell, seed, *_ in search.told}
        tally.check(search, search.told, f"start {start + 1}")
        if sent and code not in (0, 128 + number):
            tally.crashes += 1
            said = (folder / "driver.log").read_text(encoding="utf-8").strip()[-400:]
            tally.blame(f"{number.name} in {phase}: exit code {code}, not {128 + number}: {said}")
        if code == 0:
            break
    tally.end(search, whole.outcome, len(acknowledged), f"after {signals - left} signals")
