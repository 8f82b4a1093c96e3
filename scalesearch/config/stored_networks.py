"""Networks out of JSON, such as a study's settings: the file may be damaged or foreign."""

from typing import Any

from scalesearch.config.fields import Reader
from scalesearch.config.function_files import FIELD, function_of
from scalesearch.config.network_files import table_of
from scalesearch.config.yaml_nodes import nodes_without_lines
from scalesearch.core.networks import Network


def stored_network(values: Any, path: str, at: str) -> Network:
    """The network that `to_json` made these values of, each checked as in a file of YAML.

    `path` is the file's and `at` the dotted name of the values in it, such as "arms.width.network".
    Raises ConfigError, naming both and the field, where the values are of no network that could be
    counted or built.
    """
    top = Reader(nodes_without_lines(values), path, at)
    return function_of(top, found=True) if FIELD in top else table_of(top, spelt_out=True)
