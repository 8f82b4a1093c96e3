"""Rules of attention: linear layers, and products over every pair of a query and a key.

The products have no output of a linear layer, so they add no activations. Masks cost nothing and
save nothing: Keras multiplies what is masked too.
"""

from math import prod

from scalesearch.keras_models.counting.call_cost import NOTHING, Shape, Unknown, Work, together
from scalesearch.keras_models.counting.einsum import result
from scalesearch.keras_models.counting.layer_calls import Call, shape_of, tensor
from scalesearch.keras_models.counting.linear_costs import equation_products

MASKS = "query_mask value_mask key_mask attention_mask"


def multi_head(call: Call) -> Work:
    """`MultiHeadAttention`: queries (batch, ..., width), over any attention axes."""
    layer = call.operation
    key = (layer.num_heads, layer.key_dim)
    return _heads(call, key, (layer.num_heads, layer.value_dim), keys_first=True)


def grouped(call: Call) -> Work:
    """`GroupQueryAttention`: several heads of queries share one of keys and values."""
    each = (call.operation.num_query_heads, call.operation.head_dim)
    return _heads(call, each, each, keys_first=False)


def _heads(call: Call, key_heads: Shape, value_heads: Shape, keys_first: bool) -> Work:
    """Four linear layers, a fifth for a gate, and the two products by the layer's equations.

    Heads are (how many, width of each), as they are multiplied.
    """
    layer, given = call.operation, call.arguments
    query, value = given["query"], given["value"]
    key = value if given.get("key") is None else given["key"]
    queries = (*shape_of(query)[:-1], *key_heads)
    keys = (*shape_of(key)[:-1], *key_heads)
    values = (*shape_of(value)[:-1], *value_heads)
    pair = (keys, queries) if keys_first else (queries, keys)
    products = equation_products(layer._dot_product_equation, *pair)
    scores = result(layer._dot_product_equation, *pair)
    products += equation_products(layer._combine_equation, scores, values)
    gate = getattr(layer, "_gate_dense", None)
    return together(
        call.work_of(layer._query_dense, query),
        call.work_of(layer._key_dense, key),
        call.work_of(layer._value_dense, value),
        call.work_of(layer._output_dense, tensor((*queries[:-1], value_heads[-1]))),
        NOTHING if gate is None else call.work_of(gate, query),
        Work(products, 0),
    )


def dot_product(call: Call) -> Work:
    """`Attention`, Luong's: a product for the scores, unless they are sums, and one for values."""
    query, value, key = _inputs(call)
    scores = prod(query[:-1]) * key[-2]
    multiplied = query[-1] if call.operation.score_mode == "dot" else 0
    return Work(scores * (multiplied + value[-1]), 0)


def additive(call: Call) -> Work:
    """`AdditiveAttention`, Bahdanau's: sums for the scores, times a weight a feature if it has one.

    One multiply-accumulate a feature and score for those weights, and a product for the values.
    """
    query, value, key = _inputs(call)
    scores = prod(query[:-1]) * key[-2]
    return Work(scores * (query[-1] * bool(call.operation.use_scale) + value[-1]), 0)


def _inputs(call: Call) -> tuple[Shape, Shape, Shape]:
    """Query, value and key, of (batch, ..., length, width)."""
    shapes = call.shapes("inputs")
    if not 2 <= len(shapes) <= 3 or any(len(shape) < 3 for shape in shapes):
        raise Unknown("attention takes a query, a value and perhaps a key")
    query, value, *key = shapes
    return query, value, key[0] if key else value


def operation(call: Call) -> Work:
    """`keras.ops.dot_product_attention`: (batch, length, heads, width) each."""
    query, key, value = (call.shape(name) for name in ("query", "key", "value"))
    scores = prod(query[:-1]) * key[1]
    return Work(scores * (query[-1] + value[-1]), 0)


RULES = (
    (multi_head, "MultiHeadAttention", f"query value key {MASKS}"),
    (grouped, "GroupQueryAttention", f"query value key {MASKS}"),
    (dot_product, "Attention", ""),
    (additive, "AdditiveAttention", ""),
)
"""Rule, layers of keras.layers, and further arguments that may be tensors."""
