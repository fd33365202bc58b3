#pragma once

#include "engine/formats/file_view.h"
#include "engine/tensor/tensor.h"

#include <memory>
#include <string>

namespace backstep::onnx {
class ModelProto;
class OptionalProto;
class SequenceProto;
class TensorProto;
}

namespace backstep {

/// The structure of an ONNX file. The Error names the file, what was found (zeros, text, a PNG, an
/// end that comes too early, messages nested too deeply) and what is wanted. A model without a
/// graph and names that are not UTF-8 are errors too; what the graph means is not looked at.
Result<std::unique_ptr<onnx::ModelProto>> parseOnnx(const FileView& file,
                                                    const Limits& limits = {});

/// The elements of a tensor in a model. External data is read from regular files below
/// `modelFolder` alone. float16 and bfloat16 keep their bits; booleans become 0 or 1.
/// Elements of 4 and 2 bits become one a byte. Errors (each names the tensor): an element type that
/// ONNX does not define, a negative or overflowing size, rank above kMaxRank, more or fewer
/// elements than the sizes say, two payloads, unreadable external data. Sizes are checked against
/// the bytes that are there before anything is allocated.
Result<Tensor> tensorOf(const onnx::TensorProto& proto, const std::string& modelFolder,
                        const Limits& limits = {});

/// A sequence or an optional with its tensors (no external data).
Result<Tensor> tensorOf(const onnx::SequenceProto& proto, const Limits& limits = {});
Result<Tensor> tensorOf(const onnx::OptionalProto& proto, const Limits& limits = {});

/// A tensor as ONNX stores it: raw little-endian bytes, strings as a list.
onnx::TensorProto protoOf(const Tensor& tensor, const std::string& name);

/// The bytes of a model, the same for the same model.
std::string serialize(const onnx::ModelProto& model);

}
