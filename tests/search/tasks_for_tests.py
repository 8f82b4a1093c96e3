"""Plans of tasks for the fake trainer."""

from typing import Any

from scalesearch.core.tasks import Task
from tests.search.triangle_rows import cell_of, network


def a_task(number: int = 1, seed: int = 0, **spec: Any) -> Task:
    """Cell `number`, of which 0 is the baseline; `spec` goes to the fake trainer."""
    cell = f"{number:016x}"
    attributes = {
        "names": "baseline" if number == 0 else f"c{number}",
        "role": "baseline" if number == 0 else "candidate",
        "macs": 400 if number == 0 else 800 + number,
        "params": 50 + number,
        "acts": 60 + number,
        "counted_ratio": 1.0 if number == 0 else 2.0,
        "proxy_macs": 10 if number == 0 else 20 + number % 3,
    }
    beta = 1.0 + number / 100
    return Task(
        cell=cell,
        seed=seed,
        alpha=1.0,
        beta=beta,
        gamma=1.0,
        attributes=attributes,
        spec={"cell": cell, "seed": seed, "recipe": {"epochs": 2}, **spec},
    )


def a_plan(cells: int = 6, **spec: Any) -> list[Task]:
    """The baseline and `cells` candidates; the baseline stands in the middle of it."""
    numbers = [*range(cells, 0, -1)]
    numbers.insert(cells // 2, 0)
    return [a_task(number, **spec) for number in numbers]


def a_triangle(**spec: Any) -> list[Task]:
    """The baseline (0) and the 15 candidates of a triangle in quarters, one seed each."""
    return [
        Task(
            cell=cell_of(number),
            seed=0,
            **{name: network(number)[name] for name in ("alpha", "beta", "gamma")},
            attributes=network(number),
            spec={
                "cell": cell_of(number),
                "number": number,
                "seed": 0,
                "recipe": {"epochs": 2},
                **spec,
            },
        )
        for number in range(16)
    ]


def comparable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without what no two runs have in common: the memory that a process came to."""
    return [{name: value for name, value in row.items() if name != "peak_memory"} for row in rows]
