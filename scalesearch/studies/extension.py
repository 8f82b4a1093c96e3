"""When a study may go on under other settings than its own: when they only ask for more."""

from collections.abc import Iterable
from dataclasses import replace

from scalesearch.core.study_settings import Settings

_STOPS = ("regret", "trainings", "minutes")
"""When a search stops."""


def extension(stored: Settings, asked: Settings) -> list[str] | None:
    """What `asked` adds to `stored`, a sentence each; None where they differ in anything else.

    More seeds, epochs, candidates, costs, lengths, controls and swept networks extend a study. All
    that was trained stays; with more epochs it is trained anew, since the learning rate falls over
    them all. When a search stops may differ either way: what is there already counts in any case.
    So a search of an earlier release, which chose its trainings by another rule, goes on by this
    one.
    """
    added: list[str] = []
    for name in ("search_seeds", "seeds"):
        old, new = getattr(stored, name), getattr(asked, name)
        if old != new:
            if not _more(old, new):
                return None
            added.append(f"{name} {old} -> {new}")
    for name, olds, news in _lists(stored, asked):
        if any(value not in news for value in olds):
            return None
        if len(news) > len(olds):
            added.append(f"{name} {len(olds)} -> {len(news)}")
    for name in _STOPS:
        old, new = getattr(stored, name), getattr(asked, name)
        if old != new:
            added.append(f"{name} {_shown(old)} -> {_shown(new)}")
    if asked.controls != stored.controls:
        if not asked.controls:
            return None
        added.append("controls are trained too")
    if not _same_arms(stored, asked) or not _epochs(stored, asked, added):
        return None
    return added if _rest(stored) == _rest(asked) else None


def _shown(value: float | None) -> str:
    return "none" if value is None else f"{value:g}"


def _more(old: int | None, new: int | None) -> bool:
    return isinstance(old, int) and isinstance(new, int) and new > old


def _lists(stored: Settings, asked: Settings) -> Iterable[tuple[str, tuple, tuple]]:
    """What may grow: its name, what it was, what is asked. The order is of no account."""
    if stored.kind == "grid":  # of a comparison they are those of one arm
        yield "candidates", stored.coefficients or (), asked.coefficients or ()
    yield "costs", stored.costs or (), asked.costs or ()
    yield "networks", stored.networks or (), asked.networks or ()


def _rest(settings: Settings) -> Settings:
    """The settings without what may differ, or is compared elsewhere."""
    return replace(
        settings,
        candidates=None,  # the names of the coefficients
        networks=None,
        costs=None,
        coefficients=None if settings.kind == "grid" else settings.coefficients,
        recipe=None,
        seeds=None,
        epochs=None,
        controls=None,
        search_seeds=None,
        arms=None,
        regret=None,
        trainings=None,
        minutes=None,
    )


def _same_arms(stored: Settings, asked: Settings) -> bool:
    """Whether the arms are still of the same networks; their keys follow from the recipe too."""
    arms = asked.arms or {}
    return all(
        name in arms and arms[name].network == arm.network
        for name, arm in (stored.arms or {}).items()
    )


def _epochs(stored: Settings, asked: Settings, added: list[str]) -> bool:
    """Whether the recipes are the same but for the epochs, and those at most more."""
    old, new = dict(stored.recipe or {}), dict(asked.recipe or {})
    before, after = old.pop("epochs", None), new.pop("epochs", None)
    lengths, more = stored.epochs or (before,), asked.epochs or (after,)
    if lengths != more:
        if set(lengths) < set(more):
            told = (", ".join(map(str, each)) for each in (lengths, more))
            added.append(f"epochs {' -> '.join(told)}")
        elif len(lengths) == len(more) == 1 and _more(before, after):
            added.append(f"epochs {before} -> {after}, so all is trained anew")
        else:
            return False
    # Asked epochs cut the warm-up of a profile down to them.
    if before != after and old.pop("warmup_epochs", 0) > new.pop("warmup_epochs", 0):
        return False
    return old == new
