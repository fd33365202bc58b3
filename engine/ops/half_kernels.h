#pragma once

#include "engine/ops/op_def.h"

namespace backstep {

/// Runs a float32 kernel on operands of 16 bits: they are widened before and narrowed after, in
/// memory of the thread's own. Operands of other dtypes pass as they are.
void runInFloat32(Kernel kernel, const KernelCall& call);

/// A kernel for float16 and bfloat16 made of one for float32.
template<Kernel kernel> void throughFloat32(const KernelCall& call)
{
    runInFloat32(kernel, call);
}

/// A table with one kernel for all dtypes, float16 and bfloat16 through float32.
template<Kernel kernel> KernelTable kernelForAll()
{
    KernelTable table{.forAll = kernel};
    for (DType half : {DType::Float16, DType::BFloat16})
        table.byDType[static_cast<size_t>(half)] = throughFloat32<kernel>;
    return table;
}

}
