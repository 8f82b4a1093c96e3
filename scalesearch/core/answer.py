"""What a search of coefficients found: all that coefficients.yaml holds, as one typed value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from scalesearch.core.candidates import Shares
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.resolution import Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The winner at full size, as it is built."""

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
    """A candidate after the search stage, by the search seeds alone. Accuracies are fractions."""

    names: tuple[str, ...]
    top1_mean: float
    top1_smoothed: float | None
    """What ranked it; None where nothing was smoothed and the mean did, or where it was cut."""
    cut_at: float | None
    """The share of its training after which it was cut; None where it went to its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finalist:
    """One of the best, trained on further seeds. Accuracies are fractions, over all its seeds."""

    names: tuple[str, ...]
    alpha: float
    beta: float
    gamma: float
    top1_mean: float
    top1_std: float | None
    seeds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The winner of a search, how it was chosen and from what.

    Accuracies are fractions from 0 to 1, of proxies on the validation split. What is None could not
    be found out.
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
    """Every candidate that is this same network."""
    shares: Shares
    """The shares of the added budget that the coefficients ask for."""
    realised: Sizes
    top1_mean: float
    top1_std: float | None
    """The sample standard deviation over `seeds`; None for one seed."""
    seeds: int
    baseline_top1_mean: float | None
    baseline_top1_std: float | None
    gain: float | None = None
    """`top1_mean` less the baseline's, over all seeds."""
    gain_on_further_seeds: float | None = None
    """The same without the seeds that chose the finalists, which flatter them."""
    tie: bool
    """Whether other finalists cannot be told apart from the winner."""
    tied_with: tuple[str, ...]
    """Their names, among them the winner's; the names of one network are joined by "; "."""
    rule: str
    """How the winner was chosen, in words."""
    chosen_from: int
    """Distinct networks."""
    ranking: tuple[Ranked, ...] = ()
    finalists: tuple[Finalist, ...] = ()
    beating_baseline: float | None
    """The share of the candidates, trained to their ends, above the baseline."""
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
        """The winner's names as the trials have them: joined by "; "."""
        return "; ".join(self.names)

    @property
    def cut(self) -> int:
        """How many candidates were cut before the end of their training."""
        return sum(each.cut_at is not None for each in self.ranking)

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
                "names": _names(values["names"]),
                "shares": Shares(**values["shares"]),
                "realised": _sizes(values["realised"]),
                "tied_with": _texts(values["tied_with"]),
                "ranking": tuple(map(_ranked, values.get("ranking") or ())),
                "finalists": tuple(map(_finalist, values.get("finalists") or ())),
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


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _names(value: Any) -> tuple[str, ...]:
    return tuple(value.split("; ")) if isinstance(value, str) else tuple(value)


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
    rest = {name: values.get(name) for name in ("top1_smoothed", "cut_at")}
    return Ranked(names=_names(values["names"]), top1_mean=values["top1_mean"], **rest)


def _finalist(values: Mapping[str, Any]) -> Finalist:
    return Finalist(**{"top1_std": None, **values, "names": _names(values["names"])})
