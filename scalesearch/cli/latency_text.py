"""What networks took on this machine: facts of one, a table of a search's."""

from typing import TYPE_CHECKING, Any

from scalesearch.cli.render import table
from scalesearch.core.quantities import mebibytes, ratio

if TYPE_CHECKING:
    from scalesearch.experiments.grid import SearchPlan
    from scalesearch.experiments.latency_file import Measured


def measured_text(plan: "SearchPlan", measured: "Measured") -> str:
    """Medians, in the order of the candidates."""
    from scalesearch.experiments.latency_file import measured_of  # not for a single network

    lines = [
        (pair.name, ratio(pair.full.ratio), *_medians(measured[pair.name]))
        for pair in measured_of(plan, measured)
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
        "-" if memory is None else mebibytes(memory).removesuffix(" MiB"),
    )


def measured_lines(answer: dict[str, Any]) -> list[tuple[str, str]]:
    """Facts for a person: medians, and the quartiles as spread."""
    latency = {key: 1e3 * value for key, value in answer["latency_seconds"].items()}
    speed = answer["images_per_second"]
    lines = [
        ("latency", f"{_spread(latency, 'ms')} at batch 1, {answer['device']}"),
        ("throughput", f"{_spread(speed, 'images/s')} at batch {answer['batch']}"),
    ]
    if answer["peak_memory_bytes"] is not None:
        before = answer["memory_before_bytes"]
        lines.append(
            (
                "peak memory",
                f"{mebibytes(answer['peak_memory_bytes'])}, of which {mebibytes(before)} before "
                "the model was built",
            )
        )
    if answer["gpu_peak_memory_bytes"] is not None:
        lines.append(("peak GPU memory", mebibytes(answer["gpu_peak_memory_bytes"])))
    return lines


def _spread(values: dict[str, float], unit: str) -> str:
    low, high = ratio(values["quartile_low"]), ratio(values["quartile_high"])
    return f"{ratio(values['median'])} {unit} (half of the runs {low} to {high})"
