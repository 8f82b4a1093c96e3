"""What a search of coefficients found: all that coefficients.yaml holds, as one typed value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal

from scalesearch.core.candidates import Shares
from scalesearch.core.estimates import Beats, Estimate, More, Proof, Region
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.resolution import Resolution

StoppedBy = Literal["regret", "trainings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The named point at full size, as it is built."""

    repeats: tuple[int, ...] | str
    """Blocks of each stage; of a Python function's network its depth, such as "x1.41"."""
    width: float
    """Times the baseline's."""
    resolution: Resolution
    macs: int
    """Multiply-accumulates of one image, counted."""
    params: int
    """Trainable parameters."""
    acts: int
    """Outputs of convolution, linear and max-pooling layers, of one image."""
    counted_ratio: float
    """MACs over the baseline's."""
    shares: Shares | None = None
    """The shares of the added budget that these sizes realise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A candidate that was trained. Accuracies are fractions."""

    names: tuple[str, ...]
    shares: Shares
    """By the multipliers of its proxy as built: where it lies on the triangle."""
    trainings: int
    """Complete ones."""
    top1_mean: float
    """Of its trainings as they came out."""
    top1_std: float | None
    """Their sample standard deviation; None for one training."""
    surface: Estimate
    """What the surface says of its point: what transfers to the full-size network."""
    own: Estimate
    """What further seeds of this proxy would reach."""
    best: float
    """The probability that the surface is highest here, among the candidates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The point that a search names, how sure it is, and what more trainings would bring.

    Accuracies are fractions from 0 to 1, of proxies on the validation split; what is called points
    is in points of top-1, a hundred times as much. Intervals hold with a probability of 95 %. What
    is None could not be found out.
    """

    baseline: str
    """Name of the network that the search scaled."""
    study: str
    created: str
    """When the study first came to this answer: ISO 8601, with its time zone."""
    alpha: float
    """Depth at phi = 1, times the baseline's."""
    beta: float
    """Width at phi = 1, times the baseline's."""
    gamma: float
    """Resolution at phi = 1, times the baseline's."""
    phi: float
    """The phi that was searched at."""
    names: tuple[str, ...]
    """Every candidate that is this same network; where none is, the shares in words."""
    shares: Shares
    """The shares of the added budget that the coefficients ask for."""
    realised: Sizes
    instead: str | None = None
    """Why the best point of the surface itself is not named; None where it is."""
    top1: Estimate
    """What the surface says of the named point's proxy."""
    baseline_top1: Estimate | None
    """What the baseline's proxy reaches."""
    gain: Estimate | None
    """`top1` less `baseline_top1`, a fraction as they are."""
    expected_regret: float
    """Points by which the named point is expected to be worse than the best one."""
    regret: float
    """Points that were asked for: below them the search stops."""
    within: float
    """The probability that the regret is at most 0.3 points (`core.estimates.WITHIN`)."""
    beats: Beats
    proof: Proof
    region: Region
    more: tuple[More, ...]
    """For growing numbers of further trainings."""
    noise: float
    """Points of standard deviation from one training of a network to the next."""
    trainings: int
    """Complete ones, the baseline's among them."""
    epochs: int
    """Of each training: the answer is one for trainings of this length."""
    stopped_by: StoppedBy
    """What ended the search: the regret was reached, or the trainings were spent."""
    rule: str
    """How the point was chosen, in words."""
    candidates: tuple[Ranked, ...]
    """Every distinct network that was trained, that of the highest surface first."""
    beating_baseline: float | None
    """The share of the candidates whose mean is above the baseline's."""
    warning: str | None
    failed_trainings: int | None = None
    estimated_seconds: float | None = None
    """What the study was said to take, before it began."""
    search_seconds: float | None = None
    """What it took; None where several runs have trained it."""
    profile: str | None = None
    dataset: str | None = None
    command: str | None = None
    """What to type to repeat or to continue the study."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Plain values: all that decides what was trained."""
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def coefficients(self) -> Coefficients:
        return Coefficients(self.alpha, self.beta, self.gamma)

    @property
    def name(self) -> str:
        """The point's names as the trials have them: joined by "; "."""
        return "; ".join(self.names)

    def to_json(self) -> dict[str, Any]:
        """Plain values, in the order of coefficients.yaml; `from_json` makes the same of them."""
        plain: dict[str, Any] = _plain(self)
        return plain

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Answer":
        """The answer of these plain values, which are taken as they are; others are left out.

        `config.answer_file` checks those of a file. Raises KeyError for what is missing.
        """
        known = {each.name: values[each.name] for each in fields(cls) if each.name in values}
        return cls(
            **known
            | {
                "names": tuple(values["names"]),
                "shares": Shares(**values["shares"]),
                "realised": _sizes(values["realised"]),
                "top1": Estimate(**values["top1"]),
                "baseline_top1": _estimate(values["baseline_top1"]),
                "gain": _estimate(values["gain"]),
                "beats": Beats(**values["beats"]),
                "proof": Proof(**values["proof"]),
                "region": _region(values["region"]),
                "more": tuple(More(**each) for each in values["more"]),
                "candidates": tuple(map(_ranked, values["candidates"])),
                "settings": values.get("settings") or {},
                "versions": values.get("versions") or {},
            }
        )


def _plain(value: Any) -> Any:
    if isinstance(value, Resolution):
        return value.to_json()
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return list(map(_plain, value))
    return dict(value) if isinstance(value, Mapping) else value


def _estimate(values: Mapping[str, float] | None) -> Estimate | None:
    return None if values is None else Estimate(**values)


def _region(values: Mapping[str, Any]) -> Region:
    return Region(values["share"], tuple(Shares(**each) for each in values["shares"]))


def _sizes(values: Mapping[str, Any]) -> Sizes:
    repeats, shares = values["repeats"], values.get("shares")
    known = {each.name: values[each.name] for each in fields(Sizes) if each.name in values}
    return Sizes(
        **known
        | {
            "repeats": repeats if isinstance(repeats, str) else tuple(repeats),
            "resolution": Resolution.of(values["resolution"]),
            "shares": None if shares is None else Shares(**shares),
        }
    )


def _ranked(values: Mapping[str, Any]) -> Ranked:
    shares, surface, own = values["shares"], values["surface"], values["own"]
    return Ranked(
        **{
            **values,
            "names": tuple(values["names"]),
            "shares": Shares(**shares),
            "surface": Estimate(**surface),
            "own": Estimate(**own),
        }
    )
