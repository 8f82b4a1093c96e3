"""What is said to do after trainings have failed: it works as it is said (see `settings.anew`)."""

from scalesearch.errors import parameter

ANOTHER_STUDY = f"Give another {parameter('study')} name."


def way_back(results: bool) -> str:
    """The remedy, whether the study has results by then or not."""
    if not results:
        return f"Mend that and run the same command with {parameter('retry_failed')}."
    return (
        f"Mend that and run the same command with {parameter('retry_failed')}: what is finished is "
        "kept. Where that changes the function, the profile or the images, give another "
        f"{parameter('study')} name besides, since old results and new ones are not mixed."
    )
