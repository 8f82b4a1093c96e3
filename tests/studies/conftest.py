"""What tests of archives share."""

import pytest

from tests.studies.archives import LOCAL, contents, make_study


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a study that would be taken."""
    found = contents(make_study(tmp_path_factory.mktemp("made") / "mine"))
    return {name: content for name, content in found.items() if name not in LOCAL}
