#include "engine/formats/onnx_elements.h"
#include "engine/formats/onnx_file.h"

#include "engine/base/text.h"

#include "engine/formats/onnx.pb.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace backstep {

namespace {

using onnx::TensorProto;

Error badTensor(const TensorProto& proto, const std::string& what)
{
    return {"tensor-broken", fmt::format("Tensor '{}': {}.", printable(proto.name()), what)};
}

Result<Shape> shapeOf(const TensorProto& proto)
{
    if (proto.dims_size() > kMaxRank)
        return badTensor(proto, fmt::format("it has {} dimensions; up to {} are held",
                                            proto.dims_size(), kMaxRank));
    Shape shape;
    int64_t count = 1;
    for (const int64_t size : proto.dims()) {
        if (size < 0)
            return badTensor(
                proto, fmt::format("dimension {} has the negative size {}", shape.rank(), size));
        shape.append(size);
    }
    // An empty tensor may have sizes whose product would overflow; its strides must not.
    for (const int64_t size : shape)
        if (__builtin_mul_overflow(count, std::max<int64_t>(size, 1), &count))
            return badTensor(proto, "the sizes of " + shape.text() + " overflow");
    return shape;
}

Result<DType> dtypeOfProto(const TensorProto& proto)
{
    if (proto.data_type() <= 0 || proto.data_type() >= kFileDTypeCount)
        return badTensor(proto,
                         fmt::format("element type {} is not one that ONNX defines (1 to {})",
                                     proto.data_type(), kFileDTypeCount - 1));
    return static_cast<DType>(proto.data_type());
}

/// The payload that is filled, "" for none; an Error for more than one.
Result<std::string> payloadOf(const TensorProto& proto)
{
    std::vector<std::string> filled;
    const auto note = [&filled](bool isFilled, const char* name) {
        if (isFilled)
            filled.emplace_back(name);
    };
    note(!proto.raw_data().empty(), "raw_data");
    note(proto.float_data_size() > 0, "float_data");
    note(proto.int32_data_size() > 0, "int32_data");
    note(proto.string_data_size() > 0, "string_data");
    note(proto.int64_data_size() > 0, "int64_data");
    note(proto.double_data_size() > 0, "double_data");
    note(proto.uint64_data_size() > 0, "uint64_data");
    if (proto.data_location() == TensorProto::EXTERNAL)
        filled.emplace_back("external data");
    if (filled.size() > 1)
        return badTensor(proto,
                         "it has several payloads (" + join(filled, ", ") + "); one is wanted");
    return filled.empty() ? std::string() : filled.front();
}

Error wrongCount(const TensorProto& proto, const TensorType& type, const std::string& payload,
                 int64_t found, std::string_view unit, int64_t wanted)
{
    return badTensor(proto, fmt::format("{} holds {} {}, and {} needs {}",
                                        payload.empty() ? "it" : payload, found, unit, type.text(),
                                        wanted));
}

Result<std::string> externalBytes(const TensorProto& proto, int64_t wanted,
                                  const std::string& modelFolder, const Limits& limits)
{
    std::string location;
    int64_t offset = 0, length = wanted;
    for (const onnx::StringStringEntryProto& entry : proto.external_data()) {
        if (entry.key() == "location")
            location = entry.value();
        if (entry.key() != "offset" && entry.key() != "length")
            continue;
        const std::string& text = entry.value();
        int64_t& number = entry.key() == "offset" ? offset : length;
        const auto end = text.data() + text.size();
        if (std::from_chars(text.data(), end, number).ptr != end || number < 0)
            return badTensor(
                proto, fmt::format("external data has the {} '{}'", entry.key(), printable(text)));
    }
    if (length != wanted)
        return badTensor(proto, fmt::format("external data '{}' has length {}, and {} bytes are "
                                            "wanted",
                                            printable(location), length, wanted));
    Result<std::string> bytes = readBelow(modelFolder, location, offset, length, limits);
    if (!bytes)
        return bytes.takeError().during("reading tensor '" + printable(proto.name()) + "'");
    return bytes;
}

}

Result<Tensor> tensorOf(const TensorProto& proto, const std::string& modelFolder,
                        const Limits& limits)
{
    const Result<Shape> shape = shapeOf(proto);
    if (!shape)
        return shape.error();
    const Result<DType> dtype = dtypeOfProto(proto);
    if (!dtype)
        return dtype.error();
    const Result<std::string> payload = payloadOf(proto);
    if (!payload)
        return payload.error();

    const TensorType type{*dtype, *shape};
    const int64_t count = shape->count();
    int64_t byteCount = 0;
    const auto size = static_cast<int64_t>(std::max<size_t>(elementSize(*dtype), 1));
    if (__builtin_mul_overflow(count, size, &byteCount) || byteCount > limits.tensorBytes)
        return badTensor(proto, fmt::format("{} is larger than the size limit of {} bytes",
                                            type.text(), limits.tensorBytes));
    if (isPacked(*dtype))
        byteCount = packedBytes(*dtype, count);

    if (*payload == "external data" && *dtype != DType::String) {
        const Result<std::string> bytes = externalBytes(proto, byteCount, modelFolder, limits);
        return bytes ? Result<Tensor>(elementsFrom(type, *bytes)) : bytes.error();
    }
    if (*payload == "raw_data" && *dtype != DType::String) {
        const auto found = static_cast<int64_t>(proto.raw_data().size());
        if (found != byteCount)
            return wrongCount(proto, type, *payload, found, "bytes", byteCount);
        return elementsFrom(type, proto.raw_data());
    }
    if (!payload->empty() && *payload != listFor(*dtype))
        return badTensor(proto, fmt::format("{} stands in {}, and {} or raw_data is wanted",
                                            type.text(), *payload, listFor(*dtype)));
    const int64_t found = listCount(listFor(*dtype), proto);
    if (const int64_t wanted = entriesFor(*dtype, count); found != wanted)
        return wrongCount(proto, type, *payload, found, "elements", wanted);
    if (*dtype == DType::String)
        return Tensor::ofStrings(*shape, {proto.string_data().begin(), proto.string_data().end()});
    if (isPacked(*dtype))
        return unpacked(type, std::string(proto.int32_data().begin(), proto.int32_data().end()));
    Tensor tensor(type);
    fillFromList(tensor, proto);
    return tensor;
}

Result<Tensor> tensorOf(const onnx::SequenceProto& proto, const Limits& limits)
{
    std::vector<Tensor> elements;
    const auto take = [&](Result<Tensor> element) -> Result<void> {
        if (!element)
            return element.takeError().during("reading a sequence");
        elements.push_back(std::move(*element));
        return {};
    };
    for (const TensorProto& each : proto.tensor_values())
        if (Result<void> taken = take(tensorOf(each, {}, limits)); !taken)
            return taken.takeError();
    for (const onnx::SequenceProto& each : proto.sequence_values())
        if (Result<void> taken = take(tensorOf(each, limits)); !taken)
            return taken.takeError();
    return Tensor::sequence(std::move(elements));
}

Result<Tensor> tensorOf(const onnx::OptionalProto& proto, const Limits& limits)
{
    if (!proto.has_tensor_value() && !proto.has_sequence_value())
        return Tensor::optional({});
    Result<Tensor> element = proto.has_tensor_value() ? tensorOf(proto.tensor_value(), {}, limits)
                                                      : tensorOf(proto.sequence_value(), limits);
    if (!element)
        return element;
    return Tensor::optional({*element});
}

TensorProto protoOf(const Tensor& tensor, const std::string& name)
{
    TensorProto proto;
    proto.set_name(name);
    proto.set_data_type(static_cast<int>(tensor.dtype()));
    for (const int64_t size : tensor.shape())
        proto.add_dims(size);
    if (tensor.dtype() == DType::String)
        for (const std::string& text : tensor.strings())
            proto.add_string_data(text);
    else if (isPacked(tensor.dtype()))
        proto.set_raw_data(packed(tensor));
    else
        proto.set_raw_data(tensor.bytes(), tensor.byteCount());
    return proto;
}

}
