#include "engine/formats/onnx_file.h"

#include "engine/base/text.h"
#include "engine/formats/onnx_damage.h"

#include "engine/formats/onnx.pb.h"

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <limits>

namespace backstep {

namespace {

constexpr std::string_view kWanted = "An ONNX model (a ModelProto in protobuf form) is wanted.";

/// What is broken, or rather what the file is instead. Asked only once parsing failed: the bytes of
/// a small sound model can look like text.
Error notAModel(const FileView& file, std::string found)
{
    if (const std::string kind = kindOfBytes(file.bytes()); !kind.empty())
        found = "it holds " + kind;
    return {"onnx-unreadable",
            fmt::format("'{}' ({} bytes) cannot be parsed as ONNX: {}.", printable(file.path()),
                        file.bytes().size(), found),
            std::string(kWanted)};
}

/// The first name in the graph and the graphs within that is not UTF-8, or "".
std::string badName(const onnx::GraphProto& graph)
{
    const auto fault = [](const std::string& what, const std::string& name) {
        return isUtf8(name) ? std::string() : fmt::format("{} '{}'", what, printable(name));
    };
    for (const onnx::NodeProto& node : graph.node()) {
        std::string bad = fault("node name", node.name()) + fault("operator", node.op_type());
        for (const std::string& name : node.input())
            bad += fault("input", name);
        for (const std::string& name : node.output())
            bad += fault("output", name);
        for (const onnx::AttributeProto& attribute : node.attribute()) {
            bad += fault("attribute", attribute.name());
            if (attribute.has_g())
                bad += badName(attribute.g());
            for (const onnx::GraphProto& inner : attribute.graphs())
                bad += badName(inner);
        }
        if (!bad.empty())
            return bad;
    }
    for (const onnx::TensorProto& tensor : graph.initializer())
        if (!isUtf8(tensor.name()))
            return fault("initializer", tensor.name());
    return {};
}

}

Result<std::unique_ptr<onnx::ModelProto>> parseOnnx(const FileView& file, const Limits& limits)
{
    const std::string_view bytes = file.bytes();
    if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max()))
        return notAModel(file, "it is larger than 2 GiB, the most that protobuf can hold; larger "
                               "models keep their tensors in external files");
    if (const std::string damage = damageIn(bytes, limits.nesting); !damage.empty())
        return notAModel(file, damage);

    auto model = std::make_unique<onnx::ModelProto>();
    google::protobuf::io::ArrayInputStream array(bytes.data(), static_cast<int>(bytes.size()));
    google::protobuf::io::CodedInputStream stream(&array);
    stream.SetRecursionLimit(limits.nesting);
    if (!model->ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage())
        return notAModel(file, fmt::format("its messages are corrupt, or nested deeper than {}",
                                           limits.nesting));
    if (!model->has_graph())
        return notAModel(file, "it holds no graph");
    if (const std::string bad = badName(model->graph()); !bad.empty())
        return notAModel(file, bad + " is not UTF-8");
    return model;
}

std::string serialize(const onnx::ModelProto& model)
{
    std::string bytes;
    {
        google::protobuf::io::StringOutputStream array(&bytes);
        google::protobuf::io::CodedOutputStream stream(&array);
        stream.SetSerializationDeterministic(true);
        model.SerializeToCodedStream(&stream);
    }
    return bytes;
}

}
