"""`planted`: searches of surfaces whose best point is known, and whether what they tell is true."""

import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from . import records
from .planted_runs import LENGTHS, REGRET, Reached, Run, search
from .planted_surfaces import regimes
