"""Compound scaling for ConvNets: search the balance of depth, width and resolution, then scale.

These are the names of the Python interface. Each is imported when it is first asked for, so that
`import scalesearch` takes milliseconds; what each loads beyond that its own docstring says.
"""

import sys

TYPE_CHECKING = False  # as `typing` has it, which takes longer to import than all of this
if TYPE_CHECKING:  # for editors and type checkers; the same names as in `_PLACES`
    from scalesearch.core.answer import Answer as Answer
    from scalesearch.core.cost import Cost as Cost
    from scalesearch.core.function_network import FunctionNetwork as FunctionNetwork
    from scalesearch.core.jobs import Job as Job
    from scalesearch.core.multipliers import Coefficients as Coefficients
    from scalesearch.core.network_table import TableNetwork as TableNetwork
    from scalesearch.core.networks import Network as Network
    from scalesearch.core.resolution import Resolution as Resolution
    from scalesearch.core.scores import Score as Score
    from scalesearch.errors import BuildError as BuildError
    from scalesearch.errors import ConfigError as ConfigError
    from scalesearch.errors import DataError as DataError
    from scalesearch.errors import ScaleSearchError as ScaleSearchError
    from scalesearch.errors import StudyError as StudyError
    from scalesearch.experiments.class_maps import ArmMaps as ArmMaps
    from scalesearch.experiments.class_maps import class_maps as class_maps
    from scalesearch.experiments.comparison_results import ComparisonResult as ComparisonResult
    from scalesearch.experiments.comparison_study import compare as compare
    from scalesearch.experiments.comparison_study import plan_comparison as plan_comparison
    from scalesearch.experiments.compound_scaling import scale as scale
    from scalesearch.experiments.counts import Count as Count
    from scalesearch.experiments.counts import cost as cost
    from scalesearch.experiments.counts import count as count
    from scalesearch.experiments.measurements import measure as measure
    from scalesearch.experiments.model_builds import build as build
    from scalesearch.experiments.network_names import load as load
    from scalesearch.experiments.plans import Plan as Plan
    from scalesearch.experiments.scale_results import Scaled as Scaled
    from scalesearch.experiments.search_results import SearchResult as SearchResult
    from scalesearch.experiments.search_study import plan_grid as plan_grid
    from scalesearch.experiments.search_study import search as search
    from scalesearch.experiments.study_list import studies as studies
    from scalesearch.experiments.study_reports import StudyReport as StudyReport
    from scalesearch.experiments.study_reports import redraw as redraw
    from scalesearch.experiments.sweep_results import SweepResult as SweepResult
    from scalesearch.experiments.sweep_study import plan_sweep as plan_sweep
    from scalesearch.experiments.sweep_study import sweep as sweep
    from scalesearch.studies.catalogue import StudyInfo as StudyInfo
    from scalesearch.version import __version__ as __version__

_PLACES = {
    "__version__": "version",
    "Answer": "core.answer",
    "ArmMaps": "experiments.class_maps",
    "BuildError": "errors",
    "Coefficients": "core.multipliers",
    "ComparisonResult": "experiments.comparison_results",
    "ConfigError": "errors",
    "Cost": "core.cost",
    "Count": "experiments.counts",
    "DataError": "errors",
    "FunctionNetwork": "core.function_network",
    "Job": "core.jobs",
    "Network": "core.networks",
    "Plan": "experiments.plans",
    "Resolution": "core.resolution",
    "ScaleSearchError": "errors",
    "Scaled": "experiments.scale_results",
    "Score": "core.scores",
    "SearchResult": "experiments.search_results",
    "StudyError": "errors",
    "StudyInfo": "studies.catalogue",
    "StudyReport": "experiments.study_reports",
    "SweepResult": "experiments.sweep_results",
    "TableNetwork": "core.network_table",
    "build": "experiments.model_builds",
    "class_maps": "experiments.class_maps",
    "compare": "experiments.comparison_study",
    "cost": "experiments.counts",
    "count": "experiments.counts",
    "load": "experiments.network_names",
    "measure": "experiments.measurements",
    "plan_comparison": "experiments.comparison_study",
    "plan_grid": "experiments.search_study",
    "plan_sweep": "experiments.sweep_study",
    "redraw": "experiments.study_reports",
    "scale": "experiments.compound_scaling",
    "search": "experiments.search_study",
    "studies": "experiments.study_list",
    "sweep": "experiments.sweep_study",
}
"""The module of each name."""

__all__ = list(_PLACES)


if not TYPE_CHECKING:  # a type checker shall know names that there are not

    def __getattr__(name: str) -> object:
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = f"{__name__}.{_PLACES[name]}"
        __import__(module)  # without `importlib`, which takes longer than all of this
        globals()[name] = value = getattr(sys.modules[module], name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Names(type(sys)):  # type: ignore[misc] # the class of modules, without an import
    """This module, in which a room does not hide the function that has its name.

    Python sets every submodule as an attribute of its package, and `studies` and `search` are both.
    """

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _PLACES and isinstance(value, type(sys))):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Names
