"""What every page begins with: a head that lets it ask for nothing, and its style."""

import html
from importlib.resources import files

from scalesearch.report.palette import css_variables

# Forbids every request, whatever the page's text may hold.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'"
)


def head(title: str) -> str:
    """From the first byte to the beginning of `main`; `title` is plain text."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{html.escape(title)} - scalesearch</title>"
        f"<style>{css_variables()}{resource('page.css')}</style></head><body><main>"
    )


def resource(name: str) -> str:
    """The text of a file beside the pages' modules."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")
