"""Where the coefficients of a scaling come from."""

from pathlib import Path
from typing import NamedTuple

from scalesearch.config.coefficients import FILE, StudyCoefficients, of_study
from scalesearch.core.multipliers import PAPER, Coefficients
from scalesearch.errors import ConfigError, parameter

_COEFFICIENTS = f"{parameter('alpha')}, {parameter('beta')} and {parameter('gamma')}"


class Source(NamedTuple):
    """Where coefficients came from: `kind` is paper, study, options, strategy or official."""

    kind: str
    words: str
    coefficients: Coefficients | None = None
    study: str | None = None
    strategy: str | None = None


OFFICIAL = Source("official", "the published table (Tan & Le 2019)")


def strategy_source(name: str) -> Source:
    """The fixed split of that name. Raises ScaleSearchError with the nearest names."""
    from scalesearch.core.strategies import strategy  # not at the start of every other scaling

    split = strategy(name)
    words = f"strategy {name}: {split.words}"
    return Source("strategy", words, split.coefficients, strategy=name)


def find_source(
    baseline: str,
    given: Coefficients | None,
    study: str | None,
    named: str | None,
    results: Path,
    called: str = "study",
) -> Source:
    """The source that the options name: at most one of `given`, `study` and the strategy `named`.

    `called` is the one that names a study.
    Without any, the newest study of `baseline` under `results`, else the paper. Raises ConfigError.
    """
    if named is not None:
        source = strategy_source(named)
        if given or study:
            raise ConfigError(
                f"{parameter('strategy')} is a split of its own: leave {parameter('study')}, "
                f"{_COEFFICIENTS} out."
            )
        return source
    if given and study:
        raise ConfigError(f"Give either {parameter('study')} or {_COEFFICIENTS}.")
    if given:
        return Source("options", "as given", given)
    found = of_study(results, study, called) if study else _newest(results, baseline)
    if found is None:
        words = f"the paper's, for want of a study of {baseline} under {results}/"
        return Source("paper", words, PAPER)
    return _of_study(found, baseline, results, chosen=study is not None)


def _newest(results: Path, baseline: str) -> StudyCoefficients | None:
    if not any(results.glob(f"*/{FILE}")):
        return None
    from scalesearch.studies.recency import newest_answer  # no short command waits for it

    return newest_answer(results, baseline)


def _of_study(found: StudyCoefficients, baseline: str, results: Path, chosen: bool) -> Source:
    which = "study" if chosen else "newest study,"
    other = "" if found.baseline == baseline else f", made with {found.baseline}"
    words = f"{which} {results / found.study} ({found.created:%Y-%m-%d %H:%M}){other}"
    coefficients = Coefficients(found.alpha, found.beta, found.gamma)
    return Source("study", words, coefficients, found.study)
