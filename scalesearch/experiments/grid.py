"""The plan of a search: candidates that share one budget, at full size and as proxies."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from scalesearch.config.profiles import Profile
from scalesearch.core.arms import baseline_arm
from scalesearch.core.candidates import Candidate, mixture, name_of
from scalesearch.core.limits import reachable
from scalesearch.core.networks import Network
from scalesearch.core.pairs import candidate_pairs
from scalesearch.errors import ConfigError, ScaleSearchError, parameter
from scalesearch.experiments.candidate_schemes import DEFAULT, SCHEMES, owners, points_of
from scalesearch.experiments.datasets import Tell, data_for, data_of
from scalesearch.experiments.network_kinds import kind_of
from scalesearch.experiments.network_names import load
from scalesearch.experiments.plans import Plan
from scalesearch.experiments.rounds import Rounds, StopRule
from scalesearch.experiments.search_request import SearchRequest, SearchTerms
from scalesearch.experiments.search_stop import SearchPlan, stopping
from scalesearch.experiments.source_pins import tried
from scalesearch.experiments.training_options import profile_of

MOST_PHI = 8.0


Limit = Callable[[SearchPlan], SearchPlan]
"""May refuse candidates for what the counts do not tell (see `refusing`)."""


def search_plan(request: SearchRequest, tell: Tell, limit: Limit = lambda plan: plan) -> SearchPlan:
    """Everything that can be known of a search before it starts.

    Raises ScaleSearchError for anything that can be told to be wrong without a training.
    """
    _check(request)
    baseline = load(request.baseline, tell)
    profile = profile_of(request.training)
    data, facts = data_of(request.training, profile, tell)
    _check_phi(request.phi)
    proxy = kind_of(baseline).proxy(baseline, profile, facts, tell, request.literal)
    candidates = candidates_of(request, profile, baseline)
    for candidate in candidates:
        reachable(baseline, candidate.coefficients, request.phi)
    if baseline.slow_to_count:
        tell(f"Counting the models of {len(candidates)} candidates ...")
    pairs = candidate_pairs(
        baseline,
        proxy,
        candidates,
        request.phi,
        literal=request.literal,
        ceilings=request.ceilings,
    )
    usual = StopRule(profile.regret, profile.trainings)
    plan: SearchPlan = Plan(
        kind="grid",
        baseline=baseline_arm(baseline, proxy),
        pairs=pairs,
        terms=SearchTerms(request.phi, request.literal, request.ceilings),
        profile=profile,
        data=data,
        facts=facts,
        seed=request.seed,
        rounds=Rounds(profile.search_seeds, usual),
        given=request.baseline,
    )
    plan = stopping(limit(_checked(plan)), request.regret, request.trainings, request.minutes)
    plan = tried(plan, tell)
    proxies = [trial.pair.proxy.network for trial in plan.trials]
    data, facts = data_for(proxy, proxies, data, facts)
    return plan.changed(data=data, facts=facts)


def refusing(plan: SearchPlan, reasons: Mapping[str, str]) -> SearchPlan:
    """The plan with the candidates of these names refused, for these reasons.

    Only candidates can then be named. Raises ScaleSearchError where not enough are left.
    """
    pairs = tuple(
        replace(pair, exceeded=pair.exceeded or reasons.get(pair.name, "")) for pair in plan.pairs
    )
    terms = replace(plan.terms, measured=True)
    return _checked(plan.changed(pairs=pairs, terms=terms))


def _checked(plan: SearchPlan) -> SearchPlan:
    if len(plan.trials) > 1:
        return _of_several_points(plan)
    if not plan.pairs:
        remedy = (
            f"Widen the ranges or {parameter('tolerance')}, or take another {parameter('step')}."
        )
    elif any(pair.exceeded for pair in plan.pairs):
        remedy = "Raise the limit."
    else:
        remedy = (
            f"Take another {parameter('phi')} or {parameter('profile')}, or give "
            f"{parameter('literal')}, which trains the formula's networks at whatever cost."
        )
    refused = next((pair.refused for pair in plan.pairs if pair.refused), "")
    why = f" The first refusal: {refused}." if refused else ""
    raise ScaleSearchError(f"The set of candidates is empty. {remedy}{why}")


def _of_several_points(plan: SearchPlan) -> SearchPlan:
    """The plan, whose proxies lie on two points at least. Raises ConfigError for another."""
    places = set()
    for trial in plan.trials[1:]:
        proxy = trial.pair.proxy
        place = mixture(proxy.depth, proxy.width, proxy.resolution)
        if place is None:
            raise ConfigError(
                f"The proxy of candidate {trial.names[0]} is built no larger than the baseline's, "
                "so it has no place among the ways to spend more.",
                remedy=f"Take a larger {parameter('phi')}.",
            )
        places.add(tuple(round(share, 6) for share in place))
    if len(places) > 1:
        return plan
    raise ConfigError(
        "All candidates are built as proxies of one point: they share their added cost out over "
        "depth, width and resolution in the same way, so there is nothing to choose between.",
        remedy=f"Take a smaller {parameter('step')}, a larger {parameter('phi')}, or more "
        "candidates.",
    )


def candidates_of(
    request: SearchRequest, profile: Profile, baseline: Network
) -> tuple[Candidate, ...]:
    """Those of the scheme that was asked for, and those that were named."""
    included = tuple(
        Candidate(name_of(coefficients), coefficients, included=True)
        for coefficients in request.include
    )
    if any(not _has(request, name) for name in request.ranges):
        raise ConfigError(
            f"{parameter('alpha')}, {parameter('beta')} and {parameter('gamma')} are the ranges of "
            f"{owners('alpha')}."
        )
    return (*points_of(request, profile, baseline), *included)


def _has(request: SearchRequest, name: str) -> bool:
    """Whether the scheme that was asked for has the parameter `name`."""
    return name in SCHEMES[request.grid or DEFAULT].own


def _check(request: SearchRequest) -> None:
    """Refuse what no search has, before anything is looked at. Raises ConfigError."""
    for name, value, known in (
        ("grid", request.grid or DEFAULT, tuple(SCHEMES)),
        ("constraint", request.constraint or "nominal", ("nominal", "counted")),
    ):
        if value not in known:
            raise ConfigError(f"{parameter(name)} must be {' or '.join(known)}. Got {value!r}.")
    for name, given in (("tolerance", request.tolerance), ("constraint", request.constraint)):
        if given is not None and not _has(request, name):
            raise ConfigError(
                f"{parameter(name)} is for {owners(name)}. Got {given}. Leave it out."
            )


def _check_phi(phi: float) -> None:
    if not 0 < phi <= MOST_PHI:
        raise ConfigError(
            f"{parameter('phi')} must be above 0 and at most {MOST_PHI:g} for a search, "
            f"since candidates cost 2^phi times the baseline. Got {phi:g}."
        )
