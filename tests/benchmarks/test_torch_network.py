"""PyTorch's form of a network, which throughput is measured beside, is the counted one."""

import pytest

torch = pytest.importorskip("torch")

from tests.benchmarks import torch_network  # noqa: E402  # after the skip
from tests.benchmarks.throughput import proxy  # noqa: E402  # as above


@pytest.mark.parametrize(("resolution", "width"), [(32, 0.5), (33, 0.25)])
def test_it_has_the_counted_parameters_and_gives_logits(resolution, width):
    network = proxy(resolution, width)
    module = torch_network.build(network).train()
    logits = module(torch.zeros(2, 3, resolution, resolution))
    assert logits.shape == (2, network.classes)
    logits.sum().backward()
    assert all(weight.grad is not None for weight in module.parameters())
