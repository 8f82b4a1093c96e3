"""A trainer of one's own in PyTorch: it learns handwritten digits with the network of each job.

Run a search with it from the folder that holds this file:

    import scalesearch as ss

    plan = ss.plan_grid("efficientnet_b0", phi=1, profile="quick")
    study = ss.search(plan, folder="results/torch", trainer="torch_trainer:train", workers=2)
"""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional

import scalesearch as ss
from scalesearch.core.blocks import Classifier, Conv, MaxPool, SqueezeExcite

EPOCHS, BATCH = 4, 64
ACTIVATIONS = {"": nn.Identity, "swish": nn.SiLU, "relu": nn.ReLU, "relu6": nn.ReLU6}


def train(job, progress):
    """Train the proxy of `job` and give its score on every fifth image, which it never saw."""
    torch.set_num_threads(1)
    torch.manual_seed(job.seed)
    net = nn.Sequential(*map(Block, job.network.blocks))
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
    images, labels = digits(job.network)
    held_out = torch.arange(len(labels)) % 5 == 0
    kept, begun = job.checkpoint / "last.pt", 0
    if kept.exists():
        begun, weights, moments = torch.load(kept)
        net.load_state_dict(weights)
        optimizer.load_state_dict(moments)
    for epoch in range(begun + 1, EPOCHS + 1):
        torch.manual_seed(1000 * job.seed + epoch)
        net.train()
        for batch in (~held_out).nonzero()[:, 0][torch.randperm((~held_out).sum())].split(BATCH):
            optimizer.zero_grad()
            functional.cross_entropy(net(images[batch]), labels[batch]).backward()
            optimizer.step()
        torch.save((epoch, net.state_dict(), optimizer.state_dict()), kept.with_suffix(".part"))
        kept.with_suffix(".part").replace(kept)
        if not progress(epoch=epoch, epochs=EPOCHS):
            return None
    net.eval()
    with torch.no_grad():
        logits = net(images[held_out])
    right = (logits.argmax(1) == labels[held_out]).float().mean()
    return ss.Score(top1=right, loss=functional.cross_entropy(logits, labels[held_out]))


def digits(network):
    """float32 (1797, channels, height, width) from -1 to 1 as the network takes them, and labels.

    The labels are int64 (1797,).
    """
    found = load_digits()
    images = torch.tensor(found.images, dtype=torch.float32)[:, None] / 8 - 1
    size = (network.resolution.height, network.resolution.width)
    images = functional.interpolate(images, size, mode="bilinear")
    return images.repeat(1, network.input_channels, 1, 1), torch.tensor(found.target)


class Block(nn.Module):
    """A block of the network's table (see `scalesearch.core.blocks.Block`)."""

    def __init__(self, block):
        super().__init__()
        self.branch = nn.Sequential(*map(layer, block.layers))
        self.shortcut = nn.Sequential(*map(layer, block.shortcut))
        self.residual, self.end = block.residual, ACTIVATIONS[block.activation]()

    def forward(self, features):
        branch = self.branch(features)
        return self.end(branch + self.shortcut(features) if self.residual else branch)


class Gates(nn.Module):
    """Squeeze-and-excitation."""

    def __init__(self, part):
        super().__init__()
        self.inner = nn.Conv2d(part.channels, part.reduced, 1)
        self.outer = nn.Conv2d(part.reduced, part.channels, 1)
        self.activation = ACTIVATIONS[part.activation]()

    def forward(self, features):
        pooled = features.mean((2, 3), keepdim=True)
        return features * self.outer(self.activation(self.inner(pooled))).sigmoid()


def layer(part):
    """One layer of a block."""
    if isinstance(part, Conv):
        sizes = (part.inputs, part.outputs, part.kernel, part.stride, part.kernel // 2)
        norm = nn.BatchNorm2d(part.outputs, eps=1e-3) if part.norm else nn.Identity()
        conv = nn.Conv2d(*sizes, groups=part.groups, bias=part.bias)
        return nn.Sequential(conv, norm, ACTIVATIONS[part.activation]())
    if isinstance(part, MaxPool):
        return nn.MaxPool2d(part.kernel, part.stride, part.kernel // 2)
    if isinstance(part, SqueezeExcite):
        return Gates(part)
    assert isinstance(part, Classifier)
    end = (nn.Dropout(part.dropout), nn.Linear(part.channels, part.classes))
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), *end)
