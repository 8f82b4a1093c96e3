"""`recipes`: how much noise a recipe and a way of scoring leave, in points and by seconds.

The same networks are trained by each recipe, with the same seeds. What counts for a search is the
noise of one training over how far networks lie apart, and what that training takes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import records
from .recipe_noise import noise_rows, recipes_of, score_rows
from .tagged_rows import brought

TAG = "recipe"


def run(out: Path, rows: Sequence[Path]) -> str:
    """Take over rows, write the tables, return the page."""
    groups = [recipes_of(tagged) for tagged in brought(out / "recipes_trainings.csv", rows, TAG)]
    found = [row for recipes in groups for row in noise_rows(recipes)]
    lines = [
        "The same networks trained by several recipes, each with several seeds. `noise` is the "
        "standard deviation of one training about the mean of its network, in points of top-1, "
        "`beside seeds` the same with what a seed does to all networks alike taken off (they are "
        "compared with equal seeds), `apart` how far networks lie apart with noise taken off. "
        "`seconds to tell` is the training time in which the means of two networks one `apart` "
        "from each other differ by two standard errors: the less, the better the recipe. Seconds "
        "are at the pace of all these trainings together, so that a busy machine favours none. "
        "Intervals hold 95 %.",
        "`tau` is Kendall's between the networks' means and those by the longest recipe of the "
        "same networks: what is quick and wrong has a low one.",
        *best_of(found),
    ]
    return records.write(
        out,
        "recipes",
        "Noise of recipes and scores",
        lines,
        [
            records.Table("", "Recipes and what is scored", found),
            records.Table(
                "scores",
                "Noise by what is scored, over that of the first row, of the same trainings",
                [row for recipes in groups for row in score_rows(recipes)],
            ),
        ],
    )


def best_of(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The least seconds to tell, in words."""
    known = [row for row in rows if row["seconds_to_tell"]]
    if not known:
        return []
    best = min(known, key=lambda row: row["seconds_to_tell"])
    return [
        f"The fewest seconds: {best['recipe']}, scored by {best['score']} on "
        f"{best['validated_on']:,} images, {best['seconds_to_tell']:,.0f} s."
    ]
