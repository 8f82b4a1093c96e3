"""When a study may go on under other settings than its own: when they only ask for more."""

from collections.abc import Mapping
from typing import Any

_COUNTS = ("search_seeds", "finalists", "final_seeds", "seeds")
_LISTS = ("coefficients", "costs", "networks")
_NAMES = {"coefficients": "candidates"}


def extension(stored: Mapping[str, Any], asked: Mapping[str, Any]) -> list[str] | None:
    """What `asked` adds to `stored`, a sentence each; None where they differ in anything else.

    More seeds, finalists, epochs, candidates, costs and swept networks extend a study, and so does
    training to the end what was cut. All that was trained stays; with more epochs it is trained
    anew, since the learning rate falls over them all.
    """
    added: list[str] = []
    rest, wanted = dict(stored), dict(asked)
    for name in _COUNTS:
        old, new = rest.pop(name, None), wanted.pop(name, None)
        if old != new:
            if not _more(old, new):
                return None
            added.append(f"{name} {old} -> {new}")
    for name in _LISTS:
        olds, news = rest.pop(name, []), wanted.pop(name, [])
        missing = [value for value in olds if value not in news]
        if missing:
            return None
        if len(news) > len(olds):
            added.append(f"{_NAMES.get(name, name)} {len(olds)} -> {len(news)}")
    halving = rest.pop("halving", None)
    if wanted.pop("halving", None) != halving:
        if asked.get("halving") is not None:
            return None
        added.append("every candidate is trained to the end")
    for values in (rest, wanted):
        values.pop("candidates", None)  # the names of the coefficients
        values["arms"] = _networks(values.get("arms", {}))
    if not _epochs(rest, wanted, added):
        return None
    arms = {name: wanted["arms"].get(name) for name in rest["arms"]}
    if rest["arms"] != arms:
        return None
    return added if {**rest, "arms": {}} == {**wanted, "arms": {}} else None


def _more(old: object, new: object) -> bool:
    return isinstance(old, int) and isinstance(new, int) and new > old


def _networks(arms: Mapping[str, Any]) -> dict[str, Any]:
    """The arms without what follows from the recipe."""
    return {name: arm.get("network") for name, arm in arms.items() if isinstance(arm, dict)}


def _epochs(rest: dict[str, Any], wanted: dict[str, Any], added: list[str]) -> bool:
    """Take the epochs out of both recipes; whether they may differ as they do."""
    old, new = dict(rest.pop("recipe", {})), dict(wanted.pop("recipe", {}))
    before, after = old.pop("epochs", None), new.pop("epochs", None)
    if before != after:
        if not _more(before, after):
            return False
        added.append(f"epochs {before} -> {after}, so all is trained anew")
        # Asked epochs cut the warm-up of a profile down to them.
        if old.pop("warmup_epochs", 0) > new.pop("warmup_epochs", 0):
            return False
    rest["recipe"], wanted["recipe"] = old, new
    return True
