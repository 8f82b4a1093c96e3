"""The published baseline, for the tests of the maths."""

import pytest

from scalesearch.config.shipped_files import load_network
from scalesearch.core.network_table import TableNetwork


@pytest.fixture(scope="session")
def b0() -> TableNetwork:
    return load_network("efficientnet_b0")
