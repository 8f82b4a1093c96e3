"""Names of other tools lead to ours."""

import pytest

from scalesearch.cli import usage
from scalesearch.config.network_files import ACTIVATIONS
from scalesearch.core.blocks import BLOCKS
from scalesearch.core.spelling import SYNONYMS, _folded, nearest, suggestion
from scalesearch.core.strategies import STRATEGIES

BASELINES = ("efficientnet_b0", "mobilenet_v1", "mobilenet_v2", "resnet50")
ROW = ("block", "kernel", "stride", "channels", "repeats", "expand", "se")
HEADER = ("name", "resolution", "classes", "input_channels", "activation", "dropout",
          "drop_connect", "norm_epsilon", "stages")  # fmt: skip
RECIPE = ("epochs", "batch_size", "optimizer", "learning_rate", "momentum", "weight_decay",
          "warmup_epochs", "schedule", "label_smoothing", "flip", "average")  # fmt: skip
DATASETS = ("digits", "cifar10", "cifar100", "mnist", "fashion_mnist", "kmnist", "imagenet2012",
            "svhn_cropped", "food101", "oxford_iiit_pet", "cars196", "stl10")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "known", "meant"),
    [
        ("silu", ACTIVATIONS, "swish"),
        ("SiLU", ACTIVATIONS, "swish"),
        ("relu_6", ACTIVATIONS, "relu6"),
        ("ReLU", ACTIVATIONS, "relu"),
        ("MBConv", BLOCKS, "mbconv"),
        ("inverted_residual", BLOCKS, "mbconv"),
        ("Conv2D", BLOCKS, "conv"),
        ("ds_conv", BLOCKS, "separable"),
        ("depthwise_separable", BLOCKS, "separable"),
        ("MaxPooling2D", BLOCKS, "max_pool"),
        ("EfficientNetB0", BASELINES, "efficientnet_b0"),
        ("efficientnet-b0", BASELINES, "efficientnet_b0"),
        ("tf_efficientnet_b0", BASELINES, "efficientnet_b0"),
        ("ResNet-50", BASELINES, "resnet50"),
        ("mobilenetv2_100", BASELINES, "mobilenet_v2"),
        ("mobilenet", BASELINES, "mobilenet_v1"),
        ("kernel_size", ROW, "kernel"),
        ("filters", ROW, "channels"),
        ("out_channels", ROW, "channels"),
        ("expand_ratio", ROW, "expand"),
        ("se_ratio", ROW, "se"),
        ("num_layers", ROW, "repeats"),
        ("num_classes", HEADER, "classes"),
        ("image_size", HEADER, "resolution"),
        ("in_chans", HEADER, "input_channels"),
        ("act_layer", HEADER, "activation"),
        ("drop_path_rate", HEADER, "drop_connect"),
        ("bn_eps", HEADER, "norm_epsilon"),
        ("lr", RECIPE, "learning_rate"),
        ("batch", RECIPE, "batch_size"),
        ("num_epochs", RECIPE, "epochs"),
        ("wd", RECIPE, "weight_decay"),
        ("scheduler", RECIPE, "schedule"),
        ("ema_decay", RECIPE, "average"),
        ("CIFAR-10", DATASETS, "cifar10"),
        ("fashion-mnist", DATASETS, "fashion_mnist"),
        ("ILSVRC2012", DATASETS, "imagenet2012"),
        ("SVHN", DATASETS, "svhn_cropped"),
        ("torch.nn.SiLU", ACTIVATIONS, "swish"),
        ("keras.activations.silu", ACTIVATIONS, "swish"),
        ("torch.optim.AdamW", ("sgd", "adamw", "rmsprop"), "adamw"),
        ("dw", BLOCKS, "separable"),
        ("depthwise_conv", BLOCKS, "separable"),
        ("SepConv2D", BLOCKS, "separable"),
        ("Conv2dNormActivation", BLOCKS, "conv"),
        ("resnet_block", BLOCKS, "bottleneck"),
        ("operator", ROW, "block"),
        ("k_size", ROW, "kernel"),
        ("ksize", ROW, "kernel"),
        ("cout", ROW, "channels"),
        ("rd_ratio", ROW, "se"),
        ("squeeze_ratio", ROW, "se"),
        ("input_shape", HEADER, "resolution"),
        ("stochastic_depth_rate", HEADER, "drop_connect"),
        ("training", ("name", "dataset", "train", "validation", "recipe"), "recipe"),
        ("adam", ("sgd", "adamw", "rmsprop"), "adamw"),
        ("RMSprop", ("sgd", "adamw", "rmsprop"), "rmsprop"),
        ("CosineAnnealingLR", ("cosine", "constant", "exponential"), "cosine"),
    ],
)
def test_what_the_field_calls_it_leads_to_our_name_alone(
    name: str, known: tuple[str, ...], meant: str
) -> None:
    assert suggestion(name, known) == f" (nearest: {meant})"


@pytest.mark.parametrize("name", ["mish", "hard_swish"])
def test_what_we_do_not_have_leads_to_what_is_spelt_alike(name: str) -> None:
    assert "swish" in nearest(name, ACTIVATIONS)


def test_a_probability_to_survive_is_not_taken_for_one_to_be_dropped() -> None:
    assert "drop_connect" not in nearest("survival_prob", HEADER)


def test_misspelt_names_still_lead_to_the_nearest() -> None:
    assert nearest("efficientnet_bo", BASELINES)[0] == "efficientnet_b0"
    assert nearest("Widht", STRATEGIES)[0] == "width"
    assert nearest("qqqq", BASELINES) == []
    assert nearest("", BASELINES) == nearest("--", BASELINES) == []


def test_a_split_whose_name_two_papers_use_leads_to_both() -> None:
    assert nearest("dwr", STRATEGIES) == ["dWr", "uniform"]


def test_every_synonym_is_folded() -> None:
    """What is not would never be found."""
    every = [*SYNONYMS.values(), *usage.SYNONYMS.values()]
    words = [word for synonyms in every for word in synonyms.split()]
    assert words == [_folded(word) for word in words]
