"""The plan of a search over networks that a Python function builds. Loads TensorFlow."""

from dataclasses import replace

from scalesearch.cli.built import counter, find_built
from scalesearch.cli.built_scale import reachable
from scalesearch.cli.planning import Asked, candidates_of
from scalesearch.cli.render import note
from scalesearch.config.profiles import Profile
from scalesearch.core.built import scaled
from scalesearch.core.plan import Plan, make_plan
from scalesearch.core.scaling import Coefficients, compound
from scalesearch.errors import ConfigError
from scalesearch.proxy.data.facts import DataFacts


def plan_function(asked: Asked, profile: Profile, facts: DataFacts) -> Plan:
    """Candidates at full size and as proxies, counted from the models that the function builds.

    A proxy has the profile's resolution, width and depth; strides and what drops are the
    function's own.
    Raises ScaleSearchError where the function cannot build one of them.
    """
    baseline = find_built(asked.baseline)
    count = counter()
    _check_channels(baseline.input_channels, facts.channels, baseline.builder)
    proxy = replace(
        baseline,
        depth=baseline.depth * profile.depth,
        width=baseline.width * profile.width,
        resolution=profile.resolution,
        classes=facts.classes,
    )
    base = count(baseline).macs

    def counted(coefficients: Coefficients) -> float:
        return count(scaled(baseline, compound(coefficients, asked.phi))).macs / base

    candidates = candidates_of(asked, profile, counted)
    for candidate in candidates:
        reachable(baseline, candidate.coefficients, asked.phi)
    if profile.drop_strides:
        note(
            f"{baseline.builder}: `drop_strides` of profile {profile.name} does not apply; its "
            f"proxies are built at width {proxy.width:g} and {proxy.resolution} px with all their "
            "strides."
        )
    note(f"Counting the models of {len(candidates)} candidates ...")
    return make_plan(
        baseline,
        proxy,
        candidates,
        asked.phi,
        as_formula=asked.literal,
        ceilings=asked.ceilings,
        count=count,
    )


def _check_channels(model: int, data: int, builder: str) -> None:
    if data not in (1, model):
        raise ConfigError(
            f"{builder} builds a model of {model}-channel images. Those of the dataset have {data}."
            " Make the model for so many."
        )
