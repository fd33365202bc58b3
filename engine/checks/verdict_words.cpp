// What a verdict says to people.

#include "engine/checks/gradient_verdict.h"

#include "engine/base/text.h"
#include "engine/diagnostics/surrogates.h"

#include <fmt/format.h>

#include <cmath>

namespace backstep {

namespace {

/// "t3 [17, 41]", "[0, 2]": the index alone, the input's name where the op has several.
std::string whereText(const GradientDifference& difference, const Node& node)
{
    std::string text;
    for (int level = 0; level < difference.at.at.depth; ++level)
        text += fmt::format("t{} ", difference.at.at.t[static_cast<size_t>(level)]);
    const size_t bracket = difference.element.find('[');
    const bool isShort = node.inputs.size() == 1 && bracket != std::string::npos;
    return text + printable(isShort ? difference.element.substr(bracket) : difference.element);
}

/// How near it comes to what it equals.
std::string nearnessText(const GradientDifference& difference, const Node& node)
{
    if (difference.size == 0)
        return " at every element";
    return fmt::format("; the largest difference is {:.2g}, at {}", difference.size,
                       whereText(difference, node));
}

/// "0.368 against 0.420"; more digits where three do not tell them apart.
std::string pairText(double given, double expected)
{
    for (const int digits : {3, 5, 9, 17}) {
        const std::string one = fmt::format("{:.{}g}", given, digits),
                          other = fmt::format("{:.{}g}", expected, digits);
        if (one != other)
            return one + " against " + other;
    }
    return fmt::format("{:.3g}", given);
}

std::string knownSentence(const VerdictReport& verdict, const Node& node)
{
    if (!verdict.known)
        return {};
    const KnownMatch& known = *verdict.known;
    const std::string times = known.factor == 1 ? "" : fmt::format("{:.6g} times ", known.factor);
    return fmt::format(" Equals {}the gradient of {}{}.", times, known.function,
                       nearnessText(verdict.fromKnown, node));
}

/// "tanh has dx = dy * (1 - tanh(x)**2)", where the table knows the op.
std::string ownGradient(const std::string& function)
{
    for (const KnownGradient& known : knownGradients())
        if (known.function == function)
            return fmt::format("{} has dx = {}", function, known.gradient);
    return "it is not the derivative of " + function;
}

std::string mismatchSentence(const VerdictReport& verdict, const Node& node)
{
    const GradientDifference& largest = verdict.fromDerivative;
    std::string text = "Does not match: " + ownGradient(lowered(node.op.type)) + ".";
    text += fmt::format(" Largest difference on {} {:.2g}, at {}: {}",
                        verdict.isOnDrawnValues ? "drawn values" : "this data", largest.size,
                        whereText(largest, node), pairText(largest.given, largest.expected));
    text += largest.isForOnes ? fmt::format(", where x = {:.4g}.", largest.x)
                              : std::string(" for a random dy.");
    if (verdict.factor == -1.0)
        text += " It is the derivative with the wrong sign.";
    else if (verdict.factor)
        text += fmt::format(" It is {:.6g} times the derivative.", *verdict.factor);
    return text;
}

std::string flatSentence(const VerdictReport& verdict, const Node& node)
{
    const GradientDifference& largest = verdict.fromDerivative;
    const std::string place =
        largest.isForOnes ? fmt::format(": {} at x = {:.3g}",
                                        pairText(largest.given, largest.expected), largest.x)
                          : std::string();
    return fmt::format("Differs from the derivative of {}, as a surrogate must{}.",
                       lowered(node.op.type), place);
}

std::string correctness(const VerdictReport& verdict, const Node& node)
{
    switch (verdict.verdict) {
    case Verdict::Exact:
        if (!verdict.hasDerivative)
            return fmt::format("Equals the slopes of {}, found by differences.",
                               lowered(node.op.type));
        return fmt::format("Equals the derivative of {}{}.", lowered(node.op.type),
                           nearnessText(verdict.fromDerivative, node));
    case Verdict::Surrogate:
    case Verdict::Differs:
        return (verdict.isFlat ? flatSentence(verdict, node) : mismatchSentence(verdict, node)) +
               (verdict.factor ? std::string() : knownSentence(verdict, node));
    case Verdict::Cut:
        return fmt::format("Cut on purpose: no gradient goes back through {}.",
                           lowered(node.op.type));
    case Verdict::Invalid:
        return fmt::format("Cannot stand: {}.", verdict.why);
    case Verdict::Unverifiable:
        break;
    }
    return fmt::format("Cannot be proven: {}.", verdict.why) + knownSentence(verdict, node);
}

}

std::string sentenceOf(const VerdictReport& verdict, const Node& node)
{
    std::string text = correctness(verdict, node);
    if (!verdict.hasBehaviour)
        return text;
    if (verdict.behaviour.live == 0)
        text += " Dead: no element gets any gradient.";
    if (!verdict.behaviour.isLinear)
        text += " Not linear in dy.";
    if (!verdict.behaviour.isZeroAtZero)
        text += " Makes gradient out of nothing: not zero at dy = 0.";
    return text;
}

std::string shortWords(const VerdictReport& verdict)
{
    const std::string name(nameOf(verdict.verdict));
    const bool isKnown =
        verdict.known && verdict.known->factor == 1 &&
        (verdict.verdict == Verdict::Differs || verdict.verdict == Verdict::Surrogate);
    return isKnown ? fmt::format("{}: exact gradient of {}", name, verdict.known->function) : name;
}

}
