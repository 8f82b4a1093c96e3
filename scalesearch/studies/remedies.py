"""What is said to do after trainings have failed: it works as it is said (see `settings.anew`)."""


def way_back(results: bool) -> str:
    """The remedy, whether the study has results by then or not."""
    if not results:
        return "Mend that and run the same command with --retry-failed."
    return (
        "Mend that and run the same command with --retry-failed: what is finished is kept. Where "
        "that changes the function, the profile or the images, give another --study name besides, "
        "since old results and new ones are not mixed."
    )
