// Gradient of ai.onnx.preview.training: the derivatives that it asks for, built in its place of the
// rules of the ops between its variables and y.

#include "engine/autodiff/adjoint_pass.h"
#include "engine/autodiff/reach.h"
#include "engine/base/text.h"
#include "engine/importers/onnx_scope.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/gradient_scope.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

Error noWayThrough(const Node& node)
{
    if (!node.problem)
        return {
            "unsupported",
            fmt::format("the derivative leads through {} '{}', which has no rule that can stand "
                        "in a graph's own gradient",
                        printable(node.op.type), printable(node.origin.name))};
    std::string_view why = node.problem->message; // a sentence, here a part of one
    if (why.ends_with('.'))
        why.remove_suffix(1);
    return {"unsupported",
            fmt::format("the derivative leads through what cannot be computed: {}", why)};
}

/// Carries ones back from y through the ops of one region and their bodies; the sum of y's elements
/// is what is differentiated. The cotangent of a variable goes no further: it is independent.
class Sweep : private AdjointPass
{
public:
    Sweep(GraphBuilder& builder, std::span<const ValueId> variables)
        : AdjointPass(builder.graph()), m_builder(builder),
          m_variables(variables.begin(), variables.end()),
          m_dependent(reachableFrom(variables, builder.graph(), {}, {}, builder.region())),
          m_context{builder.region(), builder.region(), {}, {}}
    {}

    Result<void> run(const Value& y)
    {
        if (isEmitted(y.id()))
            addPart(m_context, y.id(), filled(m_builder, 1, y.dtype(), y.shape()));
        emitRegion(m_context);
        return error() ? Result<void>(Error(*error())) : Result<void>();
    }

    /// How many ops it may lead through.
    int64_t length() const { return lengthOf(m_context.forward); }

    /// Of a variable: zeros where y does not depend on it.
    Value cotangent(const Value& x)
    {
        const Value own = total(m_context, x.id(), builderFor(m_context.backward, kNoNode));
        if (own.isPresent())
            return m_builder.use(own.id());
        const auto found = m_context.captured.find(x.id());
        return found == m_context.captured.end() ? filled(m_builder, 0, x.dtype(), x.shape())
                                                 : addedUp(m_builder, found->second);
    }

private:
    bool isEmitted(ValueId value) const override
    {
        return m_dependent.contains(value) && isFloating(graph().value(value).type.dtype);
    }
    bool isIndependent(ValueId value) const override { return m_variables.contains(value); }
    GraphBuilder builderFor(RegionId region, NodeId) override
    {
        return {graph(), region, m_builder.origin()};
    }

    void emitNode(Context& context, const Node& forward) override
    {
        const Node node = forward; // the arena moves while nodes are added
        GraphBuilder builder = builderFor(context.backward, node.id);
        const std::vector<Value> arriving = cotangentsOf(context, node, builder);
        const OpDef* def = operators().find(node.op);
        if (arriving.empty() || (def && (def->gradient.isZero() || def->gradient.isDeclaredNone())))
            return;
        if (!def || node.problem || !def->gradient.function()) {
            keepError(noWayThrough(node));
            return;
        }
        std::vector<bool> wanted;
        for (ValueId input : node.inputs)
            wanted.push_back(input != kNoValue && isEmitted(input));
        GradientScope scope(
            builder, node, *def, arriving, wanted,
            [&](size_t input, const Value& part) { addPart(context, node.inputs[input], part); });
        def->gradient.function()(scope);
        keepError(builder.error());
    }

    int64_t lengthOf(RegionId region) const
    {
        const std::vector<NodeId>& nodes = graph().region(region).nodes;
        auto length = static_cast<int64_t>(nodes.size());
        for (NodeId id : nodes)
            if (const Node& node = graph().node(id); node.isScan())
                length += lengthOf(node.body);
        return length;
    }

    GraphBuilder& m_builder;
    const std::set<ValueId> m_variables;
    const std::unordered_set<ValueId> m_dependent; ///< on a variable
    Context m_context;
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
