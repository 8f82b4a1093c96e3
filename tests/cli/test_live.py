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


STANDING = Standing(done=0, total=3, fraction=0.0, left=None, best=None)
OPEN = Standing(done=24, total=60, fraction=0.4, left=100.0, best=None, at_most=True)


def _shown(
    monkeypatch: pytest.MonkeyPatch,
    environment: Mapping[str, str],
    phase: Phase = Phase("search", 3, 0, STANDING),  # noqa: B008 # a frozen value
) -> str:
    for name in ("JPY_PARENT_PID", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    terminal = _Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with display() as show:
        show(phase)
    return terminal.getvalue()


@pytest.mark.parametrize("environment", [{"JPY_PARENT_PID": "7"}, {"TERM": "dumb"}])
def test_a_notebook_gets_plain_lines(monkeypatch, environment) -> None:
    """It runs a command in a terminal, and each drawing of a live line would stay in the cell."""
    assert _shown(monkeypatch, environment) == "search: 3 trainings\n"


def test_a_search_of_rounds_is_of_at_most_so_many_trainings(monkeypatch) -> None:
    """How many rounds there will be is known at their end."""
    shown = _shown(monkeypatch, {"TERM": "xterm"}, Phase("round 3", 5, 0, OPEN))
    assert "round 3; 24 of at most 60 trainings" in shown
    assert "at most 1 min 40 s left" in shown


def test_a_terminal_gets_a_live_line(monkeypatch) -> None:
    assert "\x1b[" in _shown(monkeypatch, {"TERM": "xterm"})
