"""What is believed of several values at once, by its moments and by draws."""

from dataclasses import dataclass

import numpy as np

_TAIL = 0.025


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """A mixture of normal distributions of several values, (values,), in points of top-1."""

    mean: np.ndarray
    """(values,)."""
    covariance: np.ndarray
    """(values, values), of the whole mixture."""
    draws: np.ndarray
    """(draws, values): always the same for the same observations and values."""

    @property
    def low(self) -> np.ndarray:
        """(values,): lower ends of the 95 % intervals."""
        return np.quantile(self.draws, _TAIL, axis=0)

    @property
    def high(self) -> np.ndarray:
        """(values,): upper ends of the 95 % intervals."""
        return np.quantile(self.draws, 1 - _TAIL, axis=0)

    def part(self, values: slice | np.ndarray) -> "Posterior":
        """The posterior of some of the values alone."""
        return Posterior(
            self.mean[values], self.covariance[values][:, values], self.draws[:, values]
        )

    def less(self, first: int, second: int) -> "Posterior":
        """The posterior of one value less another, (1,)."""
        contrast = np.zeros((1, len(self.mean)))
        contrast[0, first] += 1
        contrast[0, second] -= 1
        return Posterior(
            contrast @ self.mean,
            contrast @ self.covariance @ contrast.T,
            self.draws[:, [first]] - self.draws[:, [second]],
        )
