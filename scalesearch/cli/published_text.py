"""The paper's own comparisons, for a person and for a program."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from scalesearch.cli.render import table
from scalesearch.core.quantities import quantity
from scalesearch.report.published_comparisons import SOURCE, Published


def published_json(published: Sequence[Published]) -> list[dict[str, Any]] | None:
    """The rows with `difference`, counted over printed less 1; None where not asked for."""
    if not published:
        return None
    return [{**asdict(row), "difference": row.difference} for row in published]


def published_text(published: Sequence[Published], ours: Mapping[str, str] | None = None) -> str:
    """The paper's rows: MACs as printed and as counted, and beside them `ours`, gains by arm.

    Without `ours`, before anything is trained, there is no such column.
    """
    baseline = published[0].top1_percent
    rows = [
        (
            row.arm,
            *("-" if by is None else f"{by:g}" for by in (row.depth, row.width, row.resolution)),
            quantity(row.printed_macs),
            "-" if row.counted_macs is None else quantity(row.counted_macs),
            "-" if row.difference is None else f"{100 * row.difference:+.1f} %",
            f"{row.top1_percent:.1f} %",
            f"{row.top1_percent - baseline:+.1f}",
            *([] if ours is None else [ours.get(row.arm, "-")]),
        )
        for row in published
    ]
    headings = (
        "published", "depth", "width", "resolution", "MACs printed", "counted", "difference",
        "ImageNet", "gain", *([] if ours is None else ["gain of our proxy"]),
    )  # fmt: skip
    end = (
        "."
        if ours is None
        else "; a proxy's is of other data, sizes and trainings, so only the order of the arms "
        "compares."
    )
    return (
        f"{table(headings, rows, left=('published',))}\n"
        f"{SOURCE}. Gains are points over the baseline{end}"
    )
