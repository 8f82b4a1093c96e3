"""Every colour of the page and of the pictures, and the marker of each way of scaling.

Depth, width and resolution have one colour each wherever they are drawn. The three are of about
equal lightness, so that they stand out from a white page and from a dark one.
"""

DEPTH, WIDTH, RESOLUTION = "#2b8f45", "#3574e2", "#a94ac4"
DIMENSION_COLOURS = {"depth": DEPTH, "width": WIDTH, "resolution": RESOLUTION}

INK, LINE = "#1c2330", "#dde1e7"
"""Text and grid of pictures; the page has its own, light and dark."""
SUBTITLE, FRAME = "#4b5563", "#9aa3b0"
ACCENT, PAPER, CANDIDATE = "#d9480f", "#0c8599", "#64748b"
"""The named point and compound scaling; the point of the paper; other candidates."""
PAGE_GREY = "#8a94a6"
"""The baseline, on the page: ink would not be seen where that is dark."""
HALO = "#ffffff"
"""Around text that stands on a surface."""
SURFACE = ("#f7f4ea", "#cfe3d3", "#8fc6c0", "#4f9fb3")
"""From the lowest to the highest of a surface; dark text is legible on all of them."""
BEST = ("#ffffff", "#ffc9a3", "#d9480f")
"""From what is never the best to what is likeliest to be."""
RIGHT, WRONG = "#2b8a3e", "#d9480f"
PAIR_COLOURS = (
    "#d9480f", "#0c8599", "#c2255c", "#b08900", "#64748b", "#8d5524", "#1c2330", "#5c7a12",
)  # fmt: skip
"""Lines that stand for no dimension."""

METHOD_COLOURS = {"baseline": INK, **DIMENSION_COLOURS, "compound": ACCENT}
METHOD_MARKERS = {"baseline": "s", "depth": "^", "width": "o", "resolution": "D", "compound": "*"}
"""Of matplotlib."""


def css_variables() -> str:
    """The colours of the dimensions and of what is named, as variables that page.css takes."""
    colours = {**DIMENSION_COLOURS, "named": ACCENT}
    inside = " ".join(f"--{name}: {colour};" for name, colour in colours.items())
    return f":root {{ {inside} }}\n"
