"""Where functions of the shares of a budget are all positive: pure geometry on a lattice."""

from collections.abc import Collection, Iterator, Mapping

from scalesearch.report.triangle import Split

Node = tuple[int, int]
"""A point of the lattice: its parts of depth and of width; the rest of the parts are resolution."""
Heights = tuple[float, ...]
"""The value of each function at a node."""
_Corner = tuple[Node, Node]
"""A corner of an outline: a node, and the one beyond the edge towards which it lies, or itself."""
Ring = tuple[Split, ...]
"""A closed outline; the last corner is joined to the first one."""


def outlines(heights: Mapping[Node, Heights], parts: int) -> tuple[Ring, ...]:
    """The outlines of where all `heights` are at least 0, linear between neighbouring nodes.

    The lattice goes in steps of 1/parts; where a node is missing there is nothing. Outlines
    run around what they hold in one direction and around holes in the other, so that a drawing that
    fills by direction leaves holes empty.
    """
    edges: set[tuple[_Corner, _Corner]] = set()
    for triangle in _triangles(heights):
        polygon = _clipped(triangle, heights)
        for start, end in zip(polygon, polygon[1:] + polygon[:1], strict=True):
            # An edge between two filled triangles is run along both ways, and is no outline.
            if (end, start) in edges:
                edges.remove((end, start))
            elif start != end:
                edges.add((start, end))
    return tuple(
        tuple(_shares(corner, heights, parts) for corner in ring) for ring in _rings(edges)
    )


def _triangles(nodes: Collection[Node]) -> Iterator[tuple[Node, Node, Node]]:
    """The lattice's small triangles whose three nodes are all known, each in one direction."""
    for depth, width in sorted(nodes):
        right, up = (depth + 1, width), (depth, width + 1)
        if right in nodes and up in nodes:
            yield (depth, width), right, up
            if (far := (depth + 1, width + 1)) in nodes:
                yield right, far, up


def _clipped(triangle: tuple[Node, Node, Node], heights: Mapping[Node, Heights]) -> list[_Corner]:
    """The part of a triangle where all heights are at least 0."""
    polygon: list[_Corner] = []
    for node, after in zip(triangle, triangle[1:] + triangle[:1], strict=True):
        kept, next_kept = min(heights[node]) >= 0, min(heights[after]) >= 0
        if kept:
            polygon.append((node, node))
        if kept != next_kept:
            polygon.append((node, after) if kept else (after, node))
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


def _shares(corner: _Corner, heights: Mapping[Node, Heights], parts: int) -> Split:
    (depth, width), (other_depth, other_width) = corner
    pairs = zip(heights[corner[0]], heights[corner[1]], strict=True)
    along = min((high / (high - low) for high, low in pairs if low < 0), default=0.0)
    depth_share = (depth + along * (other_depth - depth)) / parts
    width_share = (width + along * (other_width - width)) / parts
    return depth_share, width_share, 1.0 - depth_share - width_share
