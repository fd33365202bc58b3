#pragma once

#include "engine/formats/file_view.h"
#include "engine/tensor/tensor.h"

#include <map>
#include <string>

namespace backstep {

/// The arrays of a NumPy archive (.npz, stored or deflated) by name, or the one array of a .npy
/// file under the name "". Format: numpy.lib.format, versions 1 to 3; dtypes f2 f4 f8, i1 to i8, u1
/// to u8, b1, S and U (as strings without their padding). Fortran order and big-endian elements are
/// converted. No pickled object is ever read. Errors name file and entry; sizes are checked against
/// the bytes that are there before anything is allocated.
Result<std::map<std::string, Tensor>> readNpz(const FileView& file, const Limits& limits = {});

enum class NpzPacking : uint8_t { Stored, Deflated };

/// The bytes of an archive that `numpy.load` reads. Strings become U arrays; bfloat16 and smaller
/// types, which NumPy lacks, are an error.
Result<std::string> npzOf(const std::map<std::string, Tensor>& arrays,
                          NpzPacking packing = NpzPacking::Stored);

}
