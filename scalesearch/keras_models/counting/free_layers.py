"""Layers and operations of Keras that cost no multiply-accumulates.

Free, as in `core/cost.py`: activations, normalisation, pooling, interpolation and what works
element by element, reorders, compares, looks up or sums. A layer that works in training alone, such
as an augmentation, is free too: costs are those of a network in use.
"""

FREE_LAYERS = """
InputLayer Identity Masking Flatten Reshape Permute RepeatVector
Activation ReLU LeakyReLU PReLU ELU Softmax
Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianDropout GaussianNoise
AlphaDropout ActivityRegularization
BatchNormalization LayerNormalization GroupNormalization UnitNormalization RMSNormalization
AveragePooling1D AveragePooling2D AveragePooling3D
GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D
GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D
AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D
ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D Cropping3D
UpSampling1D UpSampling2D UpSampling3D
Add Subtract Multiply Average Maximum Minimum Concatenate
Rescaling Normalization Resizing CenterCrop
CategoryEncoding Discretization HashedCrossing Hashing IntegerLookup StringLookup TextVectorization
MaxNumBoundingBoxes
AugMix AutoContrast ContrastLimitedAdaptiveHistogramEqualization CutMix Equalization MixUp
RandAugment RandomBrightness RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop
RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue
RandomInvert RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness
RandomShear RandomTranslation RandomZoom Solarization
"""
FREE_PARTS = frozenset(("LayerScale", "StochasticDepth", "CustomScaleLayer"))
"""Private layers of keras.applications: a factor a channel or a branch, dropping a branch."""

FREE_OPERATIONS = """
Abs Absolute Add All AllClose Amax Amin Angle Any Append Arange Arccos Arccosh Arcsin Arcsinh Arctan
Arctan2 Arctanh Argmax Argmin Argpartition Argsort Array ArraySplit Average Bincount BitwiseAnd
BitwiseInvert BitwiseLeftShift BitwiseNot BitwiseOr BitwiseRightShift BitwiseXor BroadcastTo Cbrt
Ceil Clip Concatenate Conj Conjugate Copy Cos Cosh CountNonzero Cumprod Cumsum Deg2rad Diag Diagflat
Diagonal Diff Digitize Divide DivideNoNan Dsplit Dstack EmptyLike Equal Exp Exp2 ExpandDims Expm1
Fabs Flip Fliplr Flipud Floor FloorDivide Fmax Fmin Fmod Full FullLike Gcd Geomspace GetItem Greater
GreaterEqual Heaviside Histogram Hsplit Hstack Hypot I0 Imag IsIn Isclose Isfinite Isinf Isnan
Isneginf Isposinf Isreal Lcm Ldexp LeftShift Less LessEqual Linspace Log Log10 Log1p Log2 Logaddexp
Logaddexp2 LogicalAnd LogicalNot LogicalOr LogicalXor Logspace Max Maximum Mean Median Meshgrid Min
Minimum Mod Moveaxis Multiply NanToNum Nanargmax Nanargmin Nancumprod Nancumsum Nanmax Nanmean
Nanmedian Nanmin Nanpercentile Nanprod Nanquantile Nanstd Nansum Nanvar Ndim Negative Nextafter
Nonzero NotEqual OnesLike Pad Percentile Power Prod Ptp Quantile Rad2deg Ravel Real Reciprocal
Repeat Reshape RightShift Roll Rot90 Round SearchSorted Select Sign Signbit Sin Sinc Sinh Size Sort
Split Sqrt Square Squeeze Stack Std Subtract Sum Swapaxes Take TakeAlongAxis Tan Tanh Tile Trace
Transpose Trapezoid Tril Triu TrueDivide Trunc Unique UnravelIndex Vander Var View Vsplit Vstack
Where ZerosLike
Celu Elu Gelu Glu HardShrink HardSigmoid HardSilu HardTanh LeakyRelu LogSigmoid LogSoftmax Relu
Relu6 Selu Sigmoid Silu Softmax SoftShrink Softplus Softsign SparsePlus SparseSigmoid Sparsemax
Squareplus TanhShrink Threshold ReLU Mish
AdaptiveAveragePool AdaptiveMaxPool AveragePool MaxPool BatchNorm LayerNorm RMSNorm Moments
Normalize Polar OneHot MultiHot Fold Unfold DepthToSpace SpaceToDepth PSNR
BinaryCrossentropy CategoricalCrossentropy SparseCategoricalCrossentropy
Cast ConvertToTensor SaturateCast Scatter ScatterUpdate Slice SliceUpdate StopGradient Unstack
Erf Erfc Erfinv ExtractSequences InTopK Logsumexp Rsqrt SegmentMax SegmentMin SegmentProd
SegmentReduction SegmentSum TopK ViewAsComplex
ViewAsReal Norm Rearrange
AffineTransform CropImages ElasticTransform ExtractPatches HSVToRGB MapCoordinates PadImages
PerspectiveTransform RGBToHSV Resize ScaleAndTranslate
FakeQuantWithMinMaxVars
"""
ROOMS = ("keras.src.ops.", "keras.src.activations.", "keras.src.quantizers.")
"""Where Keras keeps its operations."""
