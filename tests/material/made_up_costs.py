"""Networks of a function that is never built: what they cost is made up."""

from dataclasses import replace

from scalesearch.core.cost import Cost
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.errors import BuildError

BASE = FunctionNetwork("some.net", "some:net", 96, 10)


def costing(count, network=BASE):
    """The network whose cost is what `count` says."""
    return replace(network, counter=count)


class Smooth:
    """Cost exactly depth * width^2 * resolution^2; remembers what was asked."""

    def __init__(self) -> None:
        self.asked: list[FunctionNetwork] = []

    def __call__(self, network: FunctionNetwork) -> Cost:
        self.asked.append(network)
        macs = 1e6 * network.depth * network.width**2 * network.resolution.pixels
        return Cost(round(macs), round(1e5 * network.width), 1)


class InSteps(Smooth):
    """Whole blocks (4 at depth 1), channels in multiples of 4 of 32."""

    def __call__(self, network: FunctionNetwork) -> Cost:
        blocks = max(1, round(4 * network.depth))
        channels = max(4, round(8 * network.width) * 4)
        self.asked.append(network)
        return Cost((blocks * channels**2 + channels) * network.resolution.pixels, channels, blocks)


class InTreads(Smooth):
    """A cost that only every 8th pixel moves, as of a network whose strides are 8 together."""

    def __call__(self, network: FunctionNetwork) -> Cost:
        self.asked.append(network)
        return Cost(1000 * ((network.resolution.longer + 7) // 8) ** 2, 1, 1)


class Stuck(Smooth):
    """A cost that width hardly moves."""

    def __call__(self, network: FunctionNetwork) -> Cost:
        self.asked.append(network)
        return Cost(round(1e6 * network.depth) * (2 if network.width > 8 else 1), 1, 1)


class Shallow(Smooth):
    """Cannot be built at more than 1.5 times the depth, nor under 90 pixels."""

    def __call__(self, network: FunctionNetwork) -> Cost:
        if network.depth > 1.5 or network.resolution.longer < 90:
            raise BuildError(f"{network.call} raised ValueError: too deep. Mend it there.")
        return super().__call__(network)


class Narrow(Smooth):
    """Cannot be built at more than 1.3 times the width."""

    def __call__(self, network: FunctionNetwork) -> Cost:
        if network.width > 1.3:
            raise BuildError(f"{network.call} raised ValueError: too wide. Mend it there.")
        return super().__call__(network)
