"""Where tests find what lies outside the package."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
"""Of the repository, or of the unpacked source distribution."""


def shared(name: str) -> Path:
    """A file or folder of `shared/`, which lies beside the repository or above it.

    The test is skipped where it is not there: no distribution has it.
    """
    found = next((each for each in _places(name) if each.exists()), None)
    if found is None:
        pytest.skip(f"shared/{name} is neither beside {ROOT} nor above it")
    return found


def _places(name: str) -> list[Path]:
    return [folder / "shared" / name for folder in ROOT.parents]
