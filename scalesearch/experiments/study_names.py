"""Names of studies: what may be one, and what a study is called where none is given."""

from collections.abc import Sequence
from pathlib import Path

from scalesearch.errors import StudyError, parameter
from scalesearch.experiments.network_names import meaning_of
from scalesearch.experiments.study_requests import ComparisonRequest, SearchRequest, SweepRequest


def checked_name(name: str, what: str = parameter("study")) -> str:
    """The name of a study. Raises StudyError unless it can name a folder anywhere.

    `what` is where the name was given.
    """
    if (
        not name.strip()
        or name != Path(name).name
        or name.startswith((".", "-"))
        or len(name) > 120
        or not name.isprintable()
    ):
        raise StudyError(
            f"{what} must be a plain name of at most 120 characters, not a path and not "
            f"starting with a dot or a dash. Got {name!r}."
        )
    return name


def study_name(
    *what: str, profile: str, dataset: str | None, seed: int, more: Sequence[str] = ()
) -> str:
    """A name that says what a study is about; the same options give the same name.

    `dataset` is None where it is the profile's own.
    """
    parts = [*what, Path(profile).stem]
    if dataset:
        parts.append(_data_name(dataset))
    parts += more
    if seed:
        parts.append(f"seed{seed}")
    return "_".join(parts)


def default_study(request: SearchRequest) -> str:
    """The name of a search's study where none is given."""
    function = meaning_of(request.baseline) == "function"
    return study_name(
        request.baseline.replace(":", ".") if function else Path(request.baseline).stem,
        profile=request.training.profile,
        dataset=request.training.dataset,
        seed=request.seed,
        more=(
            f"phi{request.phi:g}",
            *([request.grid] if request.grid else []),
            *(["literal"] if request.literal else []),
        ),
    )


def default_comparison(request: ComparisonRequest, costs: Sequence[float], baseline: str) -> str:
    """That of a comparison; `baseline` is the network's name, `costs` are those of its arms."""
    return study_name(
        "compare",
        baseline,
        profile=request.training.profile,
        dataset=request.training.dataset,
        seed=request.seed,
        more=("x" + "-".join(f"{cost:.4g}" for cost in costs),),
    )


def default_sweep(request: SweepRequest, baseline: str) -> str:
    """That of a sweep. Other factors need a name of their own."""
    return study_name(
        "sweep",
        baseline,
        profile=request.training.profile,
        dataset=request.training.dataset,
        seed=request.seed,
        more=("pairs",) if request.pairs else (),
    )


def _data_name(dataset: str) -> str:
    """What a dataset is called in a study's name: the same however its path is spelled."""
    from scalesearch.data.sources import source_of
    from scalesearch.data.spec import DataSpec

    return source_of(DataSpec(dataset)).name
