"""The estimate of a dry run: by what is remembered, or measured where that is asked for."""

from scalesearch.cli.estimating import Estimate, Timed, remembered_estimate
from scalesearch.cli.running import Place, cores


def dry_estimate(timed: Timed, place: Place, calibrate: bool) -> Estimate:
    """How long the trainings would take. TensorFlow is loaded, in workers, to measure alone.

    Raises StudyError where something is to be measured and cannot be.
    """
    workers = place.workers or cores()
    if not calibrate:
        return remembered_estimate(timed, place.data, workers, place.threads)
    from scalesearch.cli.calibrating import calibrated_estimate

    return calibrated_estimate(timed, place, workers)
