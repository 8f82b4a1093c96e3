"""The small stand-in of a network that is trained in its place."""

import math
from collections.abc import Iterable
from dataclasses import replace

from scalesearch.core.architecture import Rounding, Stage
from scalesearch.core.blocks import BLOCKS
from scalesearch.core.multipliers import round_channels
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.resolution import Resolution
from scalesearch.errors import ScaleSearchError


def shrink(
    network: TableNetwork,
    *,
    resolution: Resolution,
    width: float,
    drop_strides: int,
    classes: int,
    channels: int,
    depth: float = 1.0,
    drop_last_strides: int = 0,
    rounding: Rounding | None = None,
) -> TableNetwork:
    """The proxy of `network`: small images, thin layers, fewer blocks, some strides dropped.

    Args:
        resolution: of the input.
        width: factor of every stage's channels.
        drop_strides: how many of the first strided stages keep their input's size, since small
            images have no pixels to lose. A pool among them goes altogether: it is there for its
            stride.
        classes, channels: those of the data.
        depth: factor of every stage's blocks, rounded up.
        drop_last_strides: how many of the last strided stages do so too, so that small images are
            not only two or three pixels there.
        rounding: of the proxy and of what is scaled from it; by default balanced repeats, a divisor
            of 1, because a thin network cannot follow beta in steps of 8 channels, pixels that fit
            the strides (see `fitting_step`), and blocks in the proportions of `network`.

    Raises ScaleSearchError where the network has fewer strided stages than are to be dropped.
    """
    rule = rounding or replace(network.rounding, channels=1, repeats="balanced", pixels=1)
    strided = [index for index, stage in enumerate(network.stages) if stage.stride > 1]
    dropped = drop_strides + drop_last_strides
    if dropped > len(strided):
        raise ScaleSearchError(
            f"Profile fields `drop_strides` and `drop_last_strides` together must be at most "
            f"{len(strided)}, the strided stages of {network.name}. Got {dropped}."
        )
    kept = strided[drop_strides : len(strided) - drop_last_strides]
    stages = []
    for index, stage in enumerate(network.stages):
        stride = stage.stride
        if stride > 1 and index not in kept:
            stride = 1
            if BLOCKS[stage.block].passing:
                continue
        thin = stage.channels and round_channels(stage.channels * width, rule.channels)
        blocks = stage.repeats and math.ceil(stage.repeats * depth)
        stages.append(replace(stage, stride=stride, channels=thin, repeats=blocks))
    if rounding is None:
        pixels = fitting_step(stages, Resolution.of(resolution))
        rule = replace(rule, pixels=pixels, proportions=network.proportions)
    return replace(
        network,
        stages=tuple(stages),
        resolution=resolution,
        classes=classes,
        input_channels=channels,
        rounding=rule,
    )


def fitting_step(stages: Iterable[Stage], resolution: Resolution) -> int:
    """The step in pixels by which sizes of a proxy fit its strides: the product of all strides.

    A side that is no multiple of it is rounded up on its way through the network, so that 25 pixels
    cost a last stage of stride 8 as much as 32 do and show it hardly more than 24. A step of more
    than a quarter of the longer side is halved until it is none, since twice the cost is only
    sqrt(2) times the pixels and some sizes should lie between.
    """
    step = math.prod(stage.stride for stage in stages)
    while step > 1 and 4 * step > resolution.longer:
        step //= 2
    return step
