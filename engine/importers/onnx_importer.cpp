#include "engine/importers/onnx_importer.h"

#include "engine/base/text.h"
#include "engine/formats/onnx_file.h"
#include "engine/importers/onnx_names.h"
#include "engine/importers/onnx_scope.h"
#include "engine/passes/passes.h"
#include "engine/tensor/addressable.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace backstep {

Result<ImportedModel> importOnnx(const onnx::ModelProto& model, const std::string& folder,
                                 const ImportOptions& options)
{
    return OnnxReader(model, folder, options).read();
}

OnnxReader::OnnxReader(const onnx::ModelProto& model, std::string folder,
                       const ImportOptions& options)
    : m_model(model), m_folder(std::move(folder)), m_options(options)
{}

Result<ImportedModel> OnnxReader::read()
{
    m_result.format = "ONNX";
    if (Result<void> known = checkVersions(); !known)
        return known.takeError();
    readMetadata();
    const onnx::GraphProto& graph = m_model.graph();
    m_commonPrefix = commonNamePrefix(graph);
    readDeclaredTypes(graph);
    OnnxScope scope;
    GraphBuilder builder(m_result.graph, kTopRegion);
    if (Result<void> read = readInitializers(graph, scope, builder); !read)
        return read.takeError();
    if (Result<void> read = readInputs(scope, builder); !read)
        return read.takeError();
    Result<std::vector<const onnx::NodeProto*>> nodes = ordered(graph);
    if (!nodes)
        return nodes.takeError();
    for (const onnx::NodeProto* node : *nodes)
        if (Result<void> read = readNode(*node, scope, builder); !read)
            return read.takeError().during("reading node '" + printable(node->name()) + "'");
    if (Result<void> read = readOutputs(scope, builder); !read)
        return read.takeError();
    if (Result<void> used = checkForwardsUsed(); !used)
        return used.takeError();
    if (Result<void> tidied = runImportPasses(m_result.graph); !tidied)
        return tidied.takeError();
    m_result.needsData = m_lacking > 0;
    return std::move(m_result);
}

Result<void> OnnxReader::checkVersions()
{
    for (const onnx::OperatorSetIdProto& opset : m_model.opset_import())
        if (opset.domain().empty() || opset.domain() == "ai.onnx")
            m_opset = opset.version();
    const auto& nodes = m_model.graph().node();
    const bool usesOnnx = std::any_of(nodes.begin(), nodes.end(), [](const auto& node) {
        return node.domain().empty() || node.domain() == "ai.onnx";
    });
    if (m_opset == 0 && !usesOnnx)
        m_opset = kNewestOpset; // nothing asks for it
    if (m_opset < 1)
        return Error{"opset", "The model imports no opset of the domain ai.onnx.",
                     "Export it again; every ONNX model names the opset of its operators."};
    if (m_opset > kNewestOpset)
        return Error{
            "opset",
            fmt::format("The model uses opset {}; the newest known is {}.", m_opset, kNewestOpset),
            "Export it with an older opset."};
    if (m_model.ir_version() > 20)
        return Error{"ir-version", fmt::format("The model has IR version {}, which is from the "
                                               "future (known: up to 20).",
                                               m_model.ir_version())};
    return {};
}

void OnnxReader::readMetadata()
{
    m_result.producer = m_model.producer_name();
    if (!m_model.producer_version().empty())
        m_result.producer += " " + m_model.producer_version();
    for (const onnx::StringStringEntryProto& entry : m_model.metadata_props()) {
        if (entry.key() == "backstep.loss")
            m_result.loss = entry.value();
        else if (entry.key() == "backstep.text")
            m_result.text = entry.value();
        else if (entry.key() == "backstep.forwards")
            m_result.forwardNotes = entry.value();
        else if (entry.key() == "backstep.gradients")
            m_result.gradientNotes = entry.value();
    }
}

Result<Tensor> OnnxReader::tensorIn(const onnx::TensorProto& proto) const
{
    Result<Tensor> tensor = tensorOf(proto, m_folder);
    if (tensor && m_options.widened.has(tensor->dtype()))
        return tensor->converted(DType::Float64);
    return tensor;
}

Result<void> OnnxReader::readInitializers(const onnx::GraphProto& graph, OnnxScope& scope,
                                          GraphBuilder& builder)
{
    for (const onnx::TensorProto& proto : graph.initializer()) {
        Result<Tensor> tensor = tensorIn(proto);
        if (!tensor)
            return tensor.takeError().during("reading initializer '" + printable(proto.name()) +
                                             "'");
        ValueInfo info;
        // Weights are told from constants once it is known where they go (SEMANTICS R6).
        const bool mayLearn = isFloating(tensor->dtype()) && tensor->shape().rank() > 0 &&
                              !m_options.folded.has(tensor->dtype());
        info.kind = mayLearn ? ValueKind::Weight : ValueKind::Constant;
        info.type = tensor->type();
        info.name = proto.name();
        info.content = std::move(*tensor);
        scope.set(proto.name(), builder.declare(std::move(info)).id());
    }
    return {};
}

std::optional<TensorType> OnnxReader::declaredType(const onnx::TypeProto& type) const
{
    if (!type.has_tensor_type() || !type.tensor_type().has_shape())
        return std::nullopt;
    const int32_t element = type.tensor_type().elem_type();
    if (element <= 0 || element >= kFileDTypeCount ||
        type.tensor_type().shape().dim_size() > kMaxRank)
        return std::nullopt;
    TensorType result;
    result.dtype = m_options.read(static_cast<DType>(element));
    for (const auto& dim : type.tensor_type().shape().dim()) {
        const auto bound = m_bound.find(dim.dim_param());
        const bool isKnown = dim.has_dim_value() || (dim.has_dim_param() && bound != m_bound.end());
        if (!isKnown)
            return std::nullopt;
        result.shape.append(dim.has_dim_value() ? dim.dim_value() : bound->second);
    }
    if (!isAddressable(result.shape))
        return std::nullopt;
    return result;
}

void OnnxReader::readDeclaredTypes(const onnx::GraphProto& graph)
{
    const auto note = [&](const onnx::ValueInfoProto& info) {
        if (const std::optional<TensorType> type = declaredType(info.type()))
            m_declared[info.name()] = *type;
    };
    for (const onnx::ValueInfoProto& info : graph.value_info())
        note(info);
    for (const onnx::ValueInfoProto& info : graph.output())
        note(info);
}

void OnnxReader::readBodyTypes(const onnx::GraphProto& body, const onnx::NodeProto& node, int first,
                               int carries, const std::vector<int64_t>& axes)
{
    readDeclaredTypes(body);
    for (int i = 0; i < node.output_size() && first + i < body.output_size(); ++i) {
        const auto declared = m_declared.find(node.output(i));
        if (declared == m_declared.end())
            continue;
        TensorType type = declared->second;
        if (i >= carries) {
            const auto place = static_cast<size_t>(i - carries);
            const Result<int> axis =
                normalizedAxis(place < axes.size() ? axes[place] : 0, type.shape.rank());
            if (!axis)
                continue;
            type.shape.erase(*axis);
        }
        m_declared[body.output(first + i).name()] = std::move(type);
    }
}

int64_t OnnxReader::boundSize(const std::string& name)
{
    const auto given = m_options.dimensions.find(name);
    if (given != m_options.dimensions.end())
        return m_bound[name] = given->second;
    const auto known = m_bound.find(name);
    if (known != m_bound.end())
        return known->second;
    // Different sizes above 1, so that no accidental equality hides a fault (SEMANTICS R7).
    static constexpr std::array<int64_t, 8> sizes{3, 5, 7, 11, 13, 17, 19, 23};
    const std::string word = lowered(name);
    const auto isTaken = [&](int64_t size) {
        for (const auto& [other, bound] : m_bound)
            if (bound == size)
                return true;
        return false;
    };
    int64_t size = 3;
    if (word.find("time") != std::string::npos || word.find("seq") != std::string::npos)
        size = 5;
    else if (word.find("batch") == std::string::npos)
        size = 7;
    for (size_t i = 0; isTaken(size) && i < sizes.size(); ++i)
        size = sizes[i];
    m_bound[name] = size;
    m_result.assumptions.push_back(fmt::format("size '{}' = {}", name, size));
    return size;
}

Result<TensorType> OnnxReader::boundType(const onnx::ValueInfoProto& input,
                                         std::vector<std::string>& axes)
{
    TensorType type;
    if (!input.type().has_tensor_type())
        return Error{"input-type", fmt::format("Input '{}' is no tensor; only tensors are read.",
                                               printable(input.name()))};
    const auto& tensor = input.type().tensor_type();
    if (tensor.elem_type() <= 0 || tensor.elem_type() >= kFileDTypeCount)
        return Error{"input-type",
                     fmt::format("Input '{}' has the element type {}, which ONNX does "
                                 "not define.",
                                 printable(input.name()), tensor.elem_type())};
    type.dtype = m_options.read(static_cast<DType>(tensor.elem_type()));
    if (tensor.shape().dim_size() > kMaxRank)
        return Error{"input-type",
                     fmt::format("Input '{}' has rank {}; up to {} is read.",
                                 printable(input.name()), tensor.shape().dim_size(), kMaxRank)};
    int axis = 0;
    for (const auto& dim : tensor.shape().dim()) {
        const bool isFixed = dim.has_dim_value();
        const std::string name = dim.has_dim_param() && !dim.dim_param().empty()
                                     ? dim.dim_param()
                                     : fmt::format("{}.{}", input.name(), axis);
        if (isFixed && dim.dim_value() < 0)
            return Error{"input-type", fmt::format("Input '{}' has the size {} on axis {}.",
                                                   printable(input.name()), dim.dim_value(), axis)};
        type.shape.append(isFixed ? dim.dim_value() : boundSize(name));
        axes.push_back(isFixed ? "" : name);
        ++axis;
    }
    if (!isAddressable(type.shape))
        return Error{"memory", fmt::format("Input '{}' is {}: that does not fit into memory.",
                                           printable(input.name()), type.text())};
    return type;
}

Result<void> OnnxReader::readInputs(OnnxScope& scope, GraphBuilder& builder)
{
    for (const onnx::ValueInfoProto& input : m_model.graph().input()) {
        if (scope.isOwn(input.name()))
            continue; // up to IR version 3 initializers are listed as inputs too
        ValueInfo info;
        info.name = input.name();
        const auto known = m_options.inputs.find(input.name());
        if (known != m_options.inputs.end()) {
            info.type = known->second.type();
            const bool isFolded = m_options.folded.has(info.type.dtype);
            info.kind = isFolded ? ValueKind::Constant : ValueKind::Input;
            info.content = isFolded ? known->second : Tensor();
            info.axisNames.resize(static_cast<size_t>(info.type.shape.rank()));
        } else {
            Result<TensorType> type = boundType(input, info.axisNames);
            if (!type)
                return type.takeError();
            info.kind = ValueKind::Input;
            info.type = *type;
        }
        scope.set(input.name(), builder.declare(std::move(info)).id());
    }
    return {};
}

Result<void> OnnxReader::readOutputs(OnnxScope& scope, GraphBuilder& builder)
{
    for (const onnx::ValueInfoProto& output : m_model.graph().output()) {
        const ValueId value = valueOf(output.name(), scope, builder);
        if (value == kNoValue)
            return Error{"missing-value", fmt::format("The output '{}' is made by no node.",
                                                      printable(output.name()))};
        m_result.graph.outputs.push_back({output.name(), value});
    }
    return {};
}

std::string OnnxReader::uniqueName(const std::string& wanted)
{
    int& uses = m_names[wanted];
    ++uses;
    if (uses == 1)
        return wanted;
    return uniqueName(fmt::format("{}#{}", wanted, uses));
}

}
