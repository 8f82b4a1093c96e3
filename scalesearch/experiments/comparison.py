"""The plan of a comparison: arms that all cost the same, and the baseline."""

from dataclasses import replace
from typing import TypeAlias

from scalesearch.config.profiles import Profile
from scalesearch.core.arms import (
    Arm,
    arms,
    baseline_arm,
    fitting_resolutions,
    only_proxies_miss,
    refusal,
    treated,
)
from scalesearch.core.candidates import shares_of
from scalesearch.core.multipliers import PAPER, Coefficients
from scalesearch.core.networks import Network
from scalesearch.core.pairs import Pair
from scalesearch.core.quantities import short
from scalesearch.data.facts import DataFacts
from scalesearch.data.sources import source_of
from scalesearch.errors import ConfigError, parameter
from scalesearch.experiments.coefficient_sources import Source, find_source
from scalesearch.experiments.comparison_request import ComparisonRequest, ComparisonTerms
from scalesearch.experiments.datasets import Tell, data_for, data_of
from scalesearch.experiments.network_kinds import kind_of
from scalesearch.experiments.network_names import load
from scalesearch.experiments.plans import Plan
from scalesearch.experiments.rounds import Rounds
from scalesearch.experiments.source_pins import tried
from scalesearch.experiments.training_options import profile_of

MOST_COST = 64.0
MOST_LENGTHS = 10

ComparisonPlan: TypeAlias = Plan[Arm, ComparisonTerms]


def comparison_plan(request: ComparisonRequest, tell: Tell) -> ComparisonPlan:
    """Everything that can be known of a comparison before its first training.

    Where proxies alone miss their cost, a table's are made at the nearest resolution at which none
    does. Raises ScaleSearchError for what can be told to be wrong without training, among it an arm
    that no whole number of blocks or pixels brings within 5 % of its cost.
    """
    baseline = load(request.baseline, tell)
    costs = _costs(request, baseline)
    source = _source(request, baseline)
    coefficients = source.coefficients
    assert coefficients is not None, "only the published table comes without"
    shares_of(coefficients)  # refuses what scales nothing
    lengths = _lengths(request)
    longest = max(lengths, default=request.training.epochs)
    own_profile = profile = profile_of(replace(request.training, epochs=longest))
    data, facts = data_of(request.training, profile, tell)
    kind = kind_of(baseline)
    proxy = kind.proxy(baseline, profile, facts, tell)
    if baseline.slow_to_count:
        tell(f"Counting the models of {4 * len(costs)} arms ...")
    found = arms(baseline, proxy, costs, coefficients)
    if only_proxies_miss(found) and not baseline.slow_to_count:
        profile = _fitting(baseline, profile, facts, costs, coefficients, tell)
        proxy = kind.proxy(baseline, profile, facts, tell)
        found = arms(baseline, proxy, costs, coefficients)
    if any(arm.refused for arm in found):
        option = parameter("cost" if request.target_macs is None else "target_macs")
        raise ConfigError(_unmatched(found, baseline, profile, option))
    terms = ComparisonTerms(
        costs,
        coefficients,
        source.kind,
        source.words,
        own_profile.proxy_resolution(baseline.resolution),
        source_of(data).class_names(facts.classes),
        lengths or (profile.recipe.epochs,),
        request.controls,
    )
    first, *pairs = treated(baseline_arm(baseline, proxy), found, terms.lengths, request.controls)
    plan: ComparisonPlan = Plan(
        kind="compare",
        baseline=first,
        pairs=tuple(pairs),
        terms=terms,
        profile=profile,
        data=data,
        facts=facts,
        seed=request.seed,
        rounds=Rounds(request.seeds),
        given=request.baseline,
    )
    plan = tried(plan, tell)
    proxies = [trial.pair.proxy.network for trial in plan.trials]
    data, facts = data_for(proxies[0], proxies, data, facts)
    return plan.changed(data=data, facts=facts)


def _costs(request: ComparisonRequest, baseline: Network) -> tuple[float, ...]:
    if request.target_macs is not None:
        if request.costs:
            raise ConfigError(
                f"{parameter('cost')} and {parameter('target_macs')} both say the budget: give one."
            )
        own = baseline.cost.macs
        ratio = request.target_macs / own
        if not 1 < ratio <= MOST_COST:
            raise ConfigError(
                f"{parameter('target_macs')} must be more than {baseline.name}'s {short(own)} MACs "
                f"and at most {MOST_COST:g} times that. Got {short(request.target_macs)}."
            )
        return (ratio,)
    costs = request.costs or (2.0,)
    for ratio in costs:
        if not 1 < ratio <= MOST_COST:
            raise ConfigError(
                f"{parameter('cost')} must be multiples of the baseline's MACs above 1 and at most "
                f"{MOST_COST:g}. Got {ratio:g}."
            )
    return tuple(sorted(costs))


def _lengths(request: ComparisonRequest) -> tuple[int, ...]:
    """Those that are asked for, each once, the shortest first."""
    if len(request.epochs) > MOST_LENGTHS:
        raise ConfigError(
            f"{parameter('epochs')} must be at most {MOST_LENGTHS} lengths. Got "
            f"{len(request.epochs)}."
        )
    for epochs in request.epochs:
        if epochs < 1:
            raise ConfigError(
                f"{parameter('epochs')} must be whole numbers of at least 1. Got {epochs}."
            )
    return tuple(sorted(set(request.epochs)))


def _source(request: ComparisonRequest, baseline: Network) -> Source:
    if isinstance(request.coefficients, Coefficients):
        return find_source(baseline.name, request.coefficients, None, None, request.results)
    if request.coefficients == "paper":
        return Source("paper", "the paper's (Tan & Le 2019)", PAPER)
    study = None if request.coefficients == "found" else request.coefficients
    return find_source(baseline.name, None, study, None, request.results, "coefficients")


def _fitting(
    baseline: Network,
    profile: Profile,
    facts: DataFacts,
    costs: tuple[float, ...],
    coefficients: Coefficients,
    tell: Tell,
) -> Profile:
    """The profile at the nearest resolution whose proxies all meet their cost; else as it is."""
    own = profile.resolution.longer

    def at(pixels: int) -> Profile:
        return replace(profile, resolution=profile.resolution.with_longer(pixels))

    def proxy(pixels: int) -> Network:
        return kind_of(baseline).proxy(baseline, at(pixels), facts, tell)

    return at(next(fitting_resolutions(proxy, own, costs, coefficients), own))


def _unmatched(
    found: tuple[Pair[Arm], ...], baseline: Network, profile: Profile, option: str
) -> str:
    told = "\n".join(f"  {refusal(arm)}" for arm in found if arm.refused)
    if baseline.slow_to_count:  # no sizes were looked for at which all fit
        remedy = (
            f"Ask for a {option} near what they came to, or let "
            f"{baseline.title} round its blocks and channels in smaller steps. Proxies move in "
            "smaller ones with more `width` or `depth` in a copy of the profile."
        )
    elif only_proxies_miss(found):
        remedy = (
            f"Ask for another {option}, or raise `resolution` in a copy of the profile: none of "
            f"half to twice its {profile.resolution} fits."
        )
    else:
        remedy = f"Ask for another {option}, or take another baseline."
    if all(realised.counted for arm in found for realised in (arm.full, arm.proxy)):
        rule = "Blocks and pixels are whole numbers, and no arm may miss its cost by more than 5 %"
    else:
        rule = "Every arm must be built, and none may miss its cost by more than 5 %"
    return f"{rule}:\n{told}\n{remedy}"


def arms_at(plan: ComparisonPlan, epochs: int) -> tuple[Pair[Arm], ...]:
    """The baseline and the arms of that length, controls apart; the baseline first."""
    return tuple(
        pair
        for pair in (plan.baseline, *plan.pairs)
        if not pair.treatment.is_control
        and plan.profile.recipe.treated(pair.treatment).epochs == epochs
    )
