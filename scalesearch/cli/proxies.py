"""What proxies are made of: the parts of a profile that shrink a baseline."""

from typing import Any

from scalesearch.config.profiles import Profile
from scalesearch.core.network_table import Rounding, TableNetwork
from scalesearch.core.proxies import shrink
from scalesearch.data.facts import DataFacts


def proxy_of(
    baseline: TableNetwork, profile: Profile, facts: DataFacts, rounding: Rounding | None = None
) -> TableNetwork:
    """A table's proxy for these data; `rounding` as in `core.shrink`."""
    return shrink(
        baseline,
        resolution=profile.proxy_resolution(baseline.resolution),
        width=profile.width,
        depth=profile.depth,
        drop_strides=profile.drop_strides,
        classes=facts.classes,
        channels=facts.channels,
        rounding=rounding,
    )


def proxy_key(profile: Profile) -> dict[str, Any]:
    """What decides the proxy of a baseline, data apart; part of what a study is pinned to."""
    return {
        "resolution": profile.resolution.to_json(),
        "width": profile.width,
        "depth": profile.depth,
        "drop_strides": profile.drop_strides,
    }
