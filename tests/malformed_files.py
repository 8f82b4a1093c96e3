"""Good files of every kind that scalesearch reads, and what reads and uses each of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from scalesearch.config.answer_file import read_answer
from scalesearch.config.coefficients import read_values, write_coefficients
from scalesearch.config.function_files import read_built, write_built
from scalesearch.config.network_files import read_network
from scalesearch.config.profiles import read_profile
from scalesearch.config.shipped_files import load_network, shipped_folder
from scalesearch.core.cost import cost
from scalesearch.core.function_network import FunctionNetwork
from scalesearch.data.prepared_images import opened
from scalesearch.experiments import latency_file
from scalesearch.experiments.grid import SearchPlan
from scalesearch.experiments.search_study import plan_grid
from scalesearch.experiments.trained_arms import trained_study
from scalesearch.report import (
    answer_text,
    html_table,
    pareto,
    references,
    trials_table,
)
from scalesearch.report.trial_columns import COLUMNS
from scalesearch.studies.recency import newest_answer
from scalesearch.studies.settings import differences, read_settings


@dataclass(frozen=True, slots=True)
class Kind:
    """A good file's content and name, and what a command does with such a file."""

    form: str
    """yaml, csv or json."""
    name: str
    content: bytes
    use: Callable[[Path], object]


def kinds(folder: Path) -> tuple[Kind, ...]:
    """One of every kind of file; `folder` is for making them."""
    shipped = shipped_folder()
    tables = [path.read_bytes() for path in sorted(shipped.glob("*.yaml"))]
    profiles = [path.read_bytes() for path in sorted((shipped / "profiles").glob("*.yaml"))]
    write_built(FunctionNetwork("f", "mine:build", 64, 10), folder / "f.yaml", {"phi": 1})
    study = {"settings": {"baseline": {"name": "x"}}, "command": "scalesearch grid --phi 1"}
    write_coefficients(folder / "coefficients.yaml", ANSWER | study)
    trials_table.write(folder / "trials.csv", _records())
    latency_file.write_measured(_plan(), _timings(), folder)
    made = {path.name: path.read_bytes() for path in folder.iterdir()}
    published = files("scalesearch.report").joinpath("table2_imagenet.csv").read_bytes()
    return (
        *(Kind("yaml", "network.yaml", content, _network) for content in tables),
        *(Kind("yaml", "profile.yaml", content, lambda p: read_profile(p)) for content in profiles),
        Kind("yaml", "built.yaml", made["f.yaml"], read_built),
        Kind("yaml", "study/coefficients.yaml", made["coefficients.yaml"], _coefficients),
        Kind("yaml", "coefficients.yaml", made["coefficients.yaml"], _answer),
        Kind("csv", "trials.csv", made["trials.csv"], _trials),
        Kind("csv", "measured.csv", made["measured.csv"], _measured),
        Kind("csv", "table2_imagenet.csv", published, _references),
        Kind("json", "settings.json", json.dumps(_settings()).encode(), _read_settings),
        Kind("json", "study/settings.json", json.dumps(_settings(), indent=1).encode(), _cam),
        Kind("json", "data.json", json.dumps(_DATA).encode(), lambda path: opened(path.parent)),
    )


def _network(path: Path) -> object:
    return cost(read_network(path))


def _coefficients(path: Path) -> object:
    return newest_answer(path.parent.parent, "efficientnet_b0"), read_values(path)


def _answer(path: Path) -> object:
    found = read_answer(path)
    return answer_text.answer(found)


def _trials(path: Path) -> object:
    summary = trials_table.summary(trials_table.read(path))
    info = pareto.pareto_info(summary, named="first")
    return html_table.render(summary, "first"), pareto.staircase(info)


def _measured(path: Path) -> object:
    return latency_file.read_measured(_plan(), path.parent)


def _references(path: Path) -> object:
    return references.models_of(path.read_bytes().decode("utf-8", "replace"), path.name)


def _read_settings(path: Path) -> object:
    found = read_settings(path.parent) or {}
    return [str(each) for each in differences(found, _settings() | {"phi": 2})]


def _cam(path: Path) -> object:
    (path.parent / "images.json").write_text('{"prepared": "digits-1", "size": 8, "channels": 1}')
    return trained_study(path.parent.parent, None, 1)


@lru_cache(maxsize=1)
def _plan() -> SearchPlan:
    return plan_grid("mobilenet_v2", grid="simplex", step=1.0)


def _timings() -> dict[str, dict[str, Any]]:
    timing = {"median": 0.02, "quartile_low": 0.01, "quartile_high": 0.03, "runs": 10}
    answer = {"latency_seconds": timing, "images_per_second": timing, "batch": 32, "device": "CPU"}
    names = [pair.name for pair in (_plan().baseline, *_plan().pairs)]
    return dict.fromkeys(names, answer) | {names[-1]: {"error": "=1+1: out of memory"}}


def _settings() -> dict[str, Any]:
    network = replace(load_network("efficientnet_b0"), classes=10)
    return {
        "kind": "compare",
        "baseline": network.to_json(),
        "seeds": 3,
        "seed": 0,
        "classes": [str(number) for number in range(network.classes)],
        "arms": {"baseline": {"cell": "a" * 16, "network": network.to_json()}},
    }


def _records() -> list[dict[str, Any]]:
    rows = []
    for place, name in enumerate(("baseline", "first", "second; paper")):
        row: dict[str, Any] = {
            column.name: (column.choices or ("7",))[0] if column.kind is str else 1 + place
            for column in COLUMNS
        }
        own = {"names": name, "cell": f"{place:016x}", "val_top1": 0.5 + 0.1 * place}
        rows.append(row | own | {"role": "candidate" if place else "baseline"})
    failed = {"state": "failed", "val_top1": None, "reason": "=1+1 killed", "seed": 1}
    return [*rows, rows[-1] | failed]


_SHARES = {"depth": 0.25, "width": 0.25, "resolution": 0.5}
_ESTIMATE = {"value": 0.61, "low": 0.6, "high": 0.62}
ANSWER: dict[str, Any] = {
    "baseline": "efficientnet_b0", "study": "mine", "created": "2025-11-23T09:12:44+00:00",
    "alpha": 1.2, "beta": 1.1, "gamma": 1.15, "phi": 1.0,
    "shares": _SHARES, "names": ["first"],
    "instead": None, "top1": _ESTIMATE, "baseline_top1": _ESTIMATE, "gain": None,
    "expected_regret": 0.14, "regret": 0.15, "within": 0.9, "noise": 1.1, "trainings": 4,
    "beats": {"depth": 0.9, "width": None, "resolution": 0.8},
    "proof": {"depth": 12, "width": None, "resolution": 80},
    "region": {"share": 0.2, "shares": [_SHARES]},
    "more": [{"trainings": 4, "seconds": None, "expected_regret": 0.1}],
    "epochs": 1, "stopped_by": "regret", "rule": "The highest: of the whole surface.",
    "candidates": [
        {
            "names": ["first"], "shares": _SHARES, "trainings": 2, "top1_mean": 0.61,
            "top1_std": None, "surface": _ESTIMATE, "own": _ESTIMATE, "best": 0.7,
        }
    ],
    "beating_baseline": 0.5, "warning": None,
    "realised": {
        "repeats": [1, 2, 3], "width": 1.1, "resolution": 258, "macs": 10**9, "params": 10**6,
        "acts": 10**7, "counted_ratio": 2.01,
    },
}  # fmt: skip
_DATA: dict[str, Any] = {
    "form": "array", "classes": 10, "channels": 1, "size": 8, "train": 100, "validation": 50,
    "fingerprint": "0" * 64, "spec": {"dataset": "digits", "data_dir": None, "train": 100},
}  # fmt: skip
