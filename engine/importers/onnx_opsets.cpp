#include "engine/importers/onnx_opsets.h"

#include <fmt/format.h>

namespace backstep {

namespace {

void clipBoundsToInputs(NodeRequest& request, GraphBuilder& builder)
{
    const auto bound = [&](const char* name) {
        if (!request.attributes.has(name))
            return Value();
        const double value = request.attributes.real(name, 0);
        request.attributes.erase(name);
        return builder.scalar(value, request.inputs[0]);
    };
    const Value low = bound("min"), high = bound("max");
    request.inputs.resize(3);
    request.inputs[1] = low;
    request.inputs[2] = high;
}

void sliceRangesToInputs(NodeRequest& request, GraphBuilder& builder)
{
    for (const char* name : {"starts", "ends", "axes"}) {
        const std::vector<int64_t> values = request.attributes.integers(name);
        request.inputs.push_back(values.empty() ? Value() : builder.ints(values));
        request.attributes.erase(name);
    }
}

/// Before opset 13 Softmax normalized over everything from `axis` (default 1) on.
void refuseFlattenedSoftmax(NodeRequest& request)
{
    const int rank = request.inputs[0].shape().rank();
    const int64_t axis = request.attributes.integer("axis", 1);
    if ((axis < 0 ? axis + rank : axis) == rank - 1) {
        request.attributes.set("axis", int64_t{-1});
        return;
    }
    request.problem =
        problemOf({"unsupported",
                   fmt::format("before opset 13, axis {} of {} axes means to normalize "
                               "over several axes at once",
                               axis, rank),
                   "Export the model with opset 13 or newer."},
                  request.op.type, request.origin.name);
}

}

void adaptToNewest(NodeRequest& request, int64_t opset, GraphBuilder& builder)
{
    if (request.problem || !request.op.domain.empty() || request.inputs.empty() ||
        !request.inputs[0].isPresent())
        return;
    const std::string& op = request.op.type;
    if (op == "Clip" && opset < 11)
        clipBoundsToInputs(request, builder);
    else if (op == "Slice" && opset < 10)
        sliceRangesToInputs(request, builder);
    else if ((op == "Softmax" || op == "LogSoftmax") && opset < 13)
        refuseFlattenedSoftmax(request);
}

}
