#include "engine/checks/gradient_verdict.h"

#include "engine/checks/gradient_distance.h"
#include "engine/checks/single_op.h"
#include "engine/ops/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

namespace backstep {

namespace {

// Legend: "given" the gradient under judgement, "expected" that of the op's own rule, each as dx
// for dy = 1 everywhere ("ones") and for a random dy ("drawn").

constexpr int64_t kMostElements = 65536;
constexpr size_t kMostPlaces = 16;
constexpr size_t kDifferencedPlaces = 3;
constexpr int64_t kManyElements = 4096; ///< from here on fewer slopes are looked for

/// A Cast between floating widths becomes one to float64 (SEMANTICS R13).
Node widened(Node node)
{
    const auto to = static_cast<DType>(node.attributes.integer("to", 0));
    if (node.op.is("Cast") && isFloating(to))
        node.attributes.set("to", static_cast<int64_t>(DType::Float64));
    return node;
}

/// `count` of the places, from the first to the last.
std::vector<OpAddress> spread(const std::vector<OpAddress>& places, size_t count)
{
    if (places.size() <= count)
        return places;
    std::vector<OpAddress> chosen;
    for (size_t i = 0; i < count; ++i)
        chosen.push_back(places[count == 1 ? 0 : i * (places.size() - 1) / (count - 1)]);
    return chosen;
}

class Judge
{
public:
    explicit Judge(const VerdictSubject& subject)
        : m_subject(subject), m_node(widened(subject.node)), m_def(operators().find(m_node.op))
    {}

    VerdictReport run()
    {
        m_verdict.isOnDrawnValues = m_subject.areDrawn;
        if (!m_def || m_node.problem)
            return unverifiable("the op has no forward meaning here");
        m_verdict.isFlat = m_def->gradient.isZero();
        m_verdict.hasDerivative = m_verdict.isFlat || m_def->gradient.function();
        std::vector<OpAddress> places = spread(m_subject.places, kMostPlaces);
        for (size_t i = 0; i < places.size(); ++i) {
            if (!lookAt(places[i]))
                return m_verdict;
            if (i == 0)
                places = spread(places, affordable(m_verdict.elementCount));
        }
        m_verdict.placeCount = static_cast<int64_t>(places.size());
        m_verdict.behaviour.live /= static_cast<double>(places.size());
        m_verdict.hasBehaviour = true;
        if (!m_verdict.isFlat)
            for (const OpAddress& place : spread(places, kDifferencedPlaces))
                addSlopes(place);
        decide();
        identify();
        return m_verdict;
    }

private:
    static size_t affordable(int64_t elementsOfOne)
    {
        return static_cast<size_t>(
            std::max<int64_t>(1, kMostElements / std::max<int64_t>(1, elementsOfOne)));
    }

    VerdictReport unverifiable(std::string why)
    {
        m_verdict.verdict = Verdict::Unverifiable;
        m_verdict.why = std::move(why);
        return m_verdict;
    }

    /// The op alone at a place, with the given gradient or with its own.
    Result<std::unique_ptr<Probe>> probeAt(const OpAddress& place, const CustomGradient* custom)
    {
        const auto wide = [&](ValueId value) {
            const Tensor tensor = m_subject.valueAt(value, place);
            return tensor.isNull() || !isFloating(tensor.dtype())
                       ? tensor
                       : tensor.converted(DType::Float64);
        };
        Result<CheckedFunction> function = singleOp(m_subject.graph, m_node, wide, custom);
        if (!function)
            return function.takeError();
        return Probe::make(std::move(*function));
    }

    /// Compares at one place; false where there is a verdict already.
    bool lookAt(const OpAddress& place)
    {
        Result<std::unique_ptr<Probe>> given = probeAt(place, &m_subject.custom);
        std::unique_ptr<Probe> expected;
        if (m_verdict.hasDerivative && !m_verdict.isFlat) {
            Result<std::unique_ptr<Probe>> own = probeAt(place, nullptr);
            if (!own) {
                unverifiable(own.error().message);
                return false;
            }
            expected = std::move(*own);
        }
        if (!given) {
            m_verdict.verdict =
                given.error().code == "not-computable" ? Verdict::Unverifiable : Verdict::Invalid;
            m_verdict.why = given.error().message;
            return false;
        }
        Probe& probe = **given;
        const size_t inputs = probe.inputs().size(), outputs = probe.outputs().size();
        m_verdict.elementCount += static_cast<int64_t>(inputs);
        std::vector<double> dy;
        for (size_t i = 0; i < outputs; ++i)
            dy.push_back(m_normal(m_random));
        const std::vector<double> ones(outputs, 1.0);
        const std::vector<double> none(inputs, 0.0);
        const auto own = [&](const std::vector<double>& cotangent) {
            return expected ? expected->pullback(cotangent) : none;
        };
        const std::vector<double> givenOnes = probe.pullback(ones), givenDrawn = probe.pullback(dy);
        if (!isFinite(probe, place, givenOnes, own(ones)))
            return false;
        m_ones.add(probe, place, givenOnes, own(ones));
        m_drawn.add(probe, place, givenDrawn, own(dy));
        m_slopes.add(probe, place, {givenOnes, givenDrawn, own(ones), dy});
        const GradientBehaviour behaviour = behaviourOf(probe);
        m_verdict.behaviour.live += behaviour.live;
        m_verdict.behaviour.isLinear = m_verdict.behaviour.isLinear && behaviour.isLinear;
        m_verdict.behaviour.isZeroAtZero =
            m_verdict.behaviour.isZeroAtZero && behaviour.isZeroAtZero;
        return true;
    }

    bool isFinite(const Probe& probe, const OpAddress& place, const std::vector<double>& given,
                  const std::vector<double>& expected)
    {
        for (size_t i = 0; i < given.size(); ++i) {
            if (std::isfinite(given[i]) || !std::isfinite(expected[i]) ||
                !std::isfinite(probe.input(i)))
                continue;
            m_verdict.verdict = Verdict::Invalid;
            m_verdict.why = fmt::format("it is {} at {} of {}, where the input is {:.6g}", given[i],
                                        elementText(probe.graph(), probe.inputs()[i]),
                                        addressText(m_subject.graph, place), probe.input(i));
            return false;
        }
        return true;
    }

    void addSlopes(const OpAddress& place)
    {
        const Result<std::unique_ptr<Probe>> probe = probeAt(place, &m_subject.custom);
        if (!probe)
            return;
        GradcheckOptions options;
        if (static_cast<int64_t>((*probe)->inputs().size()) > kManyElements)
            options.largestJacobian /= 8;
        const GradcheckReport report = gradcheck(**probe, options);
        m_found.agreeing += report.agreeing;
        m_found.zero += report.zero;
        m_found.atKinks += report.atKinks;
        m_found.atJumps += report.atJumps;
        m_found.notFinite += report.notFinite;
        const JacobianEntry& worst = report.worst;
        if (report.differing > 0 &&
            (m_found.differing == 0 || worst.relativeError > m_found.worst.relativeError)) {
            m_found.worst = worst;
            const bool isOne = worst.input.value != kNoValue;
            const Graph& graph = (*probe)->graph();
            m_slopeDifference = {std::abs(worst.gradient - worst.slope),
                                 worst.gradient,
                                 worst.slope,
                                 false,
                                 isOne ? (*probe)->input(indexOf(**probe, worst.input)) : 0,
                                 place,
                                 isOne ? elementText(graph, worst.input) : "all of them together"};
        }
        m_found.differing += report.differing;
    }

    static size_t indexOf(const Probe& probe, const Element& wanted)
    {
        const auto found =
            std::find_if(probe.inputs().begin(), probe.inputs().end(), [&](const Element& element) {
                return element.value == wanted.value && element.index == wanted.index;
            });
        return static_cast<size_t>(found - probe.inputs().begin());
    }

    void decide()
    {
        // For dy = 1 the numbers are slopes, as people know them.
        const bool areSlopes = m_slopes.areOfOneNumber || m_ones.relative() >= m_drawn.relative();
        const GradientDistance& further = areSlopes ? m_ones : m_drawn;
        m_verdict.fromDerivative = further.largest();
        if (m_verdict.isFlat) {
            if (m_ones.isNone() && m_drawn.isNone())
                unverifiable(
                    "it is zero, as the derivative almost everywhere: that proves nothing");
            else
                m_verdict.verdict = Verdict::Differs;
            return;
        }
        const bool isOff = m_verdict.hasDerivative && !(m_ones.isNone() && m_drawn.isNone());
        if (!isOff && m_found.differing > 0) {
            m_verdict.fromDerivative = m_slopeDifference;
            m_verdict.hasDerivative = true;
        }
        if (isOff || m_found.differing > 0) {
            m_verdict.verdict = Verdict::Differs;
            return;
        }
        if (m_found.atJumps + m_found.notFinite > 0)
            unverifiable(m_found.atJumps > 0 ? "the op jumps at values that it saw"
                                             : "a value is not finite");
        else if (m_found.agreeing > m_found.zero)
            m_verdict.verdict = Verdict::Exact;
        else
            unverifiable(m_found.atKinks > 0 ? "all values that it saw lie at kinks"
                                             : "all slopes are zero or below the noise");
    }

    void identify()
    {
        const GradientBehaviour& behaviour = m_verdict.behaviour;
        if (!m_slopes.areOfOneNumber || !behaviour.isLinear || !behaviour.isZeroAtZero)
            return;
        if (m_verdict.verdict == Verdict::Differs && m_verdict.hasDerivative && !m_verdict.isFlat)
            m_verdict.factor = commonFactor(m_slopes.given, m_slopes.expected);
        m_verdict.known = knownMatch(m_slopes.x, m_slopes.given);
        if (m_verdict.known)
            m_verdict.fromKnown =
                m_slopes.differenceAt(m_verdict.known->at, m_verdict.known->difference);
    }

    const VerdictSubject& m_subject;
    Node m_node;
    const OpDef* m_def;
    std::mt19937 m_random{1};
    std::normal_distribution<double> m_normal;
    GradientDistance m_ones{true}, m_drawn{false};
    PointwiseSlopes m_slopes;
    GradcheckReport m_found; ///< by differences, summed over places
    GradientDifference m_slopeDifference;
    VerdictReport m_verdict;
};

}

std::string_view nameOf(Verdict verdict)
{
    switch (verdict) {
    case Verdict::Exact:
        return "exact";
    case Verdict::Surrogate:
        return "surrogate";
    case Verdict::Differs:
        return "differs";
    case Verdict::Cut:
        return "cut";
    case Verdict::Invalid:
        return "invalid";
    case Verdict::Unverifiable:
        break;
    }
    return "unverifiable";
}

VerdictReport judgeGradient(const VerdictSubject& subject)
{
    return Judge(subject).run();
}

}
