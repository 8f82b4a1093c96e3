"""Python functions that build models, as users have them, for the measurement of memory."""

import keras
from keras import layers


def plain(depth, width, resolution=32, classes=10):
    features = image = keras.Input((resolution, resolution, 3))
    for _ in range(round(2 * depth)):
        features = layers.Conv2D(round(32 * width), 3, padding="same", use_bias=False)(features)
        features = layers.ReLU()(layers.BatchNormalization()(features))
    return keras.Model(image, layers.Dense(classes)(layers.GlobalAveragePooling2D()(features)))


def _stock(make, resolution, classes, **arguments):
    shape = (resolution, resolution, 3)
    return make(input_shape=shape, classes=classes, weights=None, **arguments)


def mobilenet_v2(depth, width, resolution=64, classes=10):
    return _stock(keras.applications.MobileNetV2, resolution, classes, alpha=width)


def efficientnet_b0(depth, width, resolution=64, classes=10):
    return _stock(keras.applications.EfficientNetB0, resolution, classes)


def resnet50(depth, width, resolution=64, classes=10):
    return _stock(keras.applications.ResNet50, resolution, classes)
