"""The plan of a search over networks that a Python function builds. Loads TensorFlow."""

from scalesearch.cli.built import find_built, proxy_of_function
from scalesearch.cli.planning import Asked, candidates_of
from scalesearch.cli.render import note
from scalesearch.config.profiles import Profile
from scalesearch.core.limits import reachable
from scalesearch.core.multipliers import Coefficients, compound
from scalesearch.core.plan import Plan, make_plan
from scalesearch.data.facts import DataFacts
from scalesearch.errors import BuildError


def plan_function(asked: Asked, profile: Profile, facts: DataFacts) -> Plan:
    """Candidates at full size and as proxies, counted from the models that the function builds.

    Raises ScaleSearchError where the function cannot build one of them.
    """
    baseline = find_built(asked.baseline)
    proxy = proxy_of_function(baseline, profile, facts)
    base = baseline.cost.macs

    def counted(coefficients: Coefficients) -> float:
        try:
            by = compound(coefficients, asked.phi)
            return baseline.at(by.depth, by.width, by.resolution).cost.macs / base
        except BuildError:
            return 2**asked.phi  # among the candidates, where it is refused with its reason

    candidates = candidates_of(asked, profile, counted)
    for candidate in candidates:
        reachable(baseline, candidate.coefficients, asked.phi)
    note(f"Counting the models of {len(candidates)} candidates ...")
    return make_plan(
        baseline,
        proxy,
        candidates,
        asked.phi,
        as_formula=asked.literal,
        ceilings=asked.ceilings,
    )
