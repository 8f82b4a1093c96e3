"""An optimiser's update of the weight vector in one pass over memory.

Keras writes an update as several operations, each of which reads and writes vectors as long as
the weights; TensorFlow has each of these updates as one operation that computes the same.
"""

import keras
import tensorflow as tf


def descend(
    optimizer: keras.optimizers.Optimizer,
    vector: keras.Variable,
    gradient: tf.Tensor,
    rate: tf.Tensor,
) -> None:
    """What `optimizer.apply([gradient], [vector])` does at the learning rate `rate`, a scalar.

    `optimizer` is one of `optimizer_of` and built for `vector` alone. Its slots are updated, and so
    is its count of steps.
    """
    slots = {
        slot.name.rpartition("_")[2]: slot.value.handle
        for slot in optimizer.variables
        if slot.shape == vector.shape
    }
    weights = vector.value.handle
    match optimizer:
        case keras.optimizers.SGD() if "momentum" in slots:
            # Keras's momentum holds steps, TensorFlow's gradients: given steps, the two are one.
            # TensorFlow's own operation for Keras's form takes three times as long.
            tf.raw_ops.ResourceApplyMomentum(
                var=weights,
                accum=slots["momentum"],
                lr=-1.0,
                grad=gradient * -rate,
                momentum=optimizer.momentum,
                use_nesterov=optimizer.nesterov,
            )
        case keras.optimizers.RMSprop() if "momentum" in slots:
            tf.raw_ops.ResourceApplyRMSProp(
                var=weights,
                ms=slots["velocity"],
                mom=slots["momentum"],
                lr=rate,
                rho=optimizer.rho,
                momentum=optimizer.momentum,
                epsilon=optimizer.epsilon,
                grad=gradient,
            )
        case keras.optimizers.Adam():
            step = tf.cast(optimizer.iterations.value + 1, tf.float32)
            tf.raw_ops.ResourceApplyAdam(
                var=weights,
                m=slots["momentum"],
                v=slots["velocity"],
                beta1_power=optimizer.beta_1**step,
                beta2_power=optimizer.beta_2**step,
                lr=rate,
                beta1=optimizer.beta_1,
                beta2=optimizer.beta_2,
                epsilon=optimizer.epsilon,
                grad=gradient,
            )
        case _:
            optimizer.learning_rate.assign(rate)
            optimizer.apply([gradient], [vector])
            return
    optimizer.iterations.assign_add(1)
