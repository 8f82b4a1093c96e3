"""`python -m scalesearch`."""

from scalesearch.cli.app import main

main()
