"""A module with a trainer of a user's own, which imports another one."""

import sys

MINE = """
import sys
from pathlib import Path

import scales
from scalesearch.core.scores import Score

def train(job, progress):
    assert not {"tensorflow", "keras", "numpy"} & set(sys.modules)
    for epoch in range(1, 4):
        if not progress(epoch=epoch, epochs=3):
            return None
    share = job.network.macs / job.full.macs
    return Score(top1=scales.BASE + share + job.seed / 100, loss=1.2, epochs=3)

def leaves(job, progress):
    import os
    if job.coefficients.alpha == 1.25:
        os._exit(7)
    return 0.5
"""


def forget():
    """Have both imported anew."""
    for name in ("mine", "scales"):
        sys.modules.pop(name, None)
