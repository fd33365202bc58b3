// Names of one ONNX graph and of the bodies inside it.

#include "engine/importers/onnx_scope.h"

#include <algorithm>
#include <iterator>

namespace backstep {

ValueId OnnxScope::find(const std::string& name)
{
    for (const OnnxScope* scope = this; scope; scope = scope->m_outer) {
        const auto found = scope->m_values.find(name);
        if (found != scope->m_values.end())
            return found->second;
        const auto lazy = scope->m_lazy.find(name);
        if (lazy != scope->m_lazy.end()) {
            const ValueId made = lazy->second().id();
            const_cast<OnnxScope*>(scope)->m_values[name] = made;
            return made;
        }
    }
    return kNoValue;
}

const std::vector<ValueId>* OnnxScope::list(const std::string& name) const
{
    for (const OnnxScope* scope = this; scope; scope = scope->m_outer) {
        if (const auto found = scope->m_lists.find(name); found != scope->m_lists.end())
            return &found->second;
        if (scope->m_values.contains(name))
            return nullptr;
    }
    return nullptr;
}

OnnxScope::Contents OnnxScope::contents() const
{
    Contents contents;
    for (const OnnxScope* scope = this; scope; scope = scope->m_outer)
        contents.push_back({scope->m_values, scope->m_soft, scope->m_lists});
    return contents;
}

void OnnxScope::setContents(const Contents& contents)
{
    const OnnxScope* scope = this;
    for (const Level& level : contents) {
        // Scopes around this one change too: they hold what was made when it was first asked for.
        auto* changed = const_cast<OnnxScope*>(scope);
        changed->m_values = level.values;
        changed->m_soft = level.soft;
        changed->m_lists = level.lists;
        scope = scope->m_outer;
    }
}

Named OnnxScope::named(const std::string& name)
{
    if (const std::vector<ValueId>* found = list(name))
        return {kNoValue, *found};
    return {find(name)};
}

ValueId OnnxScope::findSoft(const std::string& name) const
{
    for (const OnnxScope* scope = this; scope; scope = scope->m_outer) {
        if (const auto found = scope->m_soft.find(name); found != scope->m_soft.end())
            return found->second;
        if (scope->m_values.contains(name))
            break; // hides those further out
    }
    return kNoValue;
}

const onnx::GraphProto* bodyOf(const onnx::NodeProto& node, const std::string& attribute)
{
    for (const onnx::AttributeProto& each : node.attribute())
        if (each.name() == attribute && each.has_g())
            return &each.g();
    return nullptr;
}

std::set<std::string> capturedNames(const onnx::GraphProto& body)
{
    std::set<std::string> own, read;
    for (const auto& input : body.input())
        own.insert(input.name());
    for (const auto& tensor : body.initializer())
        own.insert(tensor.name());
    for (const onnx::NodeProto& node : body.node()) {
        own.insert(node.output().begin(), node.output().end());
        read.insert(node.input().begin(), node.input().end());
        for (const onnx::AttributeProto& attribute : node.attribute())
            if (attribute.has_g())
                read.merge(capturedNames(attribute.g()));
    }
    for (const auto& output : body.output())
        read.insert(output.name());
    std::set<std::string> captured;
    std::set_difference(read.begin(), read.end(), own.begin(), own.end(),
                        std::inserter(captured, captured.end()));
    captured.erase("");
    return captured;
}

}
