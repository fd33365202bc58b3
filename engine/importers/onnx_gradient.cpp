// Gradient of ai.onnx.preview.training: the derivatives that it asks for, built of the rules of the
// ops between its variables and y, in its place.

#include "engine/base/text.h"
#include "engine/importers/onnx_scope.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/gradient_scope.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

/// One sweep backwards through the ops of a region. The cotangent of a variable goes no further: it
/// is independent, whatever made it.
class Sweep
{
public:
    Sweep(GraphBuilder& builder, std::span<const ValueId> variables)
        : m_builder(builder), m_variables(variables.begin(), variables.end()),
          m_dependent(variables.begin(), variables.end()),
          m_nodes(builder.graph().region(builder.region()).nodes)
    {
        for (NodeId id : m_nodes) {
            const Node& node = builder.graph().node(id);
            const std::set<ValueId> reads = builder.graph().reads(id);
            if (std::any_of(reads.begin(), reads.end(),
                            [&](ValueId read) { return m_dependent.contains(read); }))
                m_dependent.insert(node.outputs.begin(), node.outputs.end());
        }
    }

    /// Carries ones back from y; the sum of its elements is what is differentiated.
    Result<void> run(const Value& y)
    {
        m_cotangents[y.id()] = filled(m_builder, 1, y.dtype(), y.shape());
        for (auto id = m_nodes.rbegin(); id != m_nodes.rend(); ++id)
            if (Result<void> passed = pass(Node(m_builder.graph().node(*id))); !passed)
                return passed;
        return {};
    }

    int64_t length() const { return static_cast<int64_t>(m_nodes.size()); }

    /// Of a variable: zeros where y does not depend on it.
    Value cotangent(const Value& x) const
    {
        const auto found = m_cotangents.find(x.id());
        return found == m_cotangents.end() ? filled(m_builder, 0, x.dtype(), x.shape())
                                           : found->second;
    }

private:
    Result<void> pass(const Node& node)
    {
        std::vector<Value> arriving;
        bool isReached = false;
        for (ValueId output : node.outputs) {
            const auto found = m_cotangents.find(output);
            const bool arrives = found != m_cotangents.end() && !m_variables.contains(output) &&
                                 m_dependent.contains(output);
            arriving.push_back(arrives ? found->second : Value());
            isReached = isReached || arrives;
        }
        const OpDef* def = operators().find(node.op);
        if (!isReached || (def && (def->gradient.isZero() || def->gradient.isDeclaredNone())))
            return {};
        if (!def || node.problem || node.isScan() || !def->gradient.function())
            return Error{"unsupported",
                         fmt::format("the derivative leads through {} '{}', which has no rule "
                                     "that can stand in a graph's own gradient",
                                     printable(node.op.type), printable(node.origin.name))};
        std::vector<bool> wanted;
        for (ValueId input : node.inputs)
            wanted.push_back(m_dependent.contains(input) &&
                             isFloating(m_builder.graph().value(input).type.dtype));
        GradientScope scope(m_builder, node, *def, arriving, wanted,
                            [&](size_t input, const Value& part) {
                                Value& all = m_cotangents[node.inputs[input]];
                                all = all.isPresent() ? all + part : part;
                            });
        def->gradient.function()(scope);
        return m_builder.error() ? Result<void>(Error(*m_builder.error())) : Result<void>();
    }

    GraphBuilder& m_builder;
    const std::set<ValueId> m_variables;
    std::set<ValueId> m_dependent; ///< on a variable
    const std::vector<NodeId> m_nodes;
    std::map<ValueId, Value> m_cotangents;
};

Error tooManyNodes()
{
    return {"unsupported", "derivatives of derivatives have grown to more ops than are read"};
}

/// Attributes xs and zs, and y.
struct GradientForm {
    std::vector<std::string> variables; ///< xs, then zs
    size_t differentiated = 0;          ///< how many of them are xs
    std::string y;
};

Result<GradientForm> formOf(const onnx::NodeProto& node, const Attributes& attributes)
{
    GradientForm form;
    form.variables = attributes.texts("xs");
    form.differentiated = form.variables.size();
    const std::vector<std::string> fixed = attributes.texts("zs");
    form.variables.insert(form.variables.end(), fixed.begin(), fixed.end());
    form.y = attributes.text("y", "");
    if (form.y.empty() || form.differentiated == 0)
        return Error{"unsupported", "attributes 'xs' and 'y' name no tensors"};
    if (static_cast<size_t>(node.input_size()) != form.variables.size() ||
        static_cast<size_t>(node.output_size()) > form.differentiated)
        return Error{"unsupported",
                     fmt::format("it has {} inputs and {} outputs for {} tensors in xs and zs",
                                 node.input_size(), node.output_size(), form.variables.size())};
    return form;
}

/// Builds the derivatives of y, as `inside` names it, and names them in `scope`.
Result<void> differentiated(OnnxReader& reader, const GradientForm& form,
                            const onnx::NodeProto& node, const std::vector<ValueId>& variables,
                            OnnxScope& inside, OnnxScope& scope, GraphBuilder& builder)
{
    const Value y = builder.use(inside.find(form.y));
    if (!y.isPresent() || !isFloating(y.dtype()))
        return Error{"unsupported",
                     fmt::format("y is '{}', which is no tensor of floats", printable(form.y))};
    Sweep sweep(builder, variables);
    if (!reader.mayUnroll(sweep.length()))
        return tooManyNodes();
    if (Result<void> swept = sweep.run(y); !swept)
        return swept;
    for (int i = 0; i < node.output_size(); ++i) {
        if (node.output(i).empty())
            continue;
        const Value x = builder.use(variables[static_cast<size_t>(i)]);
        const Value dx = builder.add("Identity", {sweep.cotangent(x)});
        builder.graph().editValue(dx.id()).name = node.output(i);
        scope.set(node.output(i), dx.id());
    }
    return {};
}

}

Result<void> readGradient(OnnxReader& reader, const onnx::NodeProto& node,
                          const Attributes& attributes, OnnxScope& scope, GraphBuilder& builder)
{
    Result<GradientForm> form = formOf(node, attributes);
    if (!form)
        return form.takeError();
    bool isElsewhere = false; // a variable gets another value than its own
    std::vector<ValueId> variables;
    for (size_t i = 0; i < form->variables.size(); ++i) {
        const std::string& given = node.input(static_cast<int>(i));
        variables.push_back(scope.find(given));
        if (variables.back() == kNoValue)
            return Error{"unsupported", fmt::format("it reads '{}', which nothing in the file "
                                                    "defines",
                                                    printable(given))};
        isElsewhere = isElsewhere || variables.back() != scope.find(form->variables[i]);
    }
    const OnnxReader::Mark before = reader.mark(scope);
    const Origin outer = builder.origin();
    builder.origin() = reader.originOf(node, reader.bodyLayer());
    builder.origin().source = "Gradient";
    OnnxScope inside(&scope);
    Result<void> done;
    if (isElsewhere) {
        // Variables of one value are still two: each gets a value of its own.
        for (size_t i = 0; i < variables.size(); ++i) {
            variables[i] = builder.add("Identity", {builder.use(variables[i])}).id();
            inside.set(form->variables[i], variables[i]);
        }
        done = reader.readAgain(form->y, form->variables, inside, builder);
    }
    if (done)
        done = differentiated(reader, *form, node, variables, inside, scope, builder);
    builder.origin() = outer;
    if (!done)
        reader.takeBack(before, scope);
    return done;
}

Result<void> OnnxReader::readAgain(const std::string& y, const std::vector<std::string>& variables,
                                   OnnxScope& inside, GraphBuilder& builder)
{
    Result<std::vector<const onnx::NodeProto*>> nodes = ordered(m_model.graph());
    if (!nodes)
        return nodes.takeError();
    std::set<std::string> wanted{y};
    const auto makesWanted = [&](const onnx::NodeProto& node) {
        return std::any_of(node.output().begin(), node.output().end(), [&](const auto& output) {
            return wanted.contains(output) &&
                   std::find(variables.begin(), variables.end(), output) == variables.end();
        });
    };
    std::vector<const onnx::NodeProto*> path;
    for (auto node = nodes->rbegin(); node != nodes->rend(); ++node)
        if (makesWanted(**node)) {
            path.insert(path.begin(), *node);
            for (const std::string& read : readsOf(**node))
                wanted.insert(read);
        }
    if (path.empty())
        return Error{"unsupported", fmt::format("'{}' is made inside a body, where it cannot be "
                                                "computed again for other values",
                                                printable(y))};
    if (!mayUnroll(static_cast<int64_t>(path.size())))
        return tooManyNodes();
    for (const onnx::NodeProto* node : path)
        if (Result<void> read = readNode(*node, inside, builder); !read)
            return read;
    return {};
}

}
