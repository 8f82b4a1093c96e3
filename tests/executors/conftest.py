"""What tests of trainers of a user's own share."""

import sys

import pytest
from trainer_module import MINE, forget


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with a module `mine` of the user's own that imports another."""
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "scales.py").write_text("BASE = 0.25\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    yield tmp_path
    forget()
