#include "engine/session/gradient_looks.h"

#include "engine/checks/known_gradient.h"
#include "engine/checks/single_op.h"
#include "engine/session/gradient_choices.h"
#include "engine/session/seen_values.h"

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr size_t kLiveSample = 4096;
constexpr int kThumbnailSamples = 81;

/// The one input that a curve goes over: floating, not constant, the only such one.
ValueId curveInput(const Graph& graph, const Node& node)
{
    ValueId found = kNoValue;
    for (const ValueId input : node.inputs) {
        if (input == kNoValue || !graph.value(input).content.isNull())
            continue;
        if (found != kNoValue || !isFloating(graph.value(input).type.dtype))
            return kNoValue;
        found = input;
    }
    return found;
}

class Curve
{
public:
    Curve(const Graph& graph, const Node& node) : m_graph(graph), m_node(node) {}

    /// The op alone at these numbers; null where it cannot be looked at so.
    std::unique_ptr<Probe> probeAt(const std::vector<double>& x, const CustomGradient* custom) const
    {
        const ValueId over = curveInput(m_graph, m_node);
        if (over == kNoValue || m_node.isScan())
            return nullptr;
        Result<CheckedFunction> function = singleOp(
            m_graph, m_node,
            [&](ValueId value) {
                const Tensor& content = m_graph.value(value).content;
                if (value == over)
                    return Tensor::of<double>({static_cast<int64_t>(x.size())}, x);
                return isFloating(content.dtype()) ? content.converted(DType::Float64) : content;
            },
            custom);
        if (!function)
            return nullptr;
        Result<std::unique_ptr<Probe>> probe = Probe::make(std::move(*function));
        const bool isOfOneNumber = probe && (*probe)->inputs().size() == x.size() &&
                                   (*probe)->outputs().size() == x.size();
        return isOfOneNumber ? std::move(*probe) : nullptr;
    }

private:
    const Graph& m_graph;
    const Node& m_node;
};

std::vector<double> slopes(Probe* probe)
{
    return probe ? probe->pullback(std::vector<double>(probe->outputs().size(), 1.0))
                 : std::vector<double>();
}

/// A Softmax would give other values to a part of the numbers.
bool isElementwise(const Curve& curve, const std::vector<double>& x,
                   const std::vector<double>& values)
{
    const size_t at = x.size() / 4;
    const std::vector<double> part(x.begin() + static_cast<std::ptrdiff_t>(at),
                                   x.begin() + static_cast<std::ptrdiff_t>(at + 3));
    const std::unique_ptr<Probe> probe = curve.probeAt(part, nullptr);
    if (!probe)
        return false;
    const std::vector<double> again = probe->sample(size_t{0}, 0).values;
    return std::equal(
        again.begin(), again.end(), values.begin() + static_cast<std::ptrdiff_t>(at),
        [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); });
}

double liveShare(std::string_view gradient, const std::vector<double>& values)
{
    std::vector<double> sample;
    const size_t stride = std::max<size_t>(1, values.size() / kLiveSample);
    for (size_t i = 0; i < values.size(); i += stride)
        sample.push_back(values[i]);
    const Result<std::vector<double>> slopes = slopesOf(gradient, sample);
    if (!slopes || slopes->empty())
        return 0;
    const auto live =
        std::count_if(slopes->begin(), slopes->end(), [](double slope) { return slope != 0; });
    return static_cast<double>(live) / static_cast<double>(slopes->size());
}

}

std::vector<double> evenly(double left, double right, int count)
{
    std::vector<double> x;
    for (int i = 0; i < count; ++i)
        x.push_back(left + (right - left) * i / (count - 1));
    return x;
}

GradientCurves curvesOf(const Graph& graph, NodeId id, const std::string& text, double left,
                        double right, int sampleCount)
{
    GradientCurves curves{left, right, {}, {}, {}, false};
    const Node& node = graph.node(id);
    const OpDef* def = operators().find(node.op);
    const Curve curve(graph, node);
    const std::vector<double> x = evenly(left, right, sampleCount);
    const std::unique_ptr<Probe> own = def ? curve.probeAt(x, nullptr) : nullptr;
    if (!own)
        return curves;
    std::vector<double> forward = own->sample(size_t{0}, 0).values;
    if (!isElementwise(curve, x, forward))
        return curves;
    curves.forward = std::move(forward);
    curves.isFlat = def->gradient.isZero();
    if (curves.isFlat)
        curves.derivative.assign(x.size(), 0);
    else if (def->gradient.function())
        curves.derivative = slopes(own.get());
    if (text.empty())
        return curves;
    if (const Result<CustomGradient> custom = customGradient(graph, node, text))
        curves.given = slopes(curve.probeAt(x, &*custom).get());
    return curves;
}

GradientSubject lookAt(DebugSession& session, NodeId id)
{
    GradientSubject look;
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    if (!snapshot->program || !snapshot->program->has(id))
        return look;
    const Graph& graph = *snapshot->program;
    const Node& node = graph.node(id);
    look.node = id;
    SeenValues values(session, graph, node);
    look.seen = seenInput(values, graph, node);
    const std::vector<double> x = evenly(-2, 2, kThumbnailSamples);
    for (const Surrogate* row : surrogatesFor(node.op.type)) {
        SurrogateLook shown;
        shown.row = row;
        if (Result<std::vector<double>> slopes = slopesOf(row->gradient, x))
            shown.slopes = std::move(*slopes);
        shown.live = liveShare(row->gradient, look.seen.values);
        look.surrogates.push_back(std::move(shown));
    }
    return look;
}

}
