"""How often the networks of a study are trained."""

from dataclasses import dataclass, replace

from scalesearch.errors import ConfigError, parameter


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often each network is trained.

    Attributes:
        seeds: trainings of each distinct proxy in the first round.
        stop: when a search stops; None of a study whose trainings are known from the first on.
    """

    seeds: int
    stop: "StopRule | None" = None


@dataclass(frozen=True, slots=True)
class StopRule:
    """When a search stops: once little regret is expected, or its trainings are spent.

    Attributes:
        regret: points of top-1 that the named point is expected to be worse than the best one.
        trainings: the most, those of the first round included.
        minutes: where given, `trainings` becomes as many as fit into them; it is settled once,
            before the first training (see `experiments.stopwatch`).
    """

    regret: float
    trainings: int
    minutes: float | None = None

    def changed(
        self, regret: float | None, trainings: int | None, minutes: float | None
    ) -> "StopRule":
        """The rule with what is given, checked. Raises ConfigError."""
        if trainings is not None and minutes is not None:
            raise ConfigError(
                f"{parameter('trainings')} and {parameter('minutes')} are two ways to say the "
                "same. Give one of them."
            )
        for name, value in (("regret", regret), ("minutes", minutes)):
            if value is not None and not value > 0:
                raise ConfigError(f"{parameter(name)} must be above 0. Got {value:g}.")
        found = replace(self, regret=self.regret if regret is None else regret)
        if trainings is not None:
            return replace(found, trainings=trainings, minutes=None)
        return found if minutes is None else replace(found, minutes=minutes)


def one_round(networks: int, seeds: int) -> str:
    """What the first round is, in words."""
    each = "" if seeds == 1 else f", {seeds} times each"
    return (
        f"one round is {networks * seeds} trainings, of {networks - 1} distinct candidates and of "
        f"the baseline{each}"
    )
