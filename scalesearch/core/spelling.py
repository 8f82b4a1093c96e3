"""What a misspelt name, or another library's name for the same thing, may have meant."""

import re
from collections.abc import Iterable, Mapping

SYNONYMS = {
    # Fields of a network's table.
    "resolution": "imagesize imgsize inputsize imageresolution inputresolution size res pixels "
    "inputshape",
    "classes": "numclasses nclasses nclass numlabels outputs numoutputs",
    "input_channels": "inchannels inchans channelsin",
    "activation": "act actlayer actfn activationfn activationfunction nonlinearity",
    "dropout": "droprate dropoutrate finaldropout headdropout",
    "drop_connect": "droppath droppathrate dropconnectrate stochasticdepth stochasticdepthprob "
    "stochasticdepthrate",
    "padding": "padtype padmode",
    "conv_bias": "bias usebias",
    "norm_epsilon": "bneps eps epsilon batchnormepsilon normeps",
    "stages": "blocks layers archdef stageargs blocksargs",
    "block": "type op operator kind layer blocktype module",
    "kernel": "kernelsize kernels ksize ks k filtersize",
    "stride": "strides s",
    "channels": "filters outchannels outchs cout outch width numfilters numchannels planes c",
    "repeats": "numrepeat numrepeats numlayers numblocks depth n repeat",
    "expand": "expandratio expansion expansionratio expansionfactor t e",
    "se": "seratio squeezeexcite squeezeexcitation serate rdratio squeezeratio",
    "inner": "bottleneckratio bottleneckwidth groupwidth",
    # Values in it.
    "swish": "silu swish1 nnsilu",
    "relu6": "clippedrelu",
    "gelu": "gelunew gelutanh",
    "conv": "conv2d convbn convbnact convbnrelu convnormact cn "
    "conv2dnormactivation convnormactivation",
    "max_pool": "maxpool2d maxpooling maxpooling2d pool",
    "separable": "sepconv sepconv2d separableconv separableconv2d depthwiseseparable dsconv ds "
    "dwconv dwsep dw depthwise depthwiseconv depthwiseconv2d",
    "mbconv": "invertedresidual invertedbottleneck ir mbconvblock linearbottleneck",
    "bottleneck": "bottleneckblock resbottleneck resnetbottleneck resbottleneckblock bottle "
    "resnetblock",
    "same": "tf tensorflow",
    "symmetric": "torch pytorch",
    "balanced": "even",
    # Fields and values of a profile.
    "recipe": "training trainer hyperparameters hyperparams hparams",
    "epochs": "numepochs nepochs maxepochs nbepochs",
    "batch_size": "batch bs batchsz trainbatchsize minibatch minibatchsize",
    "micro_batch": "microbatchsize gradaccum gradientaccumulation accumsteps",
    "optimizer": "opt optim optimiser",
    "learning_rate": "lr baselr initiallr maxlr rate stepsize",
    "momentum": "beta1 mom",
    "weight_decay": "wd l2 l2reg decay kernelregularizer",
    "warmup_epochs": "warmup lrwarmup warmuplength",
    "schedule": "scheduler sched lrscheduler lrschedule lrpolicy lrdecay",
    "label_smoothing": "smoothing labelsmooth",
    "flip": "hflip horizontalflip randomflip fliplr",
    "shift": "translate randomcrop translation",
    "cutout": "randomerasing reprob erasing",
    "batch_norm_momentum": "bnmomentum bnmom normmomentum",
    "average": "ema emadecay modelema weightaverage polyak",
    "zero_init_residual": "zerogamma zeroinitlast zeroinitgamma",
    "train": "trainsize ntrain trainimages trainsamples numtrain",
    "validation": "val valid valsize nval validationsplit valimages numval",
    "canvas": "storedsize",
    "drop_strides": "removestrides",
    "drop_last_strides": "dropendstrides droplatestrides",
    "search_seeds": "seeds nseeds numseeds seed",
    "trainings": "finalists finalseeds halving trials ntrials maxtrials maxtrainings",
    "regret": "maxregret targetregret precision",
    "simplex_step": "step gridstep",
    "adamw": "adam adamwdecay",
    "sgd": "nesterov momentumsgd",
    "rmsprop": "rmsproptf",
    "cosine": "cosinedecay cosineannealing cosineannealinglr cos",
    "constant": "none fixed flat",
    "exponential": "exp exponentialdecay exponentiallr",
    "macs": "mac gmac gmacs mmac mmacs madd madds multadds",
    "flops": "flop gflop gflops mflop mflops",
    # Baselines, published tables and splits of the budget.
    "efficientnet_b0": "b0 effnet effnetb0 efficientnet tfefficientnetb0",
    "mobilenet_v1": "mobilenet mobilenetv1100 mnv1",
    "mobilenet_v2": "mobilenetv2100 mnv2",
    "resnet50": "resnet resnet50v15 tvresnet50",
    "imagenet": "imagenet1k imagenet2012 ilsvrc ilsvrc2012 in1k",
    "uniform": "dwr equal balanced",
    "dWr": "fast fastscaling",
    # Datasets of tensorflow-datasets.
    "imagenet2012": "imagenet imagenet1k ilsvrc ilsvrc2012",
    "svhn_cropped": "svhn",
    "caltech_birds2011": "cub cub200 cub2002011 birds",
    "cars196": "cars stanfordcars",
    "oxford_iiit_pet": "pets oxfordpets oxfordiiitpets",
    "oxford_flowers102": "flowers flowers102 oxfordflowers",
    "tf_flowers": "flowers",
    "digits": "sklearndigits",
    # Commands.
    "grid": "search tune train hpo scan",
    "cost": "count flops macs profile summary info stats",
    "build": "export make create save convert",
    "studies": "list ls runs experiments",
    "show": "info status details",
    "delete": "remove rm del",
    "export": "save archive backup",
    "import": "load restore",
    "report": "plot draw pareto",
    "cam": "gradcam heatmap explain",
    "scale": "scaling compound",
}
"""What other tools of the field (timm, pycls, torchvision, Keras) call a thing of ours: only where
it is the same, or what stands in its place here. Folded, several to a name."""


def suggestion(name: str, known: Iterable[str]) -> str:
    """The known names nearest to `name` as the end of a sentence, or "" where none is near."""
    near = nearest(name, known)
    return f" (nearest: {', '.join(near)})" if near else ""


def nearest(
    name: str,
    known: Iterable[str],
    likeness: float = 0.5,
    synonyms: Mapping[str, str] = SYNONYMS,
) -> list[str]:
    """The known names that `name` may have meant, at most three, the likeliest first.

    Those that differ by case and punctuation alone or are in the field's `synonyms` (folded words
    by the known name), else those that are spelt alike, from `likeness` on (0 to 1).
    """
    from difflib import get_close_matches  # only needed on the way to an error

    known = list(dict.fromkeys(known))
    names = tuple(dict.fromkeys((name, re.split(r"[./]", name)[-1])))  # torch.nn.SiLU is SiLU
    for folded in filter(None, map(_folded, names)):
        same = [each for each in known if _folded(each) == folded]
        same += [each for each in known if folded in synonyms.get(each, "").split()]
        if same:
            return list(dict.fromkeys(same))[:3]
    spelt = {each.casefold(): each for each in reversed(known)}
    for each in names:
        if near := get_close_matches(each.casefold(), spelt, n=3, cutoff=likeness):
            return [spelt[match] for match in near]
    return []


def _folded(name: str) -> str:
    """Letters and digits alone, without case: MobileNet-V2 and mobilenet_v2 are one."""
    return "".join(char for char in name.casefold() if char.isalnum())
