#pragma once

#include "engine/ops/graph_builder.h"

#include <functional>
#include <string_view>
#include <vector>

namespace backstep {

/// What a gradient rule sees of one forward op: its inputs, outputs and cotangents by port name or
/// number. Everything that it builds is graph (ARCHITECTURE decision 3).
class GradientScope
{
public:
    using Contribute = std::function<void(size_t input, Value cotangent)>;
    /// `cotangents` holds absent Values where none arrived; they read as zeros.
    GradientScope(GraphBuilder& builder, const Node& node, const OpDef& def,
                  std::vector<Value> cotangents, std::vector<bool> wanted, Contribute contribute);

    Value input(std::string_view name) const;
    Value input(size_t index) const;
    Value output(std::string_view name) const;
    Value output(size_t index) const;
    Value cotangent(std::string_view name) const;
    Value cotangent(size_t index) const;
    size_t inputCount() const { return m_node.inputs.size(); }
    size_t outputCount() const { return m_node.outputs.size(); }
    const Attributes& attributes() const { return m_node.attributes; }
    const Node& node() const { return m_node; }
    GraphBuilder& builder() const { return m_builder; }

    /// False where nobody needs this input's cotangent: a rule may skip the work.
    bool wants(size_t input) const;
    bool wants(std::string_view name) const;
    /// Adds to an input's cotangent; a broadcast is undone here.
    void contribute(size_t input, const Value& cotangent);
    void contribute(std::string_view name, const Value& cotangent);

private:
    size_t inputNumber(std::string_view name) const;
    size_t outputNumber(std::string_view name) const;

    GraphBuilder& m_builder;
    const Node& m_node;
    const OpDef& m_def;
    std::vector<Value> m_cotangents;
    std::vector<bool> m_wanted;
    Contribute m_contribute;
};

}
