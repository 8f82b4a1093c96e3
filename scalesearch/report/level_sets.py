"""Where a surface over the triangle of shares lies above a level: pure geometry on a lattice."""

from collections.abc import Iterator, Mapping

from scalesearch.report.triangle import Split

Node = tuple[int, int]
"""A point of the lattice: its parts of depth and of width; the rest of the parts are resolution."""
_Corner = tuple[Node, Node]
"""A corner of an outline: the two nodes it lies between, or one node twice."""
Ring = tuple[Split, ...]
"""A closed outline; the last corner is joined to the first one."""


def above(values: Mapping[Node, float], parts: int, level: float) -> tuple[Ring, ...]:
    """The outlines of where `values` are at least `level`, linear between neighbouring nodes.

    `values` are of a lattice of steps of 1/parts; where a node is missing there is no surface.
    Outlines run around what they hold in one direction and around holes in the other, so that
    a drawing that fills by direction leaves holes empty.
    """
    edges: set[tuple[_Corner, _Corner]] = set()
    for triangle in _triangles(values, parts):
        polygon = _clipped(triangle, values, level)
        for start, end in zip(polygon, polygon[1:] + polygon[:1], strict=True):
            # An edge between two filled triangles is run along both ways, and is no outline.
            if (end, start) in edges:
                edges.remove((end, start))
            elif start != end:
                edges.add((start, end))
    return tuple(
        tuple(_shares(corner, values, parts, level) for corner in ring) for ring in _rings(edges)
    )


def _triangles(values: Mapping[Node, float], parts: int) -> Iterator[tuple[Node, Node, Node]]:
    """The lattice's small triangles whose three nodes are all known, each in one direction."""
    for depth, width in sorted(values):
        right, up = (depth + 1, width), (depth, width + 1)
        if right in values and up in values:
            yield (depth, width), right, up
            if (far := (depth + 1, width + 1)) in values:
                yield right, far, up


def _clipped(
    triangle: tuple[Node, Node, Node], values: Mapping[Node, float], level: float
) -> list[_Corner]:
    """The part of a triangle that lies above the level."""
    polygon: list[_Corner] = []
    for node, after in zip(triangle, triangle[1:] + triangle[:1], strict=True):
        if values[node] >= level:
            polygon.append((node, node))
        if (values[node] >= level) != (values[after] >= level):
            polygon.append((min(node, after), max(node, after)))
    return polygon


def _rings(edges: set[tuple[_Corner, _Corner]]) -> Iterator[list[_Corner]]:
    following: dict[_Corner, list[_Corner]] = {}
    for start, end in sorted(edges, reverse=True):
        following.setdefault(start, []).append(end)
    while following:
        first = min(following)
        ring, corner = [first], _next(following, first)
        while corner != first:
            ring.append(corner)
            corner = _next(following, corner)
        yield ring


def _next(following: dict[_Corner, list[_Corner]], corner: _Corner) -> _Corner:
    found = following[corner].pop()
    if not following[corner]:
        del following[corner]
    return found


def _shares(corner: _Corner, values: Mapping[Node, float], parts: int, level: float) -> Split:
    (depth, width), (other_depth, other_width) = corner
    low, high = values[corner[0]], values[corner[1]]
    along = 0.0 if low == high else (level - low) / (high - low)
    depth_share = (depth + along * (other_depth - depth)) / parts
    width_share = (width + along * (other_width - width)) / parts
    return depth_share, width_share, 1.0 - depth_share - width_share
