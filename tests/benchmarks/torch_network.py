"""The same network in PyTorch, from the same expanded blocks, for the measurements beside it.

Made as PyTorch's own networks are (torchvision's EfficientNet): `torch.nn` layers, activations in
place, symmetric padding of kernel // 2, which PyTorch's convolutions do themselves. Where
TensorFlow's 'same' padding is lopsided (stride 2) that shifts the pixels a filter looks at; sizes,
parameters and multiply-accumulates stay the same, and a pad of its own would only cost PyTorch
time.
"""

import torch
from torch import nn

from scalesearch.core.blocks import (
    Block,
    Classifier,
    Conv,
    Layer,
    SqueezeExcite,
    blocks,
    drop_rates,
)
from scalesearch.core.cost import cost
from scalesearch.core.network_table import TableNetwork

ACTIVATIONS = {"swish": nn.SiLU, "relu": nn.ReLU, "relu6": nn.ReLU6}
KERAS_MOMENTUM = 0.99


def build(network: TableNetwork) -> nn.Module:
    """The PyTorch module of `network`, from images (batch, channels, side, side) to logits.

    Raises ValueError where its parameters are not as many as the cost model counts.
    """
    rates = drop_rates(network, network.drop_connect)
    module = nn.Sequential(
        *(
            _Block(block, rate, network.norm_epsilon)
            for block, rate in zip(blocks(network), rates, strict=True)
        )
    )
    built, counted = sum(each.numel() for each in module.parameters()), cost(network).params
    if built != counted:
        raise ValueError(f"the PyTorch network has {built} parameters, {counted} are counted")
    return module.to(memory_format=torch.channels_last)


class _Block(nn.Module):
    def __init__(self, block: Block, drop_connect: float, epsilon: float) -> None:
        super().__init__()
        self.branch = nn.Sequential(*(_layer(layer, epsilon) for layer in block.layers))
        self.shortcut = nn.Sequential(*(_layer(layer, epsilon) for layer in block.shortcut))
        self.residual, self.drop_connect = block.residual, drop_connect
        self.end = _activation(block.activation)

    def forward(self, entry: torch.Tensor) -> torch.Tensor:
        features = self.branch(entry)
        if self.residual:
            if self.drop_connect and self.training:
                kept = 1 - self.drop_connect
                shape = (features.shape[0], 1, 1, 1)
                features = features * torch.empty(shape).bernoulli_(kept).div_(kept)
            features = features + self.shortcut(entry)
        return self.end(features)


class _SqueezeExcite(nn.Module):
    def __init__(self, layer: SqueezeExcite) -> None:
        super().__init__()
        self.gates = nn.Sequential(
            nn.AdaptiveAvgPool2d(1),
            nn.Conv2d(layer.channels, layer.reduced, 1),
            _activation(layer.activation),
            nn.Conv2d(layer.reduced, layer.channels, 1),
            nn.Sigmoid(),
        )

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return features * self.gates(features)


def _layer(layer: Layer, epsilon: float) -> nn.Module:
    match layer:
        case Conv():
            return nn.Sequential(
                nn.Conv2d(
                    layer.inputs,
                    layer.outputs,
                    layer.kernel,
                    layer.stride,
                    layer.kernel // 2,
                    groups=layer.groups,
                    bias=layer.bias,
                ),
                nn.BatchNorm2d(layer.outputs, epsilon, 1 - KERAS_MOMENTUM)
                if layer.norm
                else nn.Identity(),
                _activation(layer.activation),
            )
        case SqueezeExcite():
            return _SqueezeExcite(layer)
        case Classifier():
            return nn.Sequential(
                nn.AdaptiveAvgPool2d(1),
                nn.Flatten(),
                nn.Dropout(layer.dropout) if layer.dropout else nn.Identity(),
                nn.Linear(layer.channels, layer.classes),
            )
    raise NotImplementedError(f"no PyTorch form of {layer}")


def _activation(name: str) -> nn.Module:
    return ACTIVATIONS[name](inplace=True) if name else nn.Identity()
