#include "engine/ops/gradient_scope.h"

#include <fmt/format.h>

namespace backstep {

GradientScope::GradientScope(GraphBuilder& builder, const Node& node, const OpDef& def,
                             std::vector<Value> cotangents, std::vector<bool> wanted,
                             Contribute contribute)
    : m_builder(builder), m_node(node), m_def(def), m_cotangents(std::move(cotangents)),
      m_wanted(std::move(wanted)), m_contribute(std::move(contribute))
{}

namespace {
size_t portNumber(const std::vector<Port>& ports, std::string_view name)
{
    for (size_t i = 0; i < ports.size(); ++i)
        if (ports[i].name == name)
            return i;
    assert(false && "a gradient rule names a port that its op does not have");
    return 0;
}
}

size_t GradientScope::inputNumber(std::string_view name) const
{
    return portNumber(m_def.inputs, name);
}

size_t GradientScope::outputNumber(std::string_view name) const
{
    return portNumber(m_def.outputs, name);
}

Value GradientScope::input(size_t index) const
{
    return index < m_node.inputs.size() ? m_builder.use(m_node.inputs[index]) : Value();
}

Value GradientScope::input(std::string_view name) const
{
    return input(inputNumber(name));
}

Value GradientScope::output(size_t index) const
{
    return m_builder.use(m_node.outputs[index]);
}

Value GradientScope::output(std::string_view name) const
{
    return output(outputNumber(name));
}

Value GradientScope::cotangent(size_t index) const
{
    if (m_cotangents[index].isPresent())
        return m_cotangents[index];
    // Absent beside a present one counts as zeros (SEMANTICS R1).
    const TensorType& type = m_builder.graph().value(m_node.outputs[index]).type;
    return m_builder.constant(Tensor(type));
}

Value GradientScope::cotangent(std::string_view name) const
{
    return cotangent(outputNumber(name));
}

bool GradientScope::wants(size_t input) const
{
    return input < m_wanted.size() && m_wanted[input];
}

bool GradientScope::wants(std::string_view name) const
{
    return wants(inputNumber(name));
}

void GradientScope::contribute(size_t index, const Value& cotangent)
{
    if (!wants(index) || !cotangent.isPresent())
        return;
    m_contribute(index, unbroadcast(cotangent, input(index).shape()));
}

void GradientScope::contribute(std::string_view name, const Value& cotangent)
{
    contribute(inputNumber(name), cotangent);
}

}
