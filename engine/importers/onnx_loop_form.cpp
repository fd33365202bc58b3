// Which form a Loop gets: a Scan, or one iteration after the other.

#include "engine/importers/onnx_loop.h"
#include "engine/importers/onnx_scope.h"

#include <algorithm>

namespace backstep {

namespace {

/// True where all results of the node are constants now.
bool isFolded(const onnx::NodeProto& node, OnnxScope& scope, const Graph& graph)
{
    return std::all_of(node.output().begin(), node.output().end(), [&](const std::string& name) {
        const ValueId value = name.empty() || scope.list(name) ? kNoValue : scope.find(name);
        return name.empty() ||
               (value != kNoValue && graph.value(value).kind == ValueKind::Constant);
    });
}

}

/// As a Scan, if its body can be the same for every iteration; else one iteration after the other,
/// if its course is known; else as a Scan again, with ops inside that say what they lack.
Result<void> readLoop(OnnxReader& reader, const onnx::NodeProto& node, OnnxScope& scope,
                      GraphBuilder& builder)
{
    const onnx::GraphProto* body = bodyOf(node, "body");
    if (!body || node.input_size() < 2)
        return Error{"unsupported", "it has no body"};
    const OnnxReader::Mark before = reader.mark(scope);
    if (isKnown(node, *body, scope, builder.graph())) {
        const Result<int64_t> unrolled = unrollLoop(reader, node, scope, builder);
        if (unrolled && isFolded(node, scope, builder.graph()))
            return {};
        if (!unrolled && unrolled.error().code != "unsupported")
            return unrolled.error();
        reader.takeBack(before, scope);
    }
    Result<void> asScan = OnnxLoopReader(reader, node, scope, builder).read();
    if ((asScan && reader.lacking() == before.lacking) ||
        (!asScan && asScan.error().code != "unsupported"))
        return asScan;
    const OnnxReader::Mark scanned = reader.mark(scope);
    reader.takeBack(before, scope);
    const Result<int64_t> count = unrollLoop(reader, node, scope, builder);
    if (!count && count.error().code != "unsupported")
        return count.error();
    const bool isCourseKnown = reader.lacking() == before.lacking;
    const bool isUnrolled = count && isCourseKnown;
    if (isUnrolled && asScan)
        return {}; // a Scan could not hold its body
    reader.takeBack(isUnrolled ? before : scanned, scope);
    if (!isUnrolled && !asScan) {
        reader.lack(); // with data its course may be known
        return isCourseKnown ? Result<void>(count.error()) : asScan;
    }
    if (!isUnrolled)
        return asScan;
    asScan = OnnxLoopReader(reader, node, scope, builder).read(*count);
    if (asScan && reader.lacking() == before.lacking)
        return asScan;
    reader.takeBack(before, scope);
    // JAX keeps such a loop as its primitive while, and judges it as a whole (SEMANTICS R5).
    reader.setSourceOp(std::make_shared<const SourceOp>(SourceOp{"jax", "while"}));
    const Result<int64_t> again = unrollLoop(reader, node, scope, builder);
    reader.setSourceOp(nullptr);
    return again ? Result<void>() : Result<void>(again.error());
}

}
