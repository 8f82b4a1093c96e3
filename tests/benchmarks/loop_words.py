"""What `loop` found, in sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scalesearch.experiments.grid import SearchPlan

from .loop_rows import Total
from .loop_sides import Grid


@dataclass(frozen=True, slots=True)
class Answers:
    """The winners of our searches, by their names."""

    ours: Sequence[str]
    one: str | None
    """Of the one with one worker; None where that was not run."""


def lines(
    plan: SearchPlan,
    grid: Grid,
    head: Sequence[dict[str, Any]],
    totals: tuple[Total, Total],
    by_macs: tuple[Total, Total],
    answers: Answers,
    winners: Sequence[dict[str, Any]],
) -> list[str]:
    """The sentences above the tables; `totals` are the plain and the decent loop's."""
    plain = totals[0]
    return [
        *_task(plan, grid, plain),
        *_times(head, totals, by_macs),
        *_winners(winners, plain),
        *_answers(answers),
    ]


def _task(plan: SearchPlan, grid: Grid, plain: Total) -> Iterator[str]:
    profile, facts = plan.profile, plan.facts
    yield (
        f"EfficientNet-B0 on {plan.data.dataset}, profile `{profile.name}` "
        f"({facts.train} images, {profile.recipe.epochs} epochs, {facts.validation} validation "
        f"images), `--grid box --step {grid.step:g} --tolerance {grid.tolerance:g}` at equal cost: "
        f"{plain.points} nominal points, {len(plan.trials) - 1} distinct networks."
    )
    yield (
        "The plain loop trains every nominal point with Keras `fit` in a fresh Python process, all "
        "epochs, and scores it; the decent loop trains each distinct network once, in one process. "
        "Networks, images, optimiser, learning rates, augmentation and validation split are the "
        "same; TensorFlow's threads are as they come. The loops are handed decoded images; "
        "`scalesearch grid` starts from an empty folder, decodes them itself, trains the baseline "
        "and further seeds of what teaches most, and draws its pictures: all that is in its time."
    )


def _times(
    head: Sequence[dict[str, Any]], totals: tuple[Total, Total], by_macs: tuple[Total, Total]
) -> Iterator[str]:
    ours, *loops = head
    told = "; ".join(
        f"the {row['what']} takes {row['wall_seconds']:,.0f} s, {row['times_ours']:.1f} times as "
        f"long (aim: {row['aim']:g})"
        for row in loops
    )
    yield f"`{ours['what']}` takes {ours['wall_seconds']:,.0f} s ({ours['how']}); {told}."
    if all(total.line is None for total in totals):
        return
    yield (
        f"Of the plain loop {totals[0].measured} points were measured: the cheapest and the "
        "dearest by counted MACs, those of fewest and most blocks, others evenly spread. The "
        "loops' totals are therefore extrapolated: seconds a point = a + b x blocks, fitted to "
        "those and summed over all points (`how`; `error seconds` is the sum's standard error)."
    )
    other = " and ".join(f"{total.seconds:,.0f} s ({total.how})" for total in by_macs)
    yield (
        f"Fitted to counted MACs instead, which at equal cost hardly differ, they are {other}. "
        "Where the two are far apart, more points are needed."
    )


def _winners(winners: Sequence[dict[str, Any]], plain: Total) -> Iterator[str]:
    if plain.line:
        yield (
            "A loop of which some points alone were measured has no winner. In its place stands "
            "the best of all distinct networks, each trained in full by our trainer with one seed."
        )
    told = [
        f"not significantly below that of {row['winner_of']}: {_yes(row)}"
        for row in winners
        if row["ours_significantly_below"]
    ]
    yield (
        "Each winner was trained in full by our trainer on seeds that no search had. Ours, by "
        f"Welch's 95 % interval: {'; '.join(told)}."
    )


def _yes(row: dict[str, Any]) -> str:
    """The answer to "not significantly below", with the interval where there is one."""
    said: str = row["ours_significantly_below"]
    if said.startswith("no:"):
        return f"yes ({said.partition(': ')[2]})"
    if row["low"] is None:
        return said
    answer = "no" if said == "yes" else "yes"
    return f"{answer} ({row['ours_above_by']:+.2f} points, {row['low']:+.2f} to {row['high']:+.2f})"


def _answers(answers: Answers) -> Iterator[str]:
    first = answers.ours[0]
    same = f"{len(answers.ours)} runs gave the same answer" if len(answers.ours) > 1 else ""
    if len(set(answers.ours)) > 1:
        same = f"{len(answers.ours)} runs gave {len(set(answers.ours))} answers"
    parts = [same] if same else []
    if answers.one is not None:
        parts.append(f"with one worker it is {'the same' if answers.one == first else answers.one}")
    yield f"The search's answer is {first}; {'; '.join(parts)}."
