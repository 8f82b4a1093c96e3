"""Whatever is typed as an option is a value or refused in a sentence; names likewise."""

import math
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalesearch.cli import options, study_options
from scalesearch.cli.comparison_options import coefficients_or_source, lengths
from scalesearch.cli.sweep import pair
from scalesearch.config.coefficients import of_study
from scalesearch.config.shipped_files import find_network, find_profile
from scalesearch.core.limits import RESOLUTION
from scalesearch.core.multipliers import Coefficients
from scalesearch.core.quantities import parse_amount
from scalesearch.core.strategies import strategy
from scalesearch.data.sources import check
from scalesearch.data.spec import DataSpec
from scalesearch.experiments import network_names, study_names
from scalesearch.report.references import check_references
from tests.refusals import tried

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
DIGITS = st.from_regex(r"[-+]?[0-9_.\u0660-\u0669]{0,8}([eE][-+]?[0-9]{0,4})?[kKmMgG ]?")
WORDS = st.sampled_from(
    ["nan", "inf", "-inf", "1e999", "0x10", "1" * 5000, "-0", "1_0", "\udcff", "\x00", "", " ", ",",
     ":", "1,2,3", "1:2", "1.2,1.1,1.15", "../x", "x/y", "a:b", "keras:X", "m.keras", "m.h5",
     "folder:", "folder:.", "folder:~nobody", "~nobody", "x:1.0.0", "x/y:1.0.0", "=1+1", "x" * 5000]
)  # fmt: skip
TEXT = (
    st.text(max_size=30)
    | DIGITS
    | WORDS
    | st.lists(DIGITS | WORDS, max_size=4).map(",".join)
    | st.tuples(DIGITS | WORDS, DIGITS | WORDS).map(":".join)
)


@given(TEXT)
def test_numbers_are_finite_and_within_their_rule_or_refused(text: str) -> None:
    for read, holds in (
        (options.finite, math.isfinite),
        (options.positive, lambda value: 0 < value < math.inf),
        (options.amount, lambda value: 1 <= value <= 10**18),
        (options.pixels, lambda value: 1 <= value.shorter <= value.longer <= RESOLUTION),
        (options.seed_number, lambda value: 0 <= value < 2**32),
    ):
        value, said = tried(read, text)
        assert said.startswith("must be ") if said else holds(value)


@given(TEXT)
def test_ranges_points_and_lists_hold_finite_numbers_or_are_refused(text: str) -> None:
    axis, said = tried(options.range_of, text)
    assert said or math.isfinite(axis.low + 0 * axis.high)
    point, said = tried(options.point, text)
    assert said or min(point.alpha, point.beta, point.gamma) >= 1
    numbers, said = tried(study_options.numbers, text)
    assert said or (all(map(math.isfinite, numbers)) and len(set(numbers)) == len(numbers) > 0)
    factors, said = tried(pair, text)
    assert said or (len(factors) == 2 and min(factors) > 0)
    source, said = tried(coefficients_or_source, text)
    assert said or isinstance(source, str | Coefficients)
    epochs, said = tried(lengths, text)
    assert said or (all(type(each) is int and each > 0 for each in epochs) and epochs)


@given(st.integers(1, 10**15))
def test_an_amount_is_read_as_it_is_written(count: int) -> None:
    assert parse_amount(str(count)) == count
    assert parse_amount(f"{count // 1000}k") in (count // 1000 * 1000, None)


@SAME_FOLDER
@given(TEXT)
def test_any_name_of_a_network_or_profile_is_found_or_refused(folder: Path, text: str) -> None:
    kind, said = tried(network_names.meaning_of, text)
    assert said or kind in ("table", "function", "keras")
    tried(network_names.is_function, text)
    for find in (find_network, find_profile):
        path, said = tried(find, text)
        assert said or path.exists()
    tried(of_study, folder, text)
    tried(strategy, text)
    tried(check_references, text)


@given(TEXT)
def test_the_name_of_a_study_is_a_folder_of_its_own_or_refused(text: str) -> None:
    name, said = tried(study_names.checked_name, text)
    if not said:
        place = Path("/results") / name
        assert (place.parent, place.name) == (Path("/results"), name)
        assert "\x00" not in name


@SAME_FOLDER
@given(TEXT, TEXT)
def test_any_dataset_is_looked_at_or_refused(folder: Path, dataset: str, data_dir: str) -> None:
    for place in (str(folder), data_dir, f"~{data_dir}"):
        facts, said = tried(check, DataSpec(dataset, place, train=20, validation=20))
        assert said or facts.classes > 1
