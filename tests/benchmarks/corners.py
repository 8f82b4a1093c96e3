"""Networks of one budget beside each other, the corners of the triangle among them."""

import statistics
from typing import Any

from .tagged_rows import Tagged
from .training_outcomes import Outcome


def corner_rows(tagged: Tagged) -> list[dict[str, Any]]:
    """A row a network and learning rate, the best first within a learning rate."""
    found: dict[tuple[Any, ...], list[Outcome]] = {}
    for each in tagged.outcomes:
        job = each.job
        key = (job.recipe.learning_rate, each.blocks, job.width, job.resolution)
        found.setdefault(key, []).append(each)
    rows = []
    for (rate, blocks, width, pixels), of in found.items():
        mean = statistics.fmean(each.top1() for each in of)
        rows.append(
            {
                "tag": tagged.tag,
                "learning_rate": rate,
                "blocks": blocks,
                "width": width,
                "pixels": pixels,
                "macs": of[0].macs,
                "top1": round(mean, 2),
                "trainings": len(of),
            }
        )
    return sorted(rows, key=lambda row: (row["learning_rate"], -row["top1"]))
