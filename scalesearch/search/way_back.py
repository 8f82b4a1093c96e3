"""What is said to do after trainings have failed: it works as it is said (see `settings.anew`)."""


def way_back(results: bool) -> str:
    """The remedy, whether the study has results by then or not."""
    if not results:
        return "Mend that and run the same command with --retry-failed."
    return (
        "What is finished is kept. Once the cause is gone, run the same command with "
        "--retry-failed. Where mending it changes the function, the profile or the images, give "
        "another --study name besides: old results and new ones are not mixed."
    )
