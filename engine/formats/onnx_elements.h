#pragma once

#include "engine/tensor/tensor.h"

#include <string>
#include <string_view>

namespace backstep {

namespace onnx {
class TensorProto;
}

// How the elements of a tensor stand in a TensorProto (onnx.proto: raw_data, and a typed list for
// each group of dtypes).

/// Several elements stand in one byte of the file, the earlier ones in the lower bits.
bool isPacked(DType dtype);
int64_t packedBytes(DType dtype, int64_t count);
std::string packed(const Tensor& tensor);
/// One element a byte out of several in a byte; int4 and int2 get their sign.
Tensor unpacked(const TensorType& type, std::string_view bytes);

/// The elements as raw_data has them: little-endian, packed where the dtype is.
Tensor elementsFrom(const TensorType& type, std::string_view bytes);

/// The field of a TensorProto that holds elements of the type when raw_data does not.
std::string listFor(DType dtype);
int64_t listCount(const std::string& list, const onnx::TensorProto& proto);
/// Entries of the typed list that `count` elements take.
int64_t entriesFor(DType dtype, int64_t count);
/// Fills from the typed list of the dtype; 16-bit floats stand in int32_data as their bits.
void fillFromList(Tensor& tensor, const onnx::TensorProto& proto);

}
