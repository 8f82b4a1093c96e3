"""`own:CLASSES`: images that a trainer of the user's own brings, of which only their kind is known.

Such as `own:1000`, or `own:10x1` where they are grey: so that proxies tell as many classes apart.
"""

import re
from typing import NoReturn

from scalesearch.core.limits import CHANNELS
from scalesearch.data.embedded_source import EmbeddedSource
from scalesearch.data.facts import DataFacts
from scalesearch.data.spec import DataSpec
from scalesearch.errors import DataError, parameter

PREFIX = "own:"
_FORM = re.compile(r"own:([1-9][0-9]{0,6})(?:x([1-4]))?")


def own_source(spec: DataSpec) -> EmbeddedSource:
    """The dataset `own:CLASSES`, as `sources.SOURCES` names it."""
    return EmbeddedSource(spec, _facts, _images)


def _facts(spec: DataSpec) -> DataFacts:
    form = _FORM.fullmatch(spec.dataset)
    if form is None or int(form[1]) > CHANNELS:
        raise DataError(
            "`dataset` own:CLASSES must say how many classes the images of a trainer of your own "
            f"have, such as own:1000, or own:10x1 for grey ones. Got {spec.dataset}."
        )
    return DataFacts(
        int(form[1]),
        int(form[2] or 3),
        None,
        None,
        None,
        None,
        identity=(("dataset", spec.dataset),),
    )


def _images(spec: DataSpec, facts: DataFacts) -> NoReturn:
    raise DataError(
        f"`dataset` {spec.dataset} has images only for a trainer of your own.",
        remedy=f"Hand it to `search` in Python, or give another {parameter('dataset')}.",
    )
