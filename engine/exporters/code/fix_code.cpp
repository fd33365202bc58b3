#include "engine/exporters/code/fix_code.h"

#include "engine/base/text.h"
#include "engine/exporters/code/fix_module.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace backstep {

namespace {

using SizeRule = std::function<int64_t(int64_t)>;

ValueId referenceOf(const OpFragment& fragment)
{
    for (const FragmentInput& input : fragment.inputs)
        if (isFloating(fragment.graph.value(input.value).type.dtype))
            return input.value;
    return kNoValue;
}

Result<PrintedCode> printForward(const OpFragment& fragment, Framework framework)
{
    std::vector<NamedValue> given, results;
    for (const FragmentInput& input : fragment.inputs)
        given.push_back({input.value, input.name});
    for (const FragmentOutput& output : fragment.outputs)
        results.push_back({output.value, output.name});
    return CodePrinter(fragment.graph, framework, given, referenceOf(fragment)).print(results);
}

Result<PrintedCode> printBackward(const OpFragment& fragment, Framework framework)
{
    std::vector<NamedValue> given, results;
    ValueId reference = kNoValue;
    for (const FragmentInput& input : fragment.inputs)
        given.push_back({input.value, input.name});
    for (const FragmentOutput& output : fragment.outputs) {
        const bool isInput =
            std::any_of(fragment.inputs.begin(), fragment.inputs.end(),
                        [&](const FragmentInput& input) { return input.value == output.value; });
        if (!isInput)
            given.push_back({output.value, output.name});
    }
    for (const FragmentOutput& output : fragment.outputs)
        if (output.cotangent != kNoValue) {
            given.push_back({output.cotangent, "d" + output.name});
            if (reference == kNoValue)
                reference = output.cotangent;
        }
    for (size_t i = 0; i < fragment.inputs.size(); ++i)
        results.push_back({fragment.gradients[i], "d" + fragment.inputs[i].name});
    return CodePrinter(fragment.graph, framework, given, reference).print(results);
}

/// The forward is spelled with a function that the framework does not differentiate.
bool lacksRule(const OpFragment& fragment, Framework framework)
{
    for (const NodeId id : fragment.graph.nodeIds())
        if (const Node& node = fragment.graph.node(id);
            framework == Framework::TensorFlow && node.op.is("Mod") &&
            node.origin.phase == Phase::Forward && node.attributes.integer("fmod", 0) != 0)
            return true;
    return false;
}

struct PrintedFix {
    OpFragment fragment;
    PrintedCode forward, backward;
};

Result<PrintedFix> printedAt(const FixSubject& subject, Framework framework, const SizeRule& sizes)
{
    Result<OpFragment> fragment = fragmentOf(subject, sizes);
    if (!fragment)
        return fragment.takeError();
    Result<PrintedCode> forward = printForward(*fragment, framework);
    if (!forward)
        return forward.takeError();
    if (subject.gradientText.empty() && lacksRule(*fragment, framework))
        return Error{"no-gradient",
                     "TensorFlow has no gradient for tf.truncatemod: with this forward nothing in "
                     "front of the op would learn there.",
                     "Write it with other functions, or attach a gradient to the op, too."};
    if (subject.gradientText.empty())
        return PrintedFix{std::move(*fragment), std::move(*forward), {}};
    Result<PrintedCode> backward = printBackward(*fragment, framework);
    if (!backward)
        return backward.takeError();
    return PrintedFix{std::move(*fragment), std::move(*forward), std::move(*backward)};
}

bool isSameCode(const Result<PrintedFix>& other, const PrintedFix& fix)
{
    return other && other->forward.lines == fix.forward.lines &&
           other->backward.lines == fix.backward.lines &&
           other->backward.results == fix.backward.results;
}

/// The sizes of an op's inputs that are not 1.
std::set<int64_t> sizesOf(const FixSubject& subject)
{
    std::set<int64_t> sizes;
    for (const ValueId input : subject.node.inputs)
        if (input != kNoValue)
            for (const int64_t size : subject.graph.value(input).type.shape)
                if (size > 1)
                    sizes.insert(size);
    return sizes;
}

/// The sizes that the code holds: with another one it would be other code.
std::set<int64_t> boundSizes(const FixSubject& subject, Framework framework, const PrintedFix& fix)
{
    std::set<int64_t> bound;
    for (const int64_t size : sizesOf(subject)) {
        const Result<PrintedFix> other = printedAt(
            subject, framework, [size](int64_t each) { return each == size ? each + 97 : each; });
        if (!isSameCode(other, fix))
            bound.insert(size);
    }
    return bound;
}

/// The smallest size that is free becomes 2, the next 3..., past those that are bound.
SizeRule smallSizes(const FixSubject& subject, const std::set<int64_t>& bound)
{
    std::map<int64_t, int64_t> small;
    int64_t next = 2;
    for (const int64_t size : sizesOf(subject)) {
        while (bound.contains(next))
            ++next;
        small[size] = bound.contains(size) ? size : next++;
    }
    return [small = std::move(small)](int64_t size) {
        const auto found = small.find(size);
        return found == small.end() ? size : found->second;
    };
}

/// Refuses inputs whose sizes are not those that the code holds.
std::vector<std::string> guardLines(const OpFragment& fragment, const std::set<int64_t>& bound)
{
    std::vector<std::string> lines;
    for (const FragmentInput& input : fragment.inputs) {
        const Shape& shape = fragment.graph.value(input.value).type.shape;
        for (int axis = 0; axis < shape.rank(); ++axis) {
            if (!bound.contains(shape[axis]))
                continue;
            lines.push_back(fmt::format("if {}.shape[{}] != {}:", input.name, axis, shape[axis]));
            lines.push_back(fmt::format("    raise ValueError(f\"{} is {{tuple({}.shape)}}; the "
                                        "code was written for {} at axis {}\")",
                                        input.name, input.name, shape[axis], axis));
        }
    }
    return lines;
}

/// What the backward pass reads that is no cotangent, in the order of the arguments.
std::vector<std::string> savedNames(const FixModule& module)
{
    std::vector<std::string> saved;
    for (const auto* names : {&module.inputs, &module.outputs})
        for (const std::string& name : *names)
            if (module.backward.read.contains(name) &&
                std::find(saved.begin(), saved.end(), name) == saved.end())
                saved.push_back(name);
    return saved;
}

std::vector<std::string> aboutLines(const FixSubject& subject, const OpFragment& fragment)
{
    std::vector<std::string> lines = subject.about;
    const auto addGiven = [&](const char* title, const std::string& text) {
        if (text.empty())
            return;
        lines.push_back(title);
        for (const std::string& line : split(text, '\n'))
            lines.push_back("    " + printable(line));
    };
    addGiven("Gradient as given:", subject.gradientText);
    addGiven("Forward as given:", subject.forwardText);
    for (const FragmentInput& input : fragment.inputs)
        if (!input.weight.empty())
            lines.push_back(fmt::format("{} is the weight '{}' of the model.", input.name,
                                        printable(input.weight)));
    lines.insert(lines.end(), fragment.notes.begin(), fragment.notes.end());
    if (fragment.isMadeFloating)
        lines.push_back("The op gives integers, which carry no gradient in any framework: this "
                        "gives the same numbers as floats.");
    return lines;
}

constexpr int64_t kMostSampled = 20'000;

int64_t elementCount(const OpFragment& fragment)
{
    int64_t count = 0;
    for (const FragmentInput& input : fragment.inputs)
        count += fragment.graph.value(input.value).type.shape.count();
    for (const FragmentOutput& output : fragment.outputs)
        count += fragment.graph.value(output.value).type.shape.count();
    return count;
}

/// The code, and the fragment that its test runs: of small sizes where the code holds for any.
Result<FixModule> moduleOf(const FixSubject& subject, Framework framework)
{
    Result<PrintedFix> fix = printedAt(subject, framework, [](int64_t size) { return size; });
    if (!fix)
        return fix.takeError();
    FixModule module;
    module.about = aboutLines(subject, fix->fragment);
    const std::set<int64_t> bound = boundSizes(subject, framework, *fix);
    if (!bound.empty()) {
        module.guard = guardLines(fix->fragment, bound);
        module.about.push_back("It holds for the sizes that it checks alone: they are part of it.");
    }
    // The framework's own derivative is compared in float64: in float32 1 - y^2 loses its digits
    // where a sharp tanh comes near 1, another way in each framework.
    FixSubject sampled = subject;
    sampled.isWide = subject.gradientText.empty();
    Result<PrintedFix> smaller = printedAt(sampled, framework, smallSizes(subject, bound));
    module.fragment =
        isSameCode(smaller, *fix) ? std::move(smaller->fragment) : std::move(fix->fragment);
    module.forward = std::move(fix->forward);
    module.backward = std::move(fix->backward);
    module.hasGradient = !subject.gradientText.empty();
    if (elementCount(module.fragment) > kMostSampled)
        return Error{"not-exportable",
                     "The sizes are part of this gradient, and they are too large for a test that "
                     "is text.",
                     "Make them smaller with --dim, or write the gradient without sizes."};
    Result<SamplePoint> sample = sampleOf(module.fragment);
    if (!sample)
        return sample.takeError();
    module.sample = std::move(*sample);
    if (!module.sample.isLive)
        module.about.push_back("At the numbers of the test this gradient is 0 everywhere: there it "
                               "cannot be told from none.");
    return module;
}

}

Result<std::string> fixAsCode(const FixSubject& subject, Framework framework)
{
    Result<FixModule> made = moduleOf(subject, framework);
    if (!made)
        return made.takeError().during(fmt::format("writing '{}' ({}) as code",
                                                   printable(subject.node.origin.name),
                                                   printable(subject.node.op.type)));
    FixModule& module = *made;
    module.function = functionName(subject.node.op.type);
    module.klass = className(subject.node.op.type);
    const Graph& graph = module.fragment.graph;
    for (const FragmentInput& input : module.fragment.inputs) {
        module.inputs.push_back(input.name);
        module.isFloatingInput.push_back(isFloating(graph.value(input.value).type.dtype));
    }
    for (const FragmentOutput& output : module.fragment.outputs) {
        module.outputs.push_back(output.name);
        module.cotangents.push_back("d" + output.name);
    }
    module.saved = savedNames(module);
    switch (framework) {
    case Framework::TensorFlow:
        return kerasModule(module);
    case Framework::PyTorch:
        return torchModule(module);
    case Framework::Jax:
        break;
    }
    return jaxModule(module);
}

}
