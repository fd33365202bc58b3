#include "engine/diagnostics/surrogates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace backstep {

namespace {

constexpr FlatShapes kSteps = static_cast<FlatShapes>(FlatShape::Step);
constexpr FlatShapes kStaircases = static_cast<FlatShapes>(FlatShape::Staircase);
constexpr FlatShapes kBounded = static_cast<FlatShapes>(FlatShape::Bounded);
constexpr FlatShapes kAny = kSteps | kStaircases | kBounded;

constexpr std::string_view kNeftci = "Neftci, Mostafa, Zenke: Surrogate gradient learning in "
                                     "spiking neural networks, IEEE Signal Processing Magazine "
                                     "36 (6), 2019";

constexpr Surrogate kSurrogates[]{
    {.id = "pass-through",
     .title = "Pass through",
     .gradient = "dy",
     .function = "the identity",
     .use = "Takes the op for the identity. Learns at once; may drift, since values far from any "
            "jump are moved too.",
     .source = "Bengio, Léonard, Courville: Estimating or propagating gradients through "
               "stochastic neurons, arXiv:1308.3432, 2013",
     .fits = kAny,
     .isDefaultFor = kStaircases | kBounded},
    {.id = "pass-inside-1",
     .title = "Pass inside |x| ≤ 1",
     .gradient = "dy * where(abs(x) <= 1, 1, 0)",
     .function = "clip(x, -1, 1)",
     .use = "As pass through, and lets values rest that are far from the jump. The usual choice "
            "for binary activations.",
     .source = "Hubara, Courbariaux, Soudry, El-Yaniv, Bengio: Binarized neural networks, "
               "NIPS 2016",
     .fits = kSteps,
     .isDefaultFor = kSteps,
     .withSharpness = "dy * where(abs({k} * x) <= 1, 1, 0)"},
    {.id = "tanh",
     .title = "Gradient of tanh",
     .gradient = "dy * (1 - tanh(x)**2)",
     .function = "tanh",
     .use = "Smooth, never quite zero: takes sign for tanh.",
     .source = "Gong et al.: Differentiable soft quantization, ICCV 2019",
     .fits = kSteps,
     .withSharpness = "dy * {k} * (1 - tanh({k} * x)**2)"},
    {.id = "pass-inside-0.2",
     .title = "Pass inside |x| ≤ 0.2",
     .gradient = "dy * where(abs(x) <= 0.2, 1, 0)",
     .function = "clip(x, -0.2, 0.2)",
     .use = "Only what is close to the jump learns; for values that are small.",
     .source = "Hubara, Courbariaux, Soudry, El-Yaniv, Bengio: Binarized neural networks, "
               "NIPS 2016",
     .fits = kSteps,
     .withSharpness = "dy * where(abs({k} * x) <= 1, 1, 0)",
     .sharpness = 5},
    {.id = "sharp-tanh",
     .title = "Gradient of tanh(5x)",
     .gradient = "dy * 5 * (1 - tanh(5 * x)**2)",
     .function = "tanh(5 * x)",
     .use = "Closer to sign than tanh; the 5 is the inverse of a temperature and may be changed.",
     .source = "Gong et al.: Differentiable soft quantization, ICCV 2019",
     .fits = kSteps,
     .withSharpness = "dy * {k} * (1 - tanh({k} * x)**2)",
     .sharpness = 5},
    {.id = "sigmoid",
     .title = "Gradient of sigmoid",
     .gradient = "dy * sigmoid(x) * (1 - sigmoid(x))",
     .function = "sigmoid",
     .use = "For a threshold between 0 and 1; at most a quarter of dy.",
     .source = kNeftci,
     .fits = kSteps,
     .withSharpness = "dy * {k} * sigmoid({k} * x) * (1 - sigmoid({k} * x))"},
    {.id = "arctan",
     .title = "Gradient of arctan",
     .gradient = "dy / (1 + x**2)",
     .function = "arctan",
     .use = "Smooth, with long tails: values far away still learn.",
     .source = "Fang et al.: Incorporating learnable membrane time constant to enhance learning "
               "of spiking neural networks, ICCV 2021",
     .fits = kSteps,
     .withSharpness = "dy / (1 + ({k} * x)**2)"},
    {.id = "bell",
     .title = "Bell",
     .gradient = "dy * exp(-x**2)",
     .function = "sqrt(pi) / 2 * erf",
     .use = "A Gaussian: smooth, and zero for all practical purposes beyond |x| = 4.",
     .source = "Yin, Corradi, Bohté: Accurate and efficient time-domain classification with "
               "adaptive spiking recurrent neural networks, Nature Machine Intelligence 3, 2021",
     .fits = kSteps,
     .withSharpness = "dy * exp(-({k} * x)**2)"},
    {.id = "triangle",
     .title = "Triangle",
     .gradient = "dy * maximum(0, 1 - abs(x))",
     .function = "x - x * |x| / 2 inside |x| ≤ 1",
     .use = "Cheap, exactly zero beyond |x| = 1.",
     .source = "Bellec, Salaj, Subramoney, Legenstein, Maass: Long short-term memory and learning "
               "to learn in networks of spiking neurons, NeurIPS 2018",
     .fits = kSteps,
     .withSharpness = "dy * maximum(0, 1 - abs({k} * x))"},
    {.id = "fast-sigmoid",
     .title = "Fast sigmoid",
     .gradient = "dy / (1 + 5 * abs(x))**2",
     .function = "x / (1 + 5 * |x|)",
     .use = "A sharp peak with long tails (SuperSpike); the 5 is its sharpness.",
     .source = "Zenke, Ganguli: SuperSpike, Neural Computation 30 (6), 2018",
     .fits = kSteps,
     .withSharpness = "dy / (1 + {k} * abs(x))**2",
     .sharpness = 5},
    {.id = "soft-round",
     .title = "Soft round",
     .gradient = "dy * (1 - cos(2 * np.pi * x))",
     .function = "x - sin(2 * pi * x) / (2 * pi)",
     .use = "Steep at the jumps of round, zero at the integers themselves.",
     .source = "The first term of the Fourier series of round: a formula, of no paper",
     .fits = kStaircases},
    {.id = "soft-floor",
     .title = "Soft floor",
     .gradient = "dy * (1 + cos(2 * np.pi * x))",
     .function = "x + sin(2 * pi * x) / (2 * pi)",
     .use = "Steep at the integers, where floor and ceil jump; zero halfway between them.",
     .source = "The first term of the Fourier series of floor: a formula, of no paper",
     .fits = kStaircases},
    {.id = "leaky-bounds",
     .title = "Pass a tenth outside |x| ≤ 1",
     .gradient = "dy * where(abs(x) <= 1, 1, 0.1)",
     .function = "clip(x, -1, 1) + 0.1 * (x - clip(x, -1, 1))",
     .use = "Values beyond the bounds come back slowly; change the 1 to the op's own bounds.",
     .source = "Maas, Hannun, Ng: Rectifier nonlinearities improve neural network acoustic "
               "models, ICML 2013 (the leaky slope)",
     .fits = kBounded},
    {.id = "zero",
     .title = "Zero",
     .gradient = "dy * 0",
     .function = "",
     .use = "Stops the gradient here, and says so.",
     .source = "",
     .fits = kAny},
};

struct ShapesOfOp {
    std::string_view type;
    FlatShapes shapes;
};
constexpr ShapesOfOp kShapes[]{
    {"Sign", kSteps},
    {"Heaviside", kSteps},
    {"heaviside", kSteps},
    {"Round", kStaircases},
    {"Floor", kStaircases},
    {"Ceil", kStaircases},
    {"Rint", kStaircases},
    {"Trunc", kStaircases},
    {"Cast", kStaircases},
    {"QuantizeLinear", kStaircases},
    {"DequantizeLinear", kStaircases},
    {"Clip", kBounded},
    {"HardSigmoid", kBounded},
    {"HardSwish", kBounded},
};

constexpr KnownGradient kKnown[]{
    {"the identity", "dy"},
    {"tanh", "dy * (1 - tanh(x)**2)"},
    {"sigmoid", "dy * sigmoid(x) * (1 - sigmoid(x))"},
    {"arctan", "dy / (1 + x**2)"},
    {"softsign", "dy / (1 + abs(x))**2"},
    {"relu", "dy * where(x > 0, 1, 0)"},
    {"softplus", "dy * sigmoid(x)"},
    {"clip(x, -1, 1)", "dy * where(abs(x) <= 1, 1, 0)"},
    {"tanh(5 * x)", "dy * 5 * (1 - tanh(5 * x)**2)"},
    {"sqrt(pi) / 2 * erf", "dy * exp(-x**2)"},
    {"erf", "dy * 2 / sqrt(np.pi) * exp(-x**2)"},
    {"x - x * |x| / 2 inside |x| ≤ 1", "dy * maximum(0, 1 - abs(x))"},
    {"x / (1 + 5 * |x|)", "dy / (1 + 5 * abs(x))**2"},
    {"exp", "dy * exp(x)"},
    {"sin", "dy * cos(x)"},
    {"cos", "dy * -sin(x)"},
    {"square", "dy * 2 * x"},
    {"sqrt", "dy / (2 * sqrt(x))"},
    {"log", "dy / x"},
    {"reciprocal", "dy * -1 / x**2"},
    {"abs", "dy * sign(x)"},
    {"silu", "dy * sigmoid(x) * (1 + x * (1 - sigmoid(x)))"},
};

}

std::span<const Surrogate> surrogates()
{
    return kSurrogates;
}

std::string gradientAt(const Surrogate& row, double sharpness)
{
    constexpr std::string_view kSharpness = "{k}";
    std::string text(row.withSharpness.empty() ? row.gradient : row.withSharpness);
    const std::string number = fmt::format("{:.9g}", sharpness);
    for (size_t at = text.find(kSharpness); at != std::string::npos; at = text.find(kSharpness, at))
        text.replace(at, kSharpness.size(), number);
    return text;
}

const Surrogate* surrogateWithId(std::string_view id)
{
    const auto found = std::find_if(std::begin(kSurrogates), std::end(kSurrogates),
                                    [&](const Surrogate& each) { return each.id == id; });
    return found == std::end(kSurrogates) ? nullptr : found;
}

FlatShapes flatShapesOf(std::string_view opType)
{
    const auto found = std::find_if(std::begin(kShapes), std::end(kShapes),
                                    [&](const ShapesOfOp& each) { return each.type == opType; });
    return found == std::end(kShapes) ? kSteps : found->shapes;
}

std::vector<const Surrogate*> surrogatesFor(std::string_view opType)
{
    const FlatShapes shapes = flatShapesOf(opType);
    std::vector<const Surrogate*> rows;
    for (const Surrogate& each : kSurrogates)
        if ((each.fits & shapes) != 0)
            rows.push_back(&each);
    return rows;
}

std::span<const KnownGradient> knownGradients()
{
    return kKnown;
}

}
