"""Einstein's summations, such as "abc,cd->abd": sizes of the result, and how much it multiplies."""

from collections import Counter
from collections.abc import Sequence
from math import prod

from scalesearch.keras_models.counting.call_cost import Shape


def products(equation: str, *shapes: Shape) -> int:
    """Multiplications of two operands: one for every combination of the indices that remain.

    An index that only one operand has and the result has not is summed before anything is
    multiplied. One operand is summed or reordered and multiplies nothing. Raises ValueError for
    three operands or more, whose order of multiplication the equation does not say, and where the
    equation does not fit the shapes.
    """
    terms, result = _indices(equation, shapes)
    sizes = _sizes(terms, shapes)
    if len(terms) == 1:
        return 0
    if len(terms) > 2:
        raise ValueError(f"{equation} has {len(terms)} operands")
    kept = (set(terms[0]) & set(terms[1])) | set(result)
    return prod(sizes[index] for index in kept)


def result(equation: str, *shapes: Shape) -> Shape:
    """The shape of what the equation makes. Raises ValueError where it does not fit the shapes."""
    terms, made = _indices(equation, shapes)
    sizes = _sizes(terms, shapes)
    return tuple(sizes[index] for index in made)


def _indices(equation: str, shapes: Sequence[Shape]) -> tuple[list[str], str]:
    """The operands' indices and the result's, an ellipsis written out as digits from the right."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise ValueError(f"{equation} does not have {len(shapes)} operands")
    hidden = [
        len(shape) - len(term.replace("...", "")) if "..." in term else 0
        for term, shape in zip(terms, shapes, strict=True)
    ]
    if not 0 <= min(hidden) <= max(hidden) <= 10:
        raise ValueError(f"{equation} does not fit {shapes}")
    digits = "9876543210"
    terms = [
        term.replace("...", digits[len(digits) - count :])
        for term, count in zip(terms, hidden, strict=True)
    ]
    widest = digits[len(digits) - max(hidden) :]
    if not arrow:
        once = Counter(index for term in terms for index in term if not index.isdigit())
        return terms, widest + "".join(sorted(index for index in once if once[index] == 1))
    return terms, right.replace("...", widest)


def _sizes(terms: Sequence[str], shapes: Sequence[Shape]) -> dict[str, int]:
    """The size of each index; one of size 1 is stretched to that of the other operand."""
    sizes: dict[str, int] = {}
    for term, shape in zip(terms, shapes, strict=True):
        for index, size in zip(term, shape, strict=True):
            sizes[index] = max(size, sizes.get(index, 1))
    return sizes
