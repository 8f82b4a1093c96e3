"""How a proxy is trained, as a value."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Recipe:
    """One training: the same for every candidate of a search, so that only the network differs."""

    epochs: int
    batch_size: int
    optimizer: str = "sgd"
    """sgd (Nesterov momentum), adamw or rmsprop."""
    learning_rate: float = 0.1
    """Peak rate, reached after the warm-up."""
    momentum: float = 0.9
    beta2: float = 0.999
    """Decay a step of AdamW's mean squared gradient; short trainings want it lower."""
    weight_decay: float = 0.0
    """Decoupled decay of kernels; never of biases and normalisation."""
    warmup_epochs: float = 0.0
    """Epochs of linear rise from 0; may be a fraction."""
    schedule: str = "cosine"
    """After the warm-up: cosine (to 0), constant, or exponential (0.97 every 2.4 epochs)."""
    label_smoothing: float = 0.0
    flip: bool = False
    shift: float = 0.0
    """Random shift, as a fraction of the image's side."""
    cutout: float = 0.0
    """Side of a random grey square, as a fraction of the image's side."""
    dropout: float | None = None
    """Rate before the classifier; None for the network's own."""
    drop_connect: float | None = None
    """Rate that deeper blocks come nearer to; None for the network's own."""
    batch_norm_momentum: float = 0.99
    average: float = 0.0
    """Decay a step of the averaged weights that are scored; 0 scores the last ones."""
    zero_init_residual: bool = False
    """Start each residual branch at 0, so that a deep network starts as a shallow one."""
    micro_batch: int | None = None
    """Images of a batch whose gradients are taken at one time, and then averaged over the batch, a
    divisor of it; None for the whole batch. Normalisation goes by the statistics of so many."""

    @property
    def at_once(self) -> int:
        """Images that go through the network at one time."""
        return self.micro_batch or self.batch_size

    @property
    def parts(self) -> int:
        """Of how many micro batches a batch is made."""
        return self.batch_size // self.at_once

    def to_json(self) -> dict[str, Any]:
        """Plain values; `Recipe(**values)` makes the same recipe of them.

        Of a recipe of whole batches they are what they were before there were others.
        """
        values = asdict(self)
        if self.micro_batch is None:
            del values["micro_batch"]
        return values
