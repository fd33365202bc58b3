#include "engine/diagnostics/soft_forwards.h"

#include <algorithm>

namespace backstep {

namespace {

constexpr FixKind kReplace = FixKind::ReplaceForward, kKeep = FixKind::GradientOnly;

constexpr std::string_view kBengio = "Bengio, Léonard, Courville: Estimating or propagating "
                                     "gradients through stochastic neurons, arXiv:1308.3432, 2013";
constexpr std::string_view kGong = "Gong et al.: Differentiable soft quantization, ICCV 2019";
constexpr std::string_view kNeftci = "Neftci, Mostafa, Zenke: Surrogate gradient learning in "
                                     "spiking neural networks, IEEE Signal Processing Magazine "
                                     "36 (6), 2019";
constexpr std::string_view kAgustsson = "Agustsson, Theis: Universally quantized neural "
                                        "compression, NeurIPS 2020, eq. 12 (soft rounding)";
constexpr std::string_view kSoftplus = "Dugas, Bengio, Bélisle, Nadeau, Garcia: Incorporating "
                                       "second-order functional knowledge for better option "
                                       "pricing, NIPS 2000 (softplus: a smooth max(0, x))";
constexpr std::string_view kFinn = "Finn et al.: Deep spatial autoencoders for visuomotor "
                                   "learning, ICRA 2016 (the expected index under a softmax)";

constexpr std::string_view kBounds = "Rounds the two corners off; inside the bounds the numbers "
                                     "stay close, outside they still learn a little.";
constexpr std::string_view kCompared = "A gate between 0 and 1 in place of false and true. Casts "
                                       "to floats read it; masks keep the comparison itself.";
constexpr std::string_view kThroughCompared = "0 and 1 as before, with the gradient of a sigmoid.";
constexpr std::string_view kIndex = "The expected index under a softmax of the values. A sharpness "
                                    "that is too low pulls it to the middle.";

constexpr SoftForward kSoftForwards[]{
    {.id = "soft-sign",
     .title = "tanh(k x)",
     .kind = kReplace,
     .ops = "Sign",
     .forward = "tanh({k} * x)",
     .use = "Smooth, between -1 and 1; the sharper, the closer to sign and the fewer values learn.",
     .source = kGong,
     .sharpness = 5},
    {.id = "soft-step",
     .title = "sigmoid(k x)",
     .kind = kReplace,
     .ops = "Heaviside heaviside Step",
     .forward = "sigmoid({k} * x)",
     .use = "Smooth, between 0 and 1.",
     .source = kNeftci,
     .sharpness = 5},
    {.id = "soft-round",
     .title = "Soft round",
     .kind = kReplace,
     .ops = "Round Rint",
     .forward = "r = x - floor(x) - 0.5\n"
                "return floor(x) + 0.5 + 0.5 * tanh({k} * r) / np.tanh({k} / 2)",
     .use = "Every integer stays what it is; between them a smooth stair.",
     .source = kAgustsson,
     .sharpness = 5,
     .most = 20},
    {.id = "soft-floor",
     .title = "Soft floor",
     .kind = kReplace,
     .ops = "Floor",
     .forward = "z = x - 0.5\nr = z - floor(z) - 0.5\n"
                "return floor(z) + 0.5 + 0.5 * tanh({k} * r) / np.tanh({k} / 2)",
     .use = "A smooth stair that is right halfway between the integers.",
     .source = kAgustsson,
     .sharpness = 5,
     .most = 20},
    {.id = "soft-ceil",
     .title = "Soft ceil",
     .kind = kReplace,
     .ops = "Ceil",
     .forward = "z = x + 0.5\nr = z - floor(z) - 0.5\n"
                "return floor(z) + 0.5 + 0.5 * tanh({k} * r) / np.tanh({k} / 2)",
     .use = "A smooth stair that is right halfway between the integers.",
     .source = kAgustsson,
     .sharpness = 5,
     .most = 20},
    {.id = "soft-clip",
     .title = "Soft clip",
     .kind = kReplace,
     .ops = "Clip",
     .forward = "{min} + (softplus({k} * (x - {min})) - softplus({k} * (x - {max}))) / {k}",
     .use = kBounds,
     .source = kSoftplus,
     .sharpness = 5},
    {.id = "soft-clip-below",
     .title = "Soft clip",
     .kind = kReplace,
     .ops = "Clip",
     .forward = "{min} + softplus({k} * (x - {min})) / {k}",
     .without = "max",
     .use = kBounds,
     .source = kSoftplus,
     .sharpness = 5},
    {.id = "soft-clip-above",
     .title = "Soft clip",
     .kind = kReplace,
     .ops = "Clip",
     .forward = "{max} - softplus({k} * ({max} - x)) / {k}",
     .without = "min",
     .use = kBounds,
     .source = kSoftplus,
     .sharpness = 5},
    {.id = "soft-argmax",
     .title = "Soft argmax",
     .kind = kReplace,
     .ops = "ArgMax",
     .forward = "i = np.cumsum(np.ones_like(x), axis={axis=0}) - 1\n"
                "return np.sum(tf.nn.softmax({k} * x, axis={axis=0}) * i, axis={axis=0}, "
                "keepdims={keepdims=1})",
     .use = kIndex,
     .source = kFinn,
     .sharpness = 10,
     .most = 100},
    {.id = "soft-argmin",
     .title = "Soft argmin",
     .kind = kReplace,
     .ops = "ArgMin",
     .forward = "i = np.cumsum(np.ones_like(x), axis={axis=0}) - 1\n"
                "return np.sum(tf.nn.softmax(-{k} * x, axis={axis=0}) * i, axis={axis=0}, "
                "keepdims={keepdims=1})",
     .use = kIndex,
     .source = kFinn,
     .sharpness = 10,
     .most = 100},
    {.id = "through-argmax",
     .title = "Straight-through argmax",
     .kind = kKeep,
     .ops = "ArgMax",
     .forward = "i = np.cumsum(np.ones_like(x), axis={axis=0}) - 1\n"
                "soft = np.sum(tf.nn.softmax({k} * x, axis={axis=0}) * i, axis={axis=0}, "
                "keepdims={keepdims=1})\n"
                "hard = np.argmax(x, axis={axis=0}, keepdims={keepdims=1})\n"
                "return hard + (soft - tf.stop_gradient(soft))",
     .use = "The index itself, with the gradient of soft argmax.",
     .source = kBengio,
     .sharpness = 10,
     .most = 100},
    {.id = "through-argmin",
     .title = "Straight-through argmin",
     .kind = kKeep,
     .ops = "ArgMin",
     .forward = "i = np.cumsum(np.ones_like(x), axis={axis=0}) - 1\n"
                "soft = np.sum(tf.nn.softmax(-{k} * x, axis={axis=0}) * i, axis={axis=0}, "
                "keepdims={keepdims=1})\n"
                "hard = np.argmin(x, axis={axis=0}, keepdims={keepdims=1})\n"
                "return hard + (soft - tf.stop_gradient(soft))",
     .use = "The index itself, with the gradient of soft argmin.",
     .source = kBengio,
     .sharpness = 10,
     .most = 100},
    {.id = "through-cast",
     .title = "Straight-through cast",
     .kind = kKeep,
     .ops = "Cast",
     .forward = "x + tf.stop_gradient(np.trunc(x) - x)",
     .use = "The fraction is cut off as before, and the gradient passes as if it were not.",
     .source = kBengio},
    {.id = "soft-greater",
     .title = "sigmoid(k (a - b))",
     .kind = kReplace,
     .ops = "Greater GreaterOrEqual",
     .forward = "sigmoid({k} * (x0 - x1))",
     .use = kCompared,
     .source = kNeftci,
     .sharpness = 5},
    {.id = "soft-less",
     .title = "sigmoid(k (b - a))",
     .kind = kReplace,
     .ops = "Less LessOrEqual",
     .forward = "sigmoid({k} * (x1 - x0))",
     .use = kCompared,
     .source = kNeftci,
     .sharpness = 5},
    {.id = "through-greater",
     .title = "Straight-through a > b",
     .kind = kKeep,
     .ops = "Greater",
     .forward = "soft = sigmoid({k} * (x0 - x1))\n"
                "return np.where(x0 > x1, 1.0, 0.0) + (soft - tf.stop_gradient(soft))",
     .use = kThroughCompared,
     .source = kBengio,
     .sharpness = 5},
    {.id = "through-greater-or-equal",
     .title = "Straight-through a ≥ b",
     .kind = kKeep,
     .ops = "GreaterOrEqual",
     .forward = "soft = sigmoid({k} * (x0 - x1))\n"
                "return np.where(x0 >= x1, 1.0, 0.0) + (soft - tf.stop_gradient(soft))",
     .use = kThroughCompared,
     .source = kBengio,
     .sharpness = 5},
    {.id = "through-less",
     .title = "Straight-through a < b",
     .kind = kKeep,
     .ops = "Less",
     .forward = "soft = sigmoid({k} * (x1 - x0))\n"
                "return np.where(x0 < x1, 1.0, 0.0) + (soft - tf.stop_gradient(soft))",
     .use = kThroughCompared,
     .source = kBengio,
     .sharpness = 5},
    {.id = "through-less-or-equal",
     .title = "Straight-through a ≤ b",
     .kind = kKeep,
     .ops = "LessOrEqual",
     .forward = "soft = sigmoid({k} * (x1 - x0))\n"
                "return np.where(x0 <= x1, 1.0, 0.0) + (soft - tf.stop_gradient(soft))",
     .use = kThroughCompared,
     .source = kBengio,
     .sharpness = 5},
};

}

bool SoftForward::fits(std::string_view opType) const
{
    for (size_t start = 0; start < ops.size();) {
        const size_t end = std::min(ops.find(' ', start), ops.size());
        if (ops.substr(start, end - start) == opType)
            return true;
        start = end + 1;
    }
    return false;
}

std::span<const SoftForward> softForwards()
{
    return kSoftForwards;
}

const SoftForward* softForwardWithId(std::string_view id)
{
    const auto found = std::find_if(std::begin(kSoftForwards), std::end(kSoftForwards),
                                    [&](const SoftForward& each) { return each.id == id; });
    return found == std::end(kSoftForwards) ? nullptr : found;
}

std::vector<const SoftForward*> softForwardsFor(std::string_view opType)
{
    std::vector<const SoftForward*> rows;
    for (const SoftForward& each : kSoftForwards)
        if (each.fits(opType))
            rows.push_back(&each);
    return rows;
}

}
