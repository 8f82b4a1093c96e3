"""What a training of the user's own came to: the value to return, and what is read from it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

_RETURN = "Return scalesearch.Score(top1=...), with top1 from 0 to 1"


@dataclass(frozen=True, slots=True)
class Score:
    """What a training came to. An own trainer returns one, or `top1` alone as a number.

    Attributes:
        top1: share of the validation images that were classified rightly, from 0 to 1. Whatever
            stands here is what the search makes large.
        loss: mean cross-entropy on the validation images, in nats.
        epochs: how many were trained, in all.
        images_per_second: speed of the training.

    A number that is not known is None. A `top1` outside of 0 to 1, and any other number that is not
    finite, makes a failed training.
    """

    top1: float
    loss: float | None = None
    epochs: float | None = None
    images_per_second: float | None = None


def numbers_of(returned: Any) -> dict[str, Any]:
    """What an own trainer returned, as numbers by their names (see `tasks.outcome_of`)."""
    names = [field.name for field in fields(Score)]
    if isinstance(returned, Score):
        values = {name: getattr(returned, name) for name in names}
    elif isinstance(returned, Mapping):
        values = dict(returned)
    elif _is_number(returned):
        values = {"top1": returned}
    else:
        got = "nothing" if returned is None else f"a {type(returned).__name__}"
        return {"unusable": f"the trainer returned {got}. {_RETURN}"}
    strange = sorted(str(name) for name in set(values) - set(names))
    if strange:
        return {
            "unusable": f"the trainer returned {', '.join(strange)}. Known are {', '.join(names)}"
        }
    told = {name: _plain(value) for name, value in values.items() if value is not None}
    return {**told, "untold": [name for name in names if name not in told]}


def _is_number(value: Any) -> bool:
    """Whether it is one number, of whatever library: also an array or tensor that holds one."""
    if isinstance(value, bool | str | bytes) or not hasattr(value, "__float__"):
        return False
    try:
        float(value)
    except (TypeError, ValueError, RuntimeError):  # of an array that holds several
        return False
    return True


def _plain(value: Any) -> float | str:
    """The number as Python's own; what is none as the text that a person is shown."""
    return float(value) if _is_number(value) else repr(value)[:100]
