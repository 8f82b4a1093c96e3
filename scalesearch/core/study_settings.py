"""What a study is pinned to: everything that decides its networks, its trainings and its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeAlias, get_args

Kind: TypeAlias = Literal["grid", "compare", "sweep"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Json: TypeAlias = Mapping[str, Any]
"""A part that is stored and compared as a whole, by those who know what is in it."""
Triple: TypeAlias = tuple[float, float, float]
"""alpha, beta and gamma."""

EARLIER = ("halving", "finalists", "final_seeds")
"""What earlier releases pinned a search to besides: how candidates were cut short, and how many
were trained on further seeds. What was trained so is a training like any other."""


@dataclass(frozen=True, slots=True)
class ArmSettings:
    """An arm of a comparison, as `cam` finds it again."""

    cell: str
    """Key of its trainings, a hash of what is trained."""
    network: Json
    """Its proxy."""

    def to_json(self) -> dict[str, Any]:
        return {"cell": self.cell, "network": self.network}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a study. What another kind of study has alone is None.

    Two plans with equal settings make the same study; `extension` says which others may go on with
    it. The order of the fields is the one in which they are shown.
    """

    kind: Kind
    baseline: Json | None = None
    phi: float | None = None
    """Of a search, as the next two are."""
    literal: bool | None = None
    """Whether networks are what the paper's formula gives."""
    candidates: tuple[str, ...] | None = None
    """Names of the coefficients."""
    networks: tuple[str, ...] | None = None
    """Names of what a sweep trains."""
    costs: tuple[float, ...] | None = None
    """Of a comparison, in times the baseline's MACs."""
    coefficients: tuple[Triple, ...] | Triple | None = None
    """Of each candidate of a grid; of a comparison, those that its compound arm scales by."""
    proxy: Json | None = None
    """How the profile makes a proxy of a network."""
    recipe: Json | None = None
    data: Json | None = None
    """What decides the images."""
    seed: int | None = None
    trainer: Json | None = None
    """What a trainer of the user's own is pinned to; None for ours."""
    seeds: int | None = None
    """Trainings of each network of a comparison or a sweep."""
    epochs: tuple[int, ...] | None = None
    """Lengths of a comparison's trainings where there are several; the recipe's is the last."""
    controls: bool | None = None
    """Whether a comparison has controls; None where not."""
    search_seeds: int | None = None
    """Trainings of each network in the first round of a grid, and the next are a grid's too."""
    regret: float | None = None
    """Points of top-1 at which it stops."""
    trainings: int | None = None
    """The most; None where minutes are given."""
    minutes: float | None = None
    """Time for as many trainings as fit into it."""
    classes: tuple[str, ...] | None = None
    """Names of what a comparison tells apart, in the order of the labels."""
    arms: Mapping[str, ArmSettings] | None = None
    """Of a comparison, by their names."""
    versions: Mapping[str, str] | None = None
    """Of what decides a training's numbers. None before a study is made of the settings."""
    threads: int | None = None
    """Of each training, which decide its numbers too. None as above."""
    unknown: Json = field(default_factory=dict)
    """What the file has besides, under its names."""

    def to_json(self) -> dict[str, Any]:
        """Plain values; `from_json` makes the same settings of them."""
        values: dict[str, Any] = {}
        for each in fields(self):
            name, value = each.name, getattr(self, each.name)
            if name == "arms" and value is not None:
                value = {arm: settings.to_json() for arm, settings in value.items()}
            elif isinstance(value, tuple):
                value = [list(item) if isinstance(item, tuple) else item for item in value]
            is_said = value is not None and (name, value) != ("kind", "grid")
            if name != "unknown" and is_said:
                values[name] = value
        return {**values, **self.unknown}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Settings":
        """The settings of plain values from anywhere; what is missing is None.

        Raises ValueError where a field holds what it cannot hold.
        """
        kind = kind_of(values)
        rest = {name: value for name, value in values.items() if name not in EARLIER}
        if kind != "grid":
            del rest["kind"]
        known: dict[str, Any] = {}
        for name, read in _READ.items():
            value = rest.pop(name, None)
            if value is not None:
                known[name] = read(name, value)
        coefficients = rest.pop("coefficients", None)
        if coefficients is not None:
            known["coefficients"] = (_triple if kind == "compare" else _triples)(
                "coefficients", coefficients
            )
        return cls(kind, **known, unknown=rest)


def kind_of(values: Mapping[str, Any]) -> Kind:
    """The command whose study has these settings: grid, which names itself nowhere, or another."""
    return next((kind for kind in KINDS if kind == values.get("kind")), "grid")


def _one_of(kinds: type | tuple[type, ...], words: str) -> Callable[[str, Any], Any]:
    """A reader of values of these types; a truth value is no number."""

    def read(name: str, value: Any) -> Any:
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is not bool):
            raise ValueError(f"`{name}` must be {words}. Got {str(value)[:60]!r}")
        return value

    return read


_number = _one_of((int, float), "a number")
_whole = _one_of(int, "a whole number")
_text = _one_of(str, "text")
_json = _one_of(dict, "an object")


def _list_of(each: Callable[[str, Any], Any]) -> Callable[[str, Any], tuple[Any, ...]]:
    def read(name: str, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise ValueError(f"`{name}` must be a list. Got {str(value)[:60]!r}")
        return tuple(each(name, item) for item in value)

    return read


def _triple(name: str, value: Any) -> Triple:
    numbers = _list_of(_number)(name, value)
    if len(numbers) != 3:
        raise ValueError(f"`{name}` must be three numbers. Got {str(value)[:60]!r}")
    alpha, beta, gamma = numbers
    return alpha, beta, gamma


_triples = _list_of(_triple)


def _arms(name: str, value: Any) -> dict[str, ArmSettings]:
    arms = {}
    for arm, settings in _json(name, value).items():
        place = f"{name}.{arm}"
        found = _json(place, settings)
        cell = _text(f"{place}.cell", found.get("cell"))
        arms[arm] = ArmSettings(cell, _json(f"{place}.network", found.get("network")))
    return arms


_READ: dict[str, Callable[[str, Any], Any]] = {
    "baseline": _json,
    "phi": _number,
    "literal": _one_of(bool, "true or false"),
    "candidates": _list_of(_text),
    "networks": _list_of(_text),
    "costs": _list_of(_number),
    "proxy": _json,
    "recipe": _json,
    "data": _json,
    "seed": _whole,
    "trainer": _json,
    "seeds": _whole,
    "epochs": _list_of(_whole),
    "controls": _one_of(bool, "true or false"),
    "search_seeds": _whole,
    "regret": _number,
    "trainings": _whole,
    "minutes": _number,
    "classes": _list_of(_text),
    "arms": _arms,
    "versions": _json,
    "threads": _whole,
}
"""How each field is read, but for `kind` and the coefficients, whose form follows from it."""
