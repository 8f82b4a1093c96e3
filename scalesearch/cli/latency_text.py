"""What full-size networks took on this machine, as a table."""

from typing import Any

from scalesearch.cli.render import table
from scalesearch.core.quantities import ratio
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.latency_file import Measured, measured_of


def measured_text(plan: SearchPlan, measured: Measured) -> str:
    """Medians, in the order of the candidates."""
    lines = [
        (row.name, ratio(row.full.ratio), *_medians(measured[row.name]))
        for row in measured_of(plan, measured)
    ]
    headings = ("candidate", "MACs ratio", "latency, ms", "images/s", "peak memory, MiB")
    return table(headings, lines, left=("candidate",))


def _medians(answer: dict[str, Any]) -> tuple[str, str, str]:
    if "error" in answer:
        return "-", "-", "-"
    memory = answer["peak_memory_bytes"]
    return (
        ratio(1e3 * answer["latency_seconds"]["median"]),
        ratio(answer["images_per_second"]["median"]),
        "-" if memory is None else f"{memory / 2**20:,.0f}",
    )
