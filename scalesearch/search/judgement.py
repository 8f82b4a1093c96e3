"""What the trainings of a search say so far: a surface, its best point, what to train next."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scalesearch.core.candidates import Shares
from scalesearch.core.tasks import CANDIDATE, COMPLETE, FAILED
from scalesearch.errors import StudyError
from scalesearch.search.allocation import knowledge_gradient
from scalesearch.search.mixtures import Domain, domain
from scalesearch.search.naming_rule import Naming
from scalesearch.search.observations import Observations, Row, observations
from scalesearch.search.optimum import Optimum, optimum
from scalesearch.search.search_rounds import Judge, Judgement
from scalesearch.search.surface import Surface, fit
from scalesearch.studies.remedies import way_back


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A surface, the points that may be named, and the one that is named."""

    surface: Surface
    domain: Domain
    optimum: Optimum

    @property
    def seen(self) -> Observations:
        """The trainings that it is fitted to."""
        return self.surface.observations


def fit_of(rows: Sequence[Row], naming: Naming, at: Shares | None = None) -> Fit:
    """The fit to rows of the trials table, whatever their order.

    With `at` that point is the named one, whatever the surface says. Raises StudyError where the
    rows cannot support a surface.
    """
    _refuse_nothing(rows)
    macs = {row["cell"]: row["macs"] for row in rows}
    return fit_with(observations(rows), naming, macs, at)


def fit_with(
    seen: Observations,
    naming: Naming,
    macs: Mapping[str, float] | None = None,
    at: Shares | None = None,
) -> Fit:
    """The same from trainings; `macs` are those of the full-size networks, by cell.

    Raises StudyError where they cannot support a surface.
    """
    may = domain(seen.mixtures, seen.log_ratios, seen.one_cost and not naming.among_candidates)
    surface = fit(seen)
    costs = [] if may.continuous or macs is None else [macs[cell] for cell in seen.cells]
    instead = None if at is None else np.array([at.depth, at.width, at.resolution])
    return Fit(surface, may, optimum(surface, may, naming.regret, costs, instead))


def judge_by(naming: Naming) -> Judge:
    """The judge of rounds that goes by the surface and the knowledge gradient."""

    def judge(rows: Sequence[Row]) -> Judgement:
        found = fit_of(rows, naming)
        # One whose training failed would be chosen again and again, as nothing was learnt of it.
        failed = {row["cell"] for row in rows if row["state"] == FAILED}
        out = {index for index, cell in enumerate(found.seen.cells) if cell in failed}

        def teaching(size: int) -> list[str]:
            chosen = knowledge_gradient(found.surface, found.domain, size, out)
            return [found.seen.cells[index] for index in chosen]

        return Judgement(found.optimum.expected_regret, teaching)

    return judge


def _refuse_nothing(rows: Sequence[Row]) -> None:
    """Raise StudyError where no candidate was ever trained."""
    candidates = [row for row in rows if row["role"] == CANDIDATE]
    if any(row["state"] == COMPLETE for row in candidates):
        return
    failures = [row for row in candidates if row["state"] == FAILED]
    if not failures:
        raise StudyError(
            "The study holds no training of a candidate yet: there is nothing to choose from."
        )
    reason, times = Counter(row["reason"] for row in failures).most_common(1)[0]
    raise StudyError(
        f"None of the {len(failures)} trainings of candidates gave a result. The commonest reason "
        f"({times} times): {reason}. {way_back(any(row['state'] != FAILED for row in rows))}"
    )
