"""`scalesearch cost` of a network that a Python function builds."""

from typing import Any

from scalesearch.cli.built import built_json
from scalesearch.cli.render import ratio
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.core.resolution import Resolution


def cost_of(
    baseline: FunctionNetwork,
    depth: float | None,
    width: float | None,
    resolution: Resolution | None,
) -> tuple[dict[str, Any], dict[str, Any], list[tuple[str, str]]]:
    """JSON document, the network as plain values, and further facts, with these multipliers."""
    network = baseline.at(depth or 1.0, width or 1.0).resized(resolution or baseline.resolution)
    times = network.cost.macs / baseline.cost.macs
    answer = {**built_json(network), "baseline": baseline.name, "counted_ratio": times}
    more = [] if network == baseline else [("cost", f"x {ratio(times)} against {baseline.name}")]
    return answer, network.to_json(), more
