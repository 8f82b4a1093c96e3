"""coefficients.yaml: what a study found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scalesearch.config.fields import FINITE, POSITIVE, Reader, read
from scalesearch.config.yaml_nodes import read_nodes
from scalesearch.config.yaml_writer import document
from scalesearch.core.plain_text import short
from scalesearch.core.spelling import suggestion
from scalesearch.errors import ConfigError, parameter
from scalesearch.files.whole_files import write_whole

FILE = "coefficients.yaml"
MOST_BYTES = 16_000_000
"""It holds every candidate, of which a box may have many thousands."""


@dataclass(frozen=True, slots=True)
class StudyCoefficients:
    """What `scale` needs of a study's result."""

    baseline: str
    """Name of the network that the search scaled."""
    alpha: float
    beta: float
    gamma: float
    phi: float
    """The phi that was searched at."""
    study: str
    created: datetime
    """When the study first came to this answer, with its time zone."""


def write_coefficients(path: Path | str, values: Mapping[str, Any]) -> None:
    """Write `values` whole: plain values, mappings and lists of them.

    `created` is ISO 8601 text. Raises ConfigError where the file cannot be written, ValueError for
    values that are not plain or not finite.
    """
    from scalesearch.core.passwords import plain_without_passwords  # reading does not need it

    content = document(plain_without_passwords(values)).encode("utf-8")
    write_whole(path, content, ConfigError)


def read_coefficients(path: Path | str) -> StudyCoefficients:
    """The part that `scale` needs; all other fields are skipped. Raises ConfigError."""
    top = read(path, MOST_BYTES)
    return StudyCoefficients(
        baseline=top.text("baseline"),
        alpha=top.number("alpha", POSITIVE),
        beta=top.number("beta", POSITIVE),
        gamma=top.number("gamma", POSITIVE),
        phi=top.number("phi", FINITE),
        study=top.text("study"),
        created=_created(top),
    )


def read_values(path: Path | str) -> dict[str, Any]:
    """Every field as a plain value, for a report. Raises ConfigError."""
    values = read_nodes(Path(path), MOST_BYTES).plain()
    if not isinstance(values, dict):
        raise ConfigError(f"{path} must hold fields, one `name: value` a line.")
    return values


def found_before(path: Path | str, values: Mapping[str, Any]) -> datetime | None:
    """When the file at `path` was made, if its answer is that of `values` already; else None.

    The answer is what `scale` goes by: the network, the coefficients and their phi. A damaged file
    holds none.
    """
    try:
        old = read_coefficients(path)
    except ConfigError:
        return None
    answer = ("baseline", "alpha", "beta", "gamma", "phi")
    return old.created if all(getattr(old, name) == values[name] for name in answer) else None


def of_study(results: Path, study: str, named: str = "study") -> StudyCoefficients:
    """The result of the study of that name under `results`, which the parameter `named` asked for.

    Raises ConfigError with the nearest names where it has none.
    """
    # Only among the names that are there: what is typed may be too long for a path, or lead out.
    known = sorted(found.parent.name for found in results.glob(f"*/{FILE}"))
    if study not in known:
        near = suggestion(study, known) or (f" (known: {', '.join(known)})" if known else "")
        raise ConfigError(
            f"There is no finished study {short(study)!r} under {results}{near}.",
            field=named,
            remedy=f"Leave {parameter(named)} out, or run `scalesearch grid --study "
            f"{short(study)}` to the end.",
        )
    return read_coefficients(results / study / FILE)


def _created(top: Reader) -> datetime:
    text = top.text("created")
    try:
        created = datetime.fromisoformat(text)
    except ValueError:
        top.broken("created", "a date and time (ISO 8601)")
    return created if created.tzinfo else created.replace(tzinfo=UTC)
