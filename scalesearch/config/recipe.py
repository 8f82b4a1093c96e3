"""How a proxy is trained, as a value."""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from scalesearch.core.treatments import Treatment


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
    informed: int | str | None = None
    """Pixels that every image, of validation too, is shrunk to before it is enlarged to the
    network's resolution: a square's side or such as "24x32". None leaves images as they are."""

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

        What is None of the last two is left out: such a recipe is what it was before there were
        others.
        """
        values = asdict(self)
        for name in ("micro_batch", "informed"):
            if values[name] is None:
                del values[name]
        return values

    def treated(self, treatment: Treatment) -> "Recipe":
        """The recipe under a treatment; a warm-up longer than its epochs is cut down to them."""
        epochs = treatment.epochs or self.epochs
        informed = treatment.informed
        return replace(
            self,
            epochs=epochs,
            warmup_epochs=min(self.warmup_epochs, epochs),
            learning_rate=self.learning_rate * treatment.rate,
            informed=self.informed if informed is None else informed.to_json(),
        )


PROFILE_FIELDS = tuple(field.name for field in fields(Recipe) if field.name != "informed")
"""What a profile says of a recipe; the rest is of controls of a comparison alone."""
