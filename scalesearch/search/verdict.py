"""The answer of a search in full: what was concluded, with how it was asked for and made."""

import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

from scalesearch.core.answer import Answer, Sizes
from scalesearch.core.candidates import Shares
from scalesearch.core.estimates import More
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.resolution import Resolution
from scalesearch.search.conclusion import Result
from scalesearch.search.naming_rule import Naming

_SURFACE = (
    "A surface over the shares of the budget (a quadratic, a smooth departure from it, what is "
    "each network's own, and noise) was fitted to all trainings, and further ones were spent where "
    "they were expected to add most to its highest mean. "
)
POINT = _SURFACE + "The point where its mean is highest is named."
CANDIDATE = _SURFACE + (
    "Of the candidates, the cheapest is named that lies within {regret:g} points of the best with "
    "a probability of 80 %; costs within 5 % count as equal, and of equally cheap ones the highest "
    "mean wins."
)
_Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Point:
    """The named point: what it is called, what it asks for, and what it is built as."""

    names: tuple[str, ...]
    coefficients: Coefficients
    shares: Shares
    realised: Sizes
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is told with an answer of how it was made; the fields are as in `Answer`."""

    baseline: str
    phi: float
    study: str
    created: str
    epochs: int
    profile: str | None
    dataset: str | None
    command: str | None
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    estimated_seconds: float | None = None
    search_seconds: float | None = None


def answer_of(result: Result, point: Point, naming: Naming, about: About) -> Answer:
    """The answer that `result` is, with the point that is named by it."""
    names = ("baseline", "phi", "study", "created", "epochs", "profile", "dataset", "command")
    more = ("settings", "versions", "estimated_seconds", "search_seconds")
    found = ("top1", "baseline_top1", "gain", "expected_regret", "within", "beats", "proof")
    rest = ("region", "noise", "trainings", "candidates")
    rule = POINT if result.cell is None else CANDIDATE.format(regret=naming.regret)
    return Answer(
        **{name: getattr(about, name) for name in (*names, *more)},
        **{name: getattr(result, name) for name in (*found, *rest)},
        alpha=point.coefficients.alpha,
        beta=point.coefficients.beta,
        gamma=point.coefficients.gamma,
        names=point.names,
        shares=point.shares,
        realised=point.realised,
        instead=point.instead,
        regret=naming.regret,
        more=tuple(_timed(each, result, about.search_seconds) for each in result.more),
        stopped_by="regret" if result.expected_regret <= naming.regret else "trainings",
        rule=rule,
        beating_baseline=result.beating,
        warning=result.warning or None,
        failed_trainings=result.failed,
    )


def candidate_point(row: _Row) -> Point:
    """A candidate as a point, by a row of the trials table."""
    return Point(
        names=tuple(row["names"].split("; ")),
        coefficients=Coefficients(row["alpha"], row["beta"], row["gamma"]),
        shares=_shares(row, "share"),
        realised=Sizes(
            repeats=_repeats(row["repeats"]),
            width=row["width"],
            resolution=Resolution.of(row["resolution"]),
            macs=row["macs"],
            params=row["params"],
            acts=row["acts"],
            counted_ratio=row["counted_ratio"],
            shares=_shares(row, "full_share"),
        ),
    )


def is_built_as(sizes: Sizes, row: _Row) -> bool:
    """Whether the candidate of a row is at full size the very network that `sizes` are of."""
    own = candidate_point(row).realised
    names = ("repeats", "resolution", "macs", "params", "acts")
    return all(getattr(sizes, name) == getattr(own, name) for name in names)


def versions(release: str) -> dict[str, str]:
    """Versions of what an answer is made by; `release` is that of scalesearch."""
    libraries = ("tensorflow", "keras", "optuna", "numpy", "scipy")
    own = {"scalesearch": release, "python": platform.python_version()}
    return own | {name: version(name) for name in libraries}


def _timed(more: More, result: Result, seconds: float | None) -> More:
    """With the time that it would take, by that of the trainings so far."""
    if seconds is None:
        return more
    return replace(more, seconds=round(seconds / result.trainings * more.trainings, 1))


def _repeats(text: str) -> tuple[int, ...] | str:
    """Blocks of each stage, written as "[1, 2]"; a Python function's depth, such as "x1.41"."""
    return text if text.startswith("x") else tuple(map(int, re.findall("[0-9]+", text)))


def _shares(row: _Row, prefix: str) -> Shares:
    return Shares(*(row[f"{prefix}_{name}"] for name in ("depth", "width", "resolution")))
