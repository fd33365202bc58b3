// engine/ops/scatter_ops.cpp - elements by index: GatherElements, ScatterElements, GatherND,
// ScatterND.

#include "engine/ops/families.h"
#include "engine/ops/half_kernels.h"
#include "engine/ops/scatter_gradients.h"
#include "engine/ops/scatter_kernels.h"

namespace backstep {

void registerScatterOps(OpRegistry& ops)
{
    constexpr DTypeSet indices{DType::Int64, DType::Int32};
    const auto gather = [&](std::string name, const std::string& what, ShapeRule shape,
                            Kernel kernel, GradientFunction gradient) {
        ops.add({
            .name = name,
            .sinceOpset = 13,
            .doc = what +
                   "\n    Gradient  dy added up where it was read from"
                   "\n    Source    ONNX operator " +
                   name + ", opset 13",
            .inputs = {{"data", anyDType}, {"indices", indices}},
            .outputs = {{"output", anyDType}},
            .shape = shape,
            .kernel = {.forAll = kernel},
            .gradient = gradient,
        });
    };
    gather("GatherElements", "Element by element, the entry of `data` at an index along `axis`.",
           gatherElementsShape, gatherElementsKernel, gatherElementsGradient);
    gather("GatherND", "Parts of `data` by tuples of indices, the last axis of `indices`.",
           gatherNdShape, gatherNdKernel, gatherNdGradient);
    const auto scatter = [&](std::string name, const std::string& what, ShapeRule shape,
                             KernelTable kernel, GradientFunction gradient) {
        ops.add({
            .name = name,
            .sinceOpset = 18,
            .doc = what + R"(
            Gradient  dupdates = dy where it was written and not overwritten; ddata = dy elsewhere.
                      With reduction add dy to both, mul the product rule, max and min evenly to
                      all that attain it
            Source    ONNX operator )" +
                   name + ", opset 18",
            .inputs = {{"data", anyDType, Port::Arity::One, "T"},
                       {"indices", indices},
                       {"updates", anyDType, Port::Arity::One, "T"}},
            .outputs = {{"output", anyDType}},
            .shape = shape,
            .kernel = std::move(kernel),
            .gradient = gradient,
        });
    };
    scatter("ScatterElements", "`data` with `updates` put in at indices along `axis`.",
            scatterElementsShape, kernelForAll<scatterElementsKernel>(), scatterElementsGradient);
    scatter("ScatterND", "`data` with parts put in at tuples of indices.", scatterNdShape,
            kernelForAll<scatterNdKernel>(), scatterNdGradient);
}

}
