"""When a 1x1 expansion and its normalisation are one product (see `table_backend.expansion`)."""


def pays(inputs: int, outputs: int, count: int) -> bool:
    """Whether the covariance of the inputs is cheaper than passing over the outputs.

    `count` is the rows: images times pixels. The covariance, the variances it gives and their
    gradients are four more products; where rows are few, those of (inputs, inputs) with the kernel
    cost more than the passes they spare. The weights of the two are nanoseconds on one core.
    """
    products = 0.04 * inputs**2 * (count + outputs)
    narrow = 1.5 * count * inputs
    return products + narrow < 2.0 * count * outputs
