"""The columns of trials.csv: the one place that names, types and explains them."""

import math
from dataclasses import dataclass

from scalesearch.core.resolution import Resolution


@dataclass(frozen=True, slots=True)
class Column:
    """A column of trials.csv. `digits` counts decimals where `kind` is float.

    `low` and `high` are the ends of what a number that is read may be: beyond them lies nothing
    that a search writes, and nothing that can be drawn.
    """

    name: str
    unit: str
    meaning: str
    kind: type[str] | type[int] | type[float] | type[Resolution] = float
    digits: int = 6
    may_be_empty: bool = False
    choices: tuple[str, ...] = ()
    prefix: str = ""
    """What stands before the text in the file, so that nobody takes a hash of digits for a number;
    what is read may lack it."""
    low: float = -math.inf
    high: float = math.inf


def _text(
    name: str, meaning: str, unit: str = "text", choices: tuple[str, ...] = (), prefix: str = ""
) -> Column:
    empty = not choices
    return Column(name, unit, meaning, str, may_be_empty=empty, choices=choices, prefix=prefix)


def _shares(prefix: str, meaning: str) -> tuple[Column, ...]:
    return tuple(
        Column(
            f"{prefix}share_{what}",
            "fraction of the budget",
            f"{meaning} {what}; empty for the baseline",
            digits=4,
            may_be_empty=True,
            low=-1e12,
            high=1e12,
        )
        for what in ("depth", "width", "resolution")
    )


def _whole(name: str, unit: str, meaning: str, least: int = 1) -> Column:
    return Column(name, unit, meaning, kind=int, low=least)


def _network(prefix: str, which: str) -> tuple[Column, ...]:
    return (
        _text(
            f"{prefix}repeats",
            f"blocks of each stage of the {which}",
            "[blocks, ...]; xDEPTH for a Python function",
        ),
        Column(f"{prefix}width", "times the baseline", f"width multiplier of the {which}"),
        Column(
            f"{prefix}resolution",
            "pixels",
            f"side of the input image of the {which}; HEIGHTxWIDTH where it is no square",
            kind=Resolution,
        ),
    )


def _cost(prefix: str, which: str) -> tuple[Column, ...]:
    return (
        _whole(f"{prefix}macs", "multiply-accumulates", f"MACs of one image through the {which}"),
        _whole(f"{prefix}params", "parameters", f"trainable parameters of the {which}"),
        _whole(
            f"{prefix}acts",
            "activations",
            f"outputs of convolution, linear and max-pooling layers of the {which}",
        ),
    )


def _ratio(name: str, meaning: str) -> Column:
    return Column(name, "times the baseline", meaning, digits=4)


def _outcome(
    name: str, unit: str, meaning: str, ends: tuple[float, float] = (-math.inf, math.inf)
) -> Column:
    meaning = f"{meaning}; empty if it failed"
    return Column(name, unit, meaning, may_be_empty=True, low=ends[0], high=ends[1])


_FULL, _PROXY = "full-size network", "proxy network that was trained"

COLUMNS: tuple[Column, ...] = (
    _text("names", "all candidates that this network realises, joined by '; '"),
    _text("role", "baseline or candidate", "word", ("baseline", "candidate")),
    Column("alpha", "depth multiplier at phi = 1", "the candidate's own coefficient of depth"),
    Column("beta", "width multiplier at phi = 1", "the candidate's own coefficient of width"),
    Column("gamma", "resolution multiplier at phi = 1", "the candidate's own, of resolution"),
    *_shares("", "share of the extra budget asked for"),
    *_shares("full_", "share that the full-size network realises for"),
    *_network("", _FULL),
    _ratio("nominal_ratio", "(alpha * beta^2 * gamma^2)^phi, the cost that the formula promises"),
    _ratio("counted_ratio", "counted MACs / the baseline's, both full-size"),
    *_cost("", _FULL),
    *_shares("proxy_", "share that the proxy realises for"),
    *_network("proxy_", _PROXY),
    _ratio("proxy_counted_ratio", "counted MACs / the baseline's, both proxies"),
    *_cost("proxy_", _PROXY),
    Column(
        "micro_batch",
        "images",
        "images in training at one time: the batch, or a part of it where that had no room",
        kind=int,
        may_be_empty=True,
        low=1,
    ),
    _text(
        "stage",
        "the round in which it was trained; search or final where an earlier version trained it",
        "round NUMBER",
    ),
    _whole("seed", "number", "search seed, from 0", least=0),
    _text(
        "state",
        "complete, failed, or pruned: cut short by an earlier version of this package",
        "word",
        ("complete", "failed", "pruned"),
    ),
    _outcome("val_top1", "fraction, 0 to 1", "top-1 accuracy on the validation split", (0, 1)),
    _outcome("val_loss", "nats", "mean cross-entropy on the validation split"),
    Column("epochs", "epochs", "epochs trained", digits=4, may_be_empty=True, low=0, high=1e12),
    Column("seconds", "seconds", "wall time of the training", digits=2, may_be_empty=True),
    Column("images_per_second", "images / second", "training speed", digits=1, may_be_empty=True),
    Column(
        "peak_memory",
        "bytes",
        "most memory of the training's process",
        kind=int,
        may_be_empty=True,
        low=0,
    ),
    _text(
        "weights",
        "of the trained weights; equal for equal trainings",
        "sha256:HASH",
        prefix="sha256:",
    ),
    _text("reason", "why it failed; empty if complete"),
    _text(
        "cell", "hash of what is trained, without the seed", "cell:16 hex digits", prefix="cell:"
    ),
)
