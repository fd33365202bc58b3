#pragma once

#include "engine/importers/onnx_scope.h"
#include "engine/ops/scan_builder.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace backstep {

/// Reads one Loop node as a Scan. Carries that the body hands through unchanged become captured
/// values; integer carries that grow by a constant become functions of the timestep; a Gather by
/// the iteration number from a value that does not change becomes a step input.
class OnnxLoopReader
{
public:
    OnnxLoopReader(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                   GraphBuilder& builder);
    /// `iterations` where the data at hand tell them, else they must be provable.
    Result<void> read(std::optional<int64_t> iterations = {});

private:
    enum class Role : uint8_t { Carry, Unchanged, Counter };
    struct RoleOf {
        Role role;
        int64_t start, step; ///< of a counter
        DType dtype;
    };

    const Tensor* constantOutside(const std::string& name) const;
    std::optional<Tensor> constantInside(const std::string& name) const;
    /// Follows Identity backwards.
    std::string source(std::string name) const;
    void classify();
    std::optional<Tensor> valueAt(const std::string& name, int64_t iteration,
                                  std::map<std::string, Tensor>& known) const;
    Result<int64_t> iterationCount();
    bool isTimestepIndex(const std::string& name) const;
    ValueId unchangedValue(const std::string& name) const;
    bool isSequenceRead(const onnx::NodeProto& node, int64_t steps) const;
    Result<std::vector<const onnx::NodeProto*>> neededNodes(int64_t steps) const;
    void nameBodyInputs(OnnxScope& inside, ScanBuilder& scan);
    Result<void> build(int64_t steps, const std::vector<const onnx::NodeProto*>& nodes);
    void noteCount(const ScanBuilder::Results& results, int64_t steps);
    Result<void> close(ScanBuilder& scan, OnnxScope& inside, int64_t steps);

    OnnxReader& m_reader;
    const onnx::NodeProto& m_node;
    const onnx::GraphProto& m_body;
    OnnxScope& m_scope;
    GraphBuilder& m_builder;
    std::map<std::string, const onnx::NodeProto*> m_producers;
    std::map<std::string, RoleOf> m_roles; ///< by the body's input name
    bool m_isCountedByData = false;
};

}
