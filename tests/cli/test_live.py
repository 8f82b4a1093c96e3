"""What a running search shows: a line that is drawn anew, only where somebody sees it so."""

import io
import sys
from collections.abc import Mapping

import pytest

from scalesearch.cli.live import display
from scalesearch.search.events import Phase, Standing


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _shown(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> str:
    for name in ("JPY_PARENT_PID", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    standing = Standing(done=0, total=3, fraction=0.0, left=None, best=None)
    with display() as show:
        show(Phase("search", 3, 0, standing))
    return terminal.getvalue()


@pytest.mark.parametrize("environment", [{"JPY_PARENT_PID": "7"}, {"TERM": "dumb"}])
def test_a_notebook_gets_plain_lines(monkeypatch, environment) -> None:
    """It runs a command in a terminal, and each drawing of a live line would stay in the cell."""
    assert _shown(monkeypatch, environment) == "search: 3 trainings\n"


def test_a_terminal_gets_a_live_line(monkeypatch) -> None:
    assert "\x1b[" in _shown(monkeypatch, {"TERM": "xterm"})
