// The attributes of a node as its file has them, and what reading floats as float64 makes of them.

#include "engine/importers/onnx_scope.h"

#include "engine/base/text.h"
#include "engine/formats/onnx.pb.h"

#include <algorithm>
#include <map>

namespace backstep {

Result<Attributes> OnnxReader::attributesOf(const onnx::NodeProto& node) const
{
    Attributes all;
    for (const onnx::AttributeProto& each : node.attribute()) {
        switch (each.type()) {
        case onnx::AttributeProto::INT:
            all.set(each.name(), int64_t{each.i()});
            break;
        case onnx::AttributeProto::FLOAT:
            all.set(each.name(), double{each.f()});
            break;
        case onnx::AttributeProto::STRING:
            all.set(each.name(), each.s());
            break;
        case onnx::AttributeProto::INTS:
            all.set(each.name(), std::vector<int64_t>(each.ints().begin(), each.ints().end()));
            break;
        case onnx::AttributeProto::FLOATS:
            all.set(each.name(), std::vector<double>(each.floats().begin(), each.floats().end()));
            break;
        case onnx::AttributeProto::STRINGS:
            all.set(each.name(),
                    std::vector<std::string>(each.strings().begin(), each.strings().end()));
            break;
        case onnx::AttributeProto::TENSOR: {
            Result<Tensor> tensor = tensorIn(each.t());
            if (!tensor)
                return tensor.takeError().during("reading attribute '" + printable(each.name()) +
                                                 "'");
            all.set(each.name(), std::move(*tensor));
            break;
        }
        default:
            break; // bodies are read where their op is
        }
    }
    widen(node, all);
    return all;
}

/// Of ops that make floats: the dtype that is asked for, or that stands where none is.
void OnnxReader::widen(const onnx::NodeProto& node, Attributes& attributes) const
{
    static const std::map<std::string, int64_t> whereNoneIs{
        {"EyeLike", 0},           {"RandomUniform", 1},    {"RandomNormal", 1},
        {"RandomUniformLike", 0}, {"RandomNormalLike", 0}, {"Bernoulli", 0}};
    const auto maker = whereNoneIs.find(node.op_type());
    const char* name = maker == whereNoneIs.end() ? "to" : "dtype";
    if (maker == whereNoneIs.end() && node.op_type() != "Cast")
        return;
    const int64_t asked = attributes.integer(name, name[0] == 't' ? 0 : maker->second);
    if (asked > 0 && asked < kFileDTypeCount && m_options.widened.has(static_cast<DType>(asked)))
        attributes.set(name, static_cast<int64_t>(DType::Float64));
}

/// A Cast between widths of floats, which may round in the file and does not here.
bool OnnxReader::isIgnoredCast(const onnx::NodeProto& node, const NodeRequest& request) const
{
    const auto isNarrow = [this](const onnx::AttributeProto& each) {
        return each.name() == "to" && each.i() > 0 && each.i() < kFileDTypeCount &&
               m_options.widened.has(static_cast<DType>(each.i()));
    };
    return node.op_type() == "Cast" && request.inputs.size() == 1 &&
           request.inputs[0].isPresent() && isFloating(request.inputs[0].dtype()) &&
           std::any_of(node.attribute().begin(), node.attribute().end(), isNarrow);
}

}
