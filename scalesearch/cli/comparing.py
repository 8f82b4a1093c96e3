"""What `compare` was asked for, from options to arms that all cost the same.

Of a table without TensorFlow; the models of a function must be built to be counted.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scalesearch.cli.arm_training import Named, Work
from scalesearch.cli.baselines import counter_of, find_baseline, pinned, proxy_for, try_proxies
from scalesearch.cli.proxies import proxy_key, proxy_of
from scalesearch.cli.render import note
from scalesearch.cli.sources import Source, find_source
from scalesearch.config.profiles import Profile
from scalesearch.core.arms import Arm, arms, fitting_resolutions, only_proxies_miss, refusal
from scalesearch.core.candidates import shares_of
from scalesearch.core.function_network import Counter, FunctionNetwork, Network
from scalesearch.core.multipliers import PAPER, Coefficients
from scalesearch.core.network_table import TableNetwork
from scalesearch.core.quantities import short
from scalesearch.core.realisers import cost_of
from scalesearch.core.resolution import Resolution
from scalesearch.data.facts import DataFacts
from scalesearch.data.sources import source_of
from scalesearch.errors import ConfigError
from scalesearch.experiments.datasets import data_for, data_key, data_of
from scalesearch.experiments.options import TrainingOptions, profile_of
from scalesearch.search.cells import Training, cell_of

MOST_COST = 64.0
KIND = "compare"


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `compare` that decide what is trained."""

    costs: tuple[float, ...]
    target_macs: int | None
    baseline: str
    coefficients: Coefficients | str
    """Themselves, or where to take them from: found, paper, or a study's name."""
    results: Path
    options: TrainingOptions
    seed: int
    seeds: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison that could start."""

    baseline: Network
    source: Source
    arms: tuple[Arm, ...]
    work: Work
    """Its profile's resolution is that of the proxies."""
    profile_resolution: Resolution
    """Of the baseline's proxy by the profile as it stands; an arm may miss its cost there."""


def comparison_of(asked: Asked) -> Comparison:
    """Everything that can be known before the first training.

    Where proxies alone miss their cost, a table's are made at the nearest resolution at which none
    does. Raises ScaleSearchError for what can be told to be wrong without training, among it an arm
    that no whole number of blocks or pixels brings within 5 % of its cost.
    """
    baseline = find_baseline(asked.baseline)
    count = counter_of(baseline)
    costs = _costs(asked, baseline, count)
    source = _source(asked, baseline)
    coefficients = source.coefficients
    assert coefficients is not None, "only the published table comes without"
    shares_of(coefficients)  # refuses what scales nothing
    own_profile = profile = profile_of(asked.options)
    data, facts = data_of(asked.options, profile, note)
    proxy = proxy_for(baseline, profile, facts)
    if count:
        note(f"Counting the models of {4 * len(costs)} arms ...")
    found = arms(baseline, proxy, costs, coefficients, count)
    if isinstance(baseline, TableNetwork) and only_proxies_miss(found):
        profile = _fitting(baseline, profile, facts, costs, coefficients)
        found = arms(baseline, proxy_of(baseline, profile, facts), costs, coefficients)
    if any(arm.refused for arm in found):
        option = "--cost" if asked.target_macs is None else "--target-macs"
        raise ConfigError(_unmatched(found, baseline, profile, option))
    try_proxies([arm.proxy for arm in found], profile.recipe)
    baseline, found = pinned((baseline, found), baseline)
    proxies = [arm.proxy.network for arm in found]
    data, facts = data_for(proxies[0], proxies, data, facts)
    key = data_key(data, facts)
    training = Training(profile.recipe, key, "")
    settings: dict[str, Any] = {
        "kind": KIND,
        "baseline": baseline.to_json(),
        "costs": list(costs),
        "coefficients": list(dataclasses.astuple(coefficients)),
        "proxy": proxy_key(profile),
        "recipe": profile.recipe.to_json(),
        "data": key,
        "seed": asked.seed,
        "seeds": asked.seeds,
        "classes": list(source_of(data).class_names(facts.classes)),
        "arms": {
            arm.name: {
                "cell": cell_of(arm.proxy.network, training),
                "network": arm.proxy.network.to_json(),
            }
            for arm in found
        },
    }
    named = tuple(Named(arm.name, arm.full, arm.proxy) for arm in found)
    work = Work(KIND, named, profile, data, facts, asked.seed, asked.seeds, settings, True)
    own = own_profile.proxy_resolution(baseline.resolution)
    return Comparison(baseline, source, found, work, own)


def _costs(asked: Asked, baseline: Network, count: Counter | None) -> tuple[float, ...]:
    if asked.target_macs is not None:
        if asked.costs:
            raise ConfigError("Options --cost and --target-macs both say the budget: give one.")
        own = cost_of(baseline, count).macs
        ratio = asked.target_macs / own
        if not 1 < ratio <= MOST_COST:
            raise ConfigError(
                f"Option --target-macs must be more than {baseline.name}'s {short(own)} MACs and "
                f"at most {MOST_COST:g} times that. Got {short(asked.target_macs)}."
            )
        return (ratio,)
    costs = asked.costs or (2.0,)
    for ratio in costs:
        if not 1 < ratio <= MOST_COST:
            raise ConfigError(
                "Option --cost must be multiples of the baseline's MACs above 1 and at most "
                f"{MOST_COST:g}. Got {ratio:g}."
            )
    return tuple(sorted(costs))


def _source(asked: Asked, baseline: Network) -> Source:
    if isinstance(asked.coefficients, Coefficients):
        return find_source(baseline.name, asked.coefficients, None, None, asked.results)
    if asked.coefficients == "paper":
        return Source("paper", "the paper's (Tan & Le 2019)", PAPER)
    study = None if asked.coefficients == "found" else asked.coefficients
    return find_source(baseline.name, None, study, None, asked.results, "--coefficients")


def _fitting(
    baseline: TableNetwork,
    profile: Profile,
    facts: DataFacts,
    costs: tuple[float, ...],
    coefficients: Coefficients,
) -> Profile:
    """The profile at the nearest resolution whose proxies all meet their cost; else as it is."""

    own = profile.resolution.longer

    def at(pixels: int) -> Profile:
        return dataclasses.replace(profile, resolution=profile.resolution.with_longer(pixels))

    def proxy(pixels: int) -> TableNetwork:
        return proxy_of(baseline, at(pixels), facts)

    return at(next(fitting_resolutions(proxy, own, costs, coefficients), own))


def _unmatched(found: tuple[Arm, ...], baseline: Network, profile: Profile, option: str) -> str:
    told = "\n".join(f"  {refusal(arm)}" for arm in found if arm.refused)
    if isinstance(baseline, FunctionNetwork):
        # Looking for sizes at which all fit would build a model for each look.
        remedy = (
            f"Ask for a {option} near what they came to, or let "
            f"{baseline.builder} round its blocks and channels in smaller steps. Proxies move in "
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
