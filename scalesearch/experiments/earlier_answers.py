"""Answers that an earlier release came to by another rule, concluded anew by the present one."""

from pathlib import Path
from typing import Any

from scalesearch.config.answer_file import is_of_an_earlier_rule, write_answer
from scalesearch.config.coefficients import FILE, read_values
from scalesearch.config.profiles import REGRET
from scalesearch.config.stored_networks import stored_network
from scalesearch.core.answer import Answer
from scalesearch.core.study_settings import Settings
from scalesearch.errors import ScaleSearchError, StudyError
from scalesearch.experiments.named_point import named
from scalesearch.report import trials_table
from scalesearch.search.naming_rule import Naming
from scalesearch.search.verdict import About, answer_of
from scalesearch.studies.remedies import ANOTHER_STUDY
from scalesearch.studies.settings import SETTINGS, read_settings


def is_earlier(folder: Path) -> bool:
    """Whether the study's answer is one of an earlier rule. Raises ConfigError for no YAML."""
    return is_of_an_earlier_rule(read_values(folder / FILE))


def concluded_again(folder: Path) -> Answer:
    """The answer to the study's trials.csv by the present rule, written in place of the old one.

    It keeps its date, so that no study becomes the newest for that. Raises StudyError where the
    trainings cannot support the present rule, or where files are damaged.
    """
    values, stored = read_values(folder / FILE), read_settings(folder)
    try:
        if stored is None:
            raise StudyError(f"there is no {SETTINGS}")
        settings = Settings.from_json(stored)
        answer = _answer(folder, values, settings)
    except (ScaleSearchError, KeyError, TypeError, ValueError) as error:
        raise StudyError(
            f"The study {folder} is of an earlier release, and cannot be concluded by the present "
            f"rule: {str(error).rstrip('.')}.",
            remedy=f"Run its search again. {ANOTHER_STUDY}",
        ) from error
    write_answer(folder / FILE, answer)
    return answer


def _answer(folder: Path, values: dict[str, Any], settings: Settings) -> Answer:
    network = stored_network(settings.baseline, str(folder / SETTINGS), "baseline")
    # A function is not built for a report, and a limit is not known any more: what was trained can
    # be named without.
    words = (values.get("command") or "").split()
    limited = any(word.lstrip("-").startswith("max-") for word in words)
    among = bool(settings.literal) or network.slow_to_count or limited
    naming = Naming(settings.regret or REGRET, among)
    phi = float(values["phi"])
    result, point = named(trials_table.records(folder / "trials.csv"), naming, network, phi)
    about = About(
        baseline=values["baseline"],
        phi=phi,
        study=values["study"],
        created=values["created"],
        epochs=int((settings.recipe or {})["epochs"]),
        **{name: values.get(name) for name in ("profile", "dataset", "command")},
        settings=values.get("settings") or {},
        versions=values.get("versions") or {},
        **{name: values.get(name) for name in ("estimated_seconds", "search_seconds")},
    )
    return answer_of(result, point, naming, about)
