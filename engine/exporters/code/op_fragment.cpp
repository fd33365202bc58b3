#include "engine/exporters/code/op_fragment.h"

#include "engine/base/text.h"
#include "engine/checks/checked_function.h"
#include "engine/exporters/code/python_text.h"
#include "engine/exporters/export_form.h"
#include "engine/expressions/expression.h"
#include "engine/ops/function_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace backstep {

namespace {

std::string numbered(const char* letter, size_t index, size_t count)
{
    return count == 1 ? letter : letter + std::to_string(index);
}

/// Builds one fragment; every step does nothing after an error.
class FragmentBuilder
{
public:
    FragmentBuilder(const FixSubject& subject, const std::function<int64_t(int64_t)>& sizeFor)
        : m_subject(subject), m_node(subject.node), m_sizeFor(sizeFor),
          m_builder(m_fragment.graph, kTopRegion, subject.node.origin)
    {}

    Result<OpFragment> built()
    {
        keepConstantSizes();
        addInputs();
        addWeights();
        if (Result<void> done = addForward(); !done)
            return done.takeError();
        keepReadWeights();
        addOutputs();
        if (Result<void> done = m_subject.gradientText.empty() ? addDerivative() : addGradient();
            !done)
            return done.takeError();
        if (m_builder.error())
            return *m_builder.error();
        return finished();
    }

private:
    /// What stands in a constant cannot be another size.
    void keepConstantSizes()
    {
        for (const ValueId input : m_node.inputs)
            if (isConstant(input))
                for (const int64_t size : m_subject.graph.value(input).type.shape)
                    m_fixedSizes.insert(size);
    }

    bool isConstant(ValueId value) const
    {
        return value != kNoValue && m_subject.graph.value(value).kind == ValueKind::Constant;
    }

    TensorType sized(TensorType type) const
    {
        if (type.dtype == DType::Undefined)
            type.dtype = DType::Float32; // as the editor reads it (SEMANTICS R16)
        if (m_subject.isWide && isFloating(type.dtype))
            type.dtype = DType::Float64;
        for (int axis = 0; axis < type.shape.rank(); ++axis)
            if (!m_fixedSizes.contains(type.shape[axis]))
                type.shape[axis] = m_sizeFor(type.shape[axis]);
        return type;
    }

    Tensor contentOf(ValueId constant) const
    {
        const Tensor& content = m_subject.graph.value(constant).content;
        return m_subject.isWide && isFloating(content.dtype()) ? content.converted(DType::Float64)
                                                               : content;
    }

    Value declared(const std::string& name, const TensorType& type)
    {
        ValueInfo info;
        info.kind = ValueKind::Input;
        info.type = type;
        info.name = name;
        return m_builder.declare(std::move(info));
    }

    std::string portName(size_t input) const
    {
        const OpDef* def = operators().find(m_node.op);
        const Port* port = def ? def->inputPort(input) : nullptr;
        const bool isPlain = port && port->arity != Port::Arity::Many;
        return isPlain ? port->name : "x" + std::to_string(input);
    }

    void addInputs()
    {
        const auto isVariable = [&](ValueId value) {
            return value != kNoValue && !isConstant(value);
        };
        const auto count = std::count_if(m_node.inputs.begin(), m_node.inputs.end(), isVariable);
        for (size_t i = 0; i < m_node.inputs.size(); ++i) {
            const ValueId value = m_node.inputs[i];
            m_op.inputNames.push_back(portName(i));
            if (!isVariable(value)) {
                m_op.inputs.push_back(value == kNoValue ? Value()
                                                        : m_builder.constant(contentOf(value)));
                continue;
            }
            const std::string port = portName(i);
            const std::string name = count == 1 ? "x" : isPythonName(port) ? port : "x" + port;
            m_op.inputs.push_back(declared(name, sized(m_subject.graph.value(value).type)));
            m_fragment.inputs.push_back({name, m_op.inputs.back().id(), i});
            if (m_reference == DType::Undefined && isFloating(m_op.inputs.back().dtype()))
                m_reference = m_op.inputs.back().dtype();
        }
    }

    void addWeights()
    {
        for (const auto& [name, type] : m_subject.weights) {
            if (m_subject.forwardText.find(lastPart(name)) == std::string::npos)
                continue;
            const Value weight = declared(name, sized(type));
            m_op.more.try_emplace(name, weight);
            m_fragment.inputs.push_back({argumentName(name), weight.id(), 0, name});
        }
    }

    /// As an argument: "kernel" of "lstm/kernel".
    std::string argumentName(const std::string& weight) const
    {
        std::string name(lastPart(weight));
        const auto isTaken = [&](const FragmentInput& input) { return input.name == name; };
        if (!isPythonName(name))
            name = "weight";
        while (std::any_of(m_fragment.inputs.begin(), m_fragment.inputs.end(), isTaken))
            name += "_";
        return name;
    }

    void keepReadWeights()
    {
        std::set<ValueId> read;
        for (const NodeId id : m_fragment.graph.nodeIds())
            for (const ValueId input : m_fragment.graph.node(id).inputs)
                read.insert(input);
        for (const Value& output : m_op.outputs)
            read.insert(output.id());
        std::erase_if(m_fragment.inputs, [&](const FragmentInput& input) {
            return !input.weight.empty() && !read.contains(input.value);
        });
    }

    Result<void> addForward()
    {
        if (m_subject.forwardText.empty() && operators().find(m_node.op)) {
            m_op.outputs =
                m_builder.addAll(m_node.op, m_op.inputs, m_node.attributes, m_node.outputs.size());
            return m_builder.error() ? Result<void>(*m_builder.error()) : Result<void>();
        }
        // A pasted gradient may say what the op computes, too.
        const Result<Expression> expression =
            parse(m_subject.forwardText.empty() ? m_subject.gradientText : m_subject.forwardText);
        if (!expression)
            return expression.error();
        if (m_subject.forwardText.empty() && !expression->hasForward())
            return Error{"not-exportable",
                         fmt::format("What '{}' ({}) computes is not known, so it cannot be "
                                     "written as code.",
                                     printable(m_node.origin.name), printable(m_node.op.type)),
                         fmt::format("Give it a meaning: --forward '{}=EXPRESSION'.",
                                     printable(m_node.op.type))};
        Result<std::vector<Value>> made =
            lowerForward(*expression, m_op, m_node.outputs.size(), m_builder);
        if (!made)
            return made.takeError();
        m_op.outputs = std::move(*made);
        return {};
    }

    /// Integers carry no cotangent in any framework: where the op has nothing else, the function
    /// gives the same numbers as floats.
    void addOutputs()
    {
        const bool isAnyFloating =
            std::any_of(m_op.outputs.begin(), m_op.outputs.end(),
                        [](const Value& value) { return isFloating(value.dtype()); });
        m_fragment.isMadeFloating = !isAnyFloating && m_reference != DType::Undefined;
        for (size_t i = 0; i < m_op.outputs.size(); ++i) {
            FragmentOutput output{numbered("y", i, m_op.outputs.size())};
            Value& y = m_op.outputs[i];
            if (m_fragment.isMadeFloating)
                y = castTo(y, m_reference);
            output.value = y.id();
            m_fragment.outputs.push_back(output);
        }
    }

    void addCotangents()
    {
        for (size_t i = 0; i < m_op.outputs.size(); ++i) {
            const Value& y = m_op.outputs[i];
            Value dy;
            if (y.isPresent() && isFloating(y.dtype()))
                dy = declared(numbered("dy", i, m_op.outputs.size()), y.type());
            m_op.cotangents.push_back(dy);
            m_fragment.outputs[i].cotangent = dy.id();
        }
    }

    /// The backward pass of the forward as it stands: it is not written, the test compares with it.
    Result<void> addDerivative()
    {
        CheckedFunction function{std::move(m_fragment.graph), {}, {}, {}};
        for (const FragmentOutput& output : m_fragment.outputs)
            function.graph.outputs.push_back({output.name, output.value});
        Result<WeighedGradient> whole = withGradient(function);
        if (!whole)
            return whole.takeError();
        m_fragment.graph = std::move(whole->whole.graph);
        m_fragment.graph.outputs.clear();
        for (FragmentOutput& output : m_fragment.outputs)
            for (size_t i = 0; i < whole->results.size(); ++i)
                if (whole->results[i] == output.value)
                    output.cotangent = whole->weights[i];
        for (const FragmentInput& input : m_fragment.inputs) {
            const auto found = whole->whole.cotangents.find(input.value);
            m_fragment.gradients.push_back(found == whole->whole.cotangents.end() ? kNoValue
                                                                                  : found->second);
        }
        return {};
    }

    Result<void> addGradient()
    {
        addCotangents();
        const Result<Expression> expression = parse(m_subject.gradientText);
        if (!expression)
            return expression.error();
        Result<LoweredGradient> lowered = lowerGradient(*expression, m_op, m_builder);
        if (!lowered)
            return lowered.takeError();
        m_fragment.notes = std::move(lowered->notes);
        for (const FragmentInput& input : m_fragment.inputs)
            m_fragment.gradients.push_back(
                input.weight.empty() ? lowered->cotangents[input.input].id() : kNoValue);
        return {};
    }

    /// Helper ops opened; the results' ids may change by that.
    Result<OpFragment> finished()
    {
        std::vector<ValueId*> results;
        for (FragmentOutput& output : m_fragment.outputs)
            results.push_back(&output.value);
        for (ValueId& gradient : m_fragment.gradients)
            results.push_back(&gradient);
        for (const ValueId* result : results)
            m_fragment.graph.outputs.push_back({"", *result});
        Result<Graph> formed = inExportForm(std::move(m_fragment.graph), Cuts::Keep);
        if (!formed) // a helper op that is made of nothing else: it draws
            return Error{"no-spelling",
                         fmt::format("{} has no form as code: a draw depends on the run.",
                                     printable(m_node.op.type)),
                         "Give it a forward of other functions: --forward 'OP=EXPRESSION'."};
        m_fragment.graph = std::move(*formed);
        for (size_t i = 0; i < results.size(); ++i)
            *results[i] = m_fragment.graph.outputs[i].value;
        return std::move(m_fragment);
    }

    const FixSubject& m_subject;
    const Node& m_node;
    const std::function<int64_t(int64_t)>& m_sizeFor;
    OpFragment m_fragment;
    GraphBuilder m_builder;
    OpValues m_op;
    std::set<int64_t> m_fixedSizes{0, 1};
    DType m_reference = DType::Undefined;
};

}

Result<OpFragment> fragmentOf(const FixSubject& subject,
                              const std::function<int64_t(int64_t)>& sizeFor)
{
    return FragmentBuilder(subject, sizeFor).built();
}

}
