"""The published baseline, for the tests of the maths."""

import pytest

from scalesearch.config.shipped import load_network
from scalesearch.core.network import Network


@pytest.fixture(scope="session")
def b0() -> Network:
    return load_network("efficientnet_b0")
