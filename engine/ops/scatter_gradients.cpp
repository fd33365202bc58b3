#include "engine/ops/scatter_gradients.h"

#include "engine/ops/function_builder.h"

namespace backstep {

namespace {

template<bool isND> Value gathered(const GradientScope& g, const Value& from)
{
    if (isND)
        return g.builder().add("GatherND", {from, g.input(1)});
    return g.builder().add("GatherElements", {from, g.input(1)},
                           {{"axis", g.attributes().integer("axis", 0)}});
}

template<bool isND> Value scattered(const GradientScope& g, const Value& into, const Value& updates,
                                    const std::string& reduction)
{
    if (isND)
        return g.builder().add("ScatterND", {into, g.input(1), updates},
                               {{"reduction", reduction}});
    return g.builder().add("ScatterElements", {into, g.input(1), updates},
                           {{"axis", g.attributes().integer("axis", 0)}, {"reduction", reduction}});
}

/// dy times the other factors of each update under "mul". Zeros are counted, not divided by: a
/// factor beside a zero gets 0, a zero that is alone gets the product of the rest.
template<bool isND> Value dyOfFactors(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value dy = g.cotangent(size_t{0}), data = g.input(size_t{0}), updates = g.input(2);
    const Value isZero = b.add("Equal", {updates, b.scalar(0, updates)});
    const Value safe = selected(isZero, b.scalar(1, updates), updates);
    const Value zero = castTo(isZero, updates.dtype());
    const auto spread = [&](double start, const Value& values, const char* reduction) {
        const Value base = filled(b, start, data.dtype(), data.shape());
        return gathered<isND>(g, scattered<isND>(g, base, values, reduction));
    };
    const Value others = spread(1, safe, "mul") / safe;
    const Value otherZeros = spread(0, zero, "add") - zero;
    const Value hasNone = b.add("Equal", {otherZeros, b.scalar(0, otherZeros)});
    return gathered<isND>(g, dy * data) * selected(hasNone, others, b.scalar(0, others));
}

/// No two entries of the indices can point to the same place.
template<bool isND> bool isAlone(const GradientScope& g)
{
    const Shape& indices = g.input(1).shape();
    if (isND)
        return indices.count() <= indices.back();
    return indices[*normalizedAxis(g.attributes().integer("axis", 0), indices.rank())] <= 1;
}

/// dy of the updates that were not overwritten by a later one at the same place, as in JAX.
template<bool isND> Value dyOfTheLast(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value own = gathered<isND>(g, g.cotangent(size_t{0}));
    const Shape& updates = g.input(2).shape();
    if (isAlone<isND>(g))
        return own;
    const Value numbers = reshape(countUp(b, updates.count()), updates);
    const Value none = filled(b, -1, DType::Int64, g.input(size_t{0}).shape());
    const Value last = gathered<isND>(g, scattered<isND>(g, none, numbers, "none"));
    return selected(b.add("Equal", {last, numbers}), own, b.scalar(0, own));
}

template<bool isND> void scatterGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value dy = g.cotangent(size_t{0}), data = g.input(size_t{0}), updates = g.input(2);
    const std::string reduction = g.attributes().text("reduction", "none");
    if (reduction == "none") {
        const Value zeros = filled(b, 0, updates.dtype(), updates.shape());
        g.contribute(size_t{0}, scattered<isND>(g, dy, zeros, "none"));
        if (g.wants(2))
            g.contribute(size_t{2}, dyOfTheLast<isND>(g));
    } else if (reduction == "add") {
        g.contribute(size_t{0}, dy);
        g.contribute(size_t{2}, gathered<isND>(g, dy));
    } else if (reduction == "mul") {
        const Value ones = filled(b, 1, data.dtype(), data.shape());
        g.contribute(size_t{0}, dy * scattered<isND>(g, ones, updates, "mul"));
        if (g.wants(2))
            g.contribute(size_t{2}, dyOfFactors<isND>(g));
    } else {
        // What attains the extremum shares the cotangent evenly, as in PyTorch's scatter_reduce.
        const Value y = g.output(size_t{0});
        const Value own = castTo(b.add("Equal", {data, y}), dy.dtype());
        const Value news = castTo(b.add("Equal", {updates, gathered<isND>(g, y)}), dy.dtype());
        const Value share = dy / scattered<isND>(g, own, news, "add");
        g.contribute(size_t{0}, share * own);
        if (g.wants(2))
            g.contribute(size_t{2}, gathered<isND>(g, share) * news);
    }
}

}

void gatherElementsGradient(GradientScope& g)
{
    const Value data = g.input(size_t{0});
    g.contribute(size_t{0}, scattered<false>(g, filled(g.builder(), 0, data.dtype(), data.shape()),
                                             g.cotangent(size_t{0}), "add"));
}

// Batch axes become leading index entries, so that one ScatterND adds up.
void gatherNdGradient(GradientScope& g)
{
    GraphBuilder& b = g.builder();
    const Value data = g.input(size_t{0});
    Value indices = castTo(g.input(1), DType::Int64);
    const int64_t batch = g.attributes().integer("batch_dims", 0);
    for (int64_t i = batch - 1; i >= 0; --i) {
        const int axis = static_cast<int>(i);
        Shape wide = indices.shape(), line = Shape::filled(wide.rank(), 1);
        line[axis] = wide[axis];
        wide[wide.rank() - 1] = 1;
        const Value own = expandedTo(reshape(countUp(b, line[axis]), line), wide);
        indices = b.add("Concat", {own, indices}, {{"axis", int64_t{-1}}});
    }
    g.contribute(size_t{0},
                 b.add("ScatterND",
                       {filled(b, 0, data.dtype(), data.shape()), indices, g.cotangent(size_t{0})},
                       {{"reduction", std::string("add")}}));
}

void scatterElementsGradient(GradientScope& g)
{
    scatterGradient<false>(g);
}

void scatterNdGradient(GradientScope& g)
{
    scatterGradient<true>(g);
}

}
