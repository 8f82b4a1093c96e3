"""The page of `replay`, from the files that `table` leaves."""

import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scalesearch.config.profiles import read_profile
from scalesearch.core import multipliers
from scalesearch.errors import ScaleSearchError
from scalesearch.files import csv_files
from tests.benchmarks import replay, table
from tests.benchmarks.training_outcomes import Score
from tests.benchmarks.training_rows import write_outcomes

from .test_replay import of_network
from .test_trainings_benchmark import JOB, outcome

AVERAGE = read_profile("quick").recipe.average


def test_a_page_is_made_of_a_table_that_is_not_whole(tmp_path: Path) -> None:
    """A length that some network lacks is left out; one training of each is too little."""
    shapes = [(b, w, r) for b, w, r in itertools.product((9, 11, 13), (1.1, 1.3), (20, 24))]
    base = JOB.network
    networks, found = [], []
    for blocks, width, pixels in [(9, 1.0, 16), *shapes]:
        repeats = multipliers.spread(blocks, base.repeats)
        job = replace(JOB, repeats=repeats, width=width, resolution=pixels)
        role = "baseline" if width == 1 else "candidate"
        shares = of_network(role, np.array([blocks / 40, width / 4, 0.5]))
        networks.append({"network": table.network_key(job), **shares, "names": str(shapes)})
        networks[-1] |= {"proxy_repeats": json.dumps(repeats), "proxy_width": width}
        networks[-1] |= {"proxy_resolution": pixels}
        for epochs, seed in ((3, 0), (3, 1), (12, 0), *([(30, 0)] if blocks > 9 else [])):
            recipe = replace(JOB.recipe, epochs=epochs)
            value = 40 + epochs / 3 + blocks / 5 + width + seed / 10
            losses = tuple(3 - value / 50 - part / 20 for part in range(16))
            trained = outcome(replace(job, recipe=recipe, seed=seed), value)
            scores = {f"{AVERAGE}-4096": Score(value, value, 1.0)}
            found.append(replace(trained, losses=losses, scores=scores))
    columns = list(networks[0])
    csv_files.write_rows(
        tmp_path / "table_quick_networks.csv",
        columns,
        [[of[name] for name in columns] for of in networks],
        ScaleSearchError,
    )
    write_outcomes(tmp_path / "table_quick.csv", found)
    page = replay.run(tmp_path, "quick", runs=1)
    assert (
        "12 networks of the profile `quick`, trained for 3 epochs with 2, 12 epochs with 1 seeds"
        in page
    )
    assert "of the trainings of 12 epochs" in page
    assert (tmp_path / "replay_quick_slopes.csv").read_text().count("3 to 12") == 3
    once = [each for each in found if each.job.recipe.epochs == 12]
    write_outcomes(tmp_path / "table_quick.csv", once)
    with pytest.raises(ScaleSearchError, match="nothing to hold a search against"):
        replay.run(tmp_path, "quick", runs=1)
