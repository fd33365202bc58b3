// engine/ops/random_numbers.cpp - Uniform of our domain: random numbers without a generator's
// state, from which all random ops are made.

#include "engine/ops/random_numbers.h"

#include "engine/ops/families.h"
#include "engine/ops/function_builder.h"
#include "engine/ops/half_kernels.h"
#include "engine/ops/philox.h"
#include "engine/ops/scan_builder.h"
#include "engine/tensor/strided.h"

#include <fmt/format.h>

#include <array>
#include <bit>

namespace backstep {

namespace {

/// The key of a node's attribute seed.
PhiloxKey keyOf(const Attributes& attributes)
{
    const auto seed = static_cast<uint64_t>(attributes.integer("seed", 0));
    return {lowWord(seed), highWord(seed)};
}

DType dtypeOf(const Attributes& attributes)
{
    return static_cast<DType>(attributes.integer("dtype", 1));
}

/// How many random bits an element takes: as many as it holds, so that rounding never gives 1.
int bitsOf(DType dtype)
{
    return dtype == DType::Float32 ? 24 : dtype == DType::Float16 ? 11 : 8;
}

// The key goes by run seed and training step, then by each timestep from the outermost; element n
// is what that key makes of n.
void uniformKernel(const KernelCall& call)
{
    const int64_t* draw = call.in[0].as<int64_t>();
    PhiloxKey key = folded(keyOf(call.attributes), static_cast<uint64_t>(draw[0]),
                           static_cast<uint64_t>(draw[call.in[0].strides[0]]));
    for (const TensorView& timestep : call.in.subspan(1))
        key = folded(key, static_cast<uint64_t>(*timestep.as<int64_t>()), 0);
    const TensorView& y = call.out[0]; // float32 for 16 bits
    const int bits = bitsOf(dtypeOf(call.attributes));
    const auto count = static_cast<uint64_t>(y.shape.count());
    withNumericType(y.dtype, [&]<class T>() {
        for (uint64_t n = 0; n < count; ++n) {
            const PhiloxCounter words = philox({lowWord(n), highWord(n), 0, 0}, key);
            const uint64_t wide = uint64_t{words[0]} << 21 | words[1] >> 11;
            y.as<T>()[n] = y.dtype == DType::Float64
                               ? static_cast<T>(static_cast<double>(wide) * 0x1p-53)
                               : static_cast<T>(static_cast<float>(words[0] >> (32 - bits)) /
                                                static_cast<float>(1 << bits));
        }
    });
}

// --- the same out of ONNX's operators. Words are int64 below 2^32; nothing grows beyond 2^63.

constexpr int64_t kTwo16 = int64_t{1} << 16, kTwo32 = int64_t{1} << 32;

Value integer(GraphBuilder& b, int64_t value)
{
    return b.constant(Tensor::scalar(static_cast<double>(value), DType::Int64));
}
Value above(const Value& value, int64_t power)
{
    return value / integer(value.builder(), power);
}
Value below(const Value& value, int64_t power)
{
    GraphBuilder& b = value.builder();
    return b.add("Mod", {value, integer(b, power)});
}
Value exclusiveOr(const Value& x, const Value& y)
{
    return x.builder().add("BitwiseXor", {x, y});
}

struct Halves {
    Value high, low;
};
/// The two words of factor * word, by halves of the word.
Halves product(int64_t factor, const Value& word)
{
    const Value by = integer(word.builder(), factor);
    const Value upper = above(word, kTwo16) * by;
    const Value lower =
        below(word, kTwo16) * by + below(upper, kTwo16) * integer(word.builder(), kTwo16);
    return {above(upper, kTwo16) + above(lower, kTwo32), below(lower, kTwo32)};
}

using Words = std::array<Value, 4>;
using Key = std::array<Value, 2>;

/// The words of the key at each round: int64 [rounds].
Value keySequence(const Value& word, int64_t step)
{
    GraphBuilder& b = word.builder();
    return below(word + countUp(b, kPhiloxRounds) * integer(b, step), kTwo32);
}

Words philox(GraphBuilder& b, const Node& node, const Words& counter, const Key& key)
{
    ScanBuilder scan(b, kPhiloxRounds, Direction::Forward, {.name = node.origin.name + "/philox"});
    const Value keyA = scan.stepInput(keySequence(key[0], kPhiloxStepA));
    const Value keyB = scan.stepInput(keySequence(key[1], kPhiloxStepB));
    Words words;
    for (size_t i = 0; i < words.size(); ++i)
        words[i] = scan.carry(counter[i]);
    const Halves p = product(kPhiloxFactorA, words[0]), q = product(kPhiloxFactorB, words[2]);
    scan.setNext(words[0], exclusiveOr(exclusiveOr(q.high, words[1]), keyA));
    scan.setNext(words[1], q.low);
    scan.setNext(words[2], exclusiveOr(exclusiveOr(p.high, words[3]), keyB));
    scan.setNext(words[3], p.low);
    const std::vector<Value> finals = scan.close({}).finals;
    return {finals[0], finals[1], finals[2], finals[3]};
}

/// `a` and `c` are int64 scalars, not negative.
Key folded(GraphBuilder& b, const Node& node, const Key& key, const Value& a, const Value& c)
{
    const Words words = philox(
        b, node, {below(a, kTwo32), above(a, kTwo32), below(c, kTwo32), above(c, kTwo32)}, key);
    return {words[0], words[1]};
}

std::vector<Value> uniformBody(GraphBuilder& b, const Node& node, std::span<const Value> in)
{
    const PhiloxKey seed = keyOf(node.attributes);
    const auto element = [&](int64_t index) { return b.add("Gather", {in[0], integer(b, index)}); };
    Key key{integer(b, seed[0]), integer(b, seed[1])};
    key = folded(b, node, key, element(0), element(1));
    for (const Value& timestep : in.subspan(1))
        key = folded(b, node, key, timestep, integer(b, 0));
    const DType dtype = dtypeOf(node.attributes);
    const Shape shape(node.attributes.integers("shape"));
    const Value n = countUp(b, shape.count());
    const Value zeros = b.constant(Tensor(TensorType{DType::Int64, Shape{shape.count()}}));
    const Words words = philox(b, node, {below(n, kTwo32), above(n, kTwo32), zeros, zeros}, key);
    if (dtype == DType::Float64) {
        const Value wide = words[0] * integer(b, 1 << 21) + above(words[1], 1 << 11);
        return {reshape(castTo(wide, dtype) * 0x1p-53, shape)};
    }
    const int bits = bitsOf(dtype);
    const Value narrow = castTo(above(words[0], int64_t{1} << (32 - bits)), DType::Float32);
    return {castTo(reshape(narrow / static_cast<double>(1 << bits), shape), dtype)};
}

/// The seed that the file gives, else one of the node's name: two nodes never draw the same.
int64_t seedOf(const Node& node, int64_t stream)
{
    uint64_t seed = 14695981039346656037ull; // FNV-1a
    for (char c : node.origin.name)
        seed = (seed ^ static_cast<uint8_t>(c)) * 1099511628211ull;
    if (node.attributes.has("seed")) {
        const double real = node.attributes.real("seed", 0);
        seed = std::bit_cast<uint64_t>(
            real != 0 ? real : static_cast<double>(node.attributes.integer("seed", 0)));
    }
    return static_cast<int64_t>(seed + static_cast<uint64_t>(stream));
}

/// What all random ops of a graph draw by; made on first use.
ValueId drawOf(Graph& graph)
{
    if (graph.draw == kNoValue) {
        ValueInfo info;
        info.kind = ValueKind::Input;
        info.type = {DType::Int64, {2}};
        info.name = kDrawName;
        info.content = Tensor::ints({0, 0});
        graph.draw = graph.addValue(std::move(info));
    }
    return graph.draw;
}

}

Result<std::vector<TensorType>> uniformShape(const OpCall& call)
{
    const int64_t dtype = call.attributes.integer("dtype", 1);
    if (dtype <= 0 || dtype >= kFileDTypeCount || !floating.has(static_cast<DType>(dtype)))
        return Error{"attribute", fmt::format("attribute 'dtype' is {}, wanted a float", dtype)};
    const std::vector<int64_t> sizes = call.attributes.integers("shape");
    if (sizes.size() > kMaxRank)
        return Error{"unsupported", fmt::format("rank {} is above {}", sizes.size(), kMaxRank)};
    for (int64_t size : sizes)
        if (size < 0)
            return Error{"shape", fmt::format("a size of {}", size)};
    return std::vector<TensorType>{{static_cast<DType>(dtype), Shape(sizes)}};
}

Value uniform(GraphBuilder& b, const Node& node, const Shape& shape, DType dtype, int64_t stream)
{
    std::vector<Value> inputs;
    for (RegionId body = b.region(); body != kTopRegion; body = b.graph().region(body).parent)
        inputs.insert(inputs.begin(), timestepOf(b, body));
    inputs.insert(inputs.begin(), b.use(drawOf(b.graph())));
    return b.helper("Uniform", std::move(inputs),
                    {{"seed", seedOf(node, stream)},
                     {"dtype", static_cast<int64_t>(dtype)},
                     {"shape", std::vector<int64_t>(shape.begin(), shape.end())}});
}

void registerRandomNumbers(OpRegistry& ops)
{
    ops.add({
        .name = "Uniform",
        .domain = std::string(kHelperDomain),
        .doc = R"(Random numbers from 0 (included) to 1.
            Shapes    draw: [2], run seed and training step, not negative; timesteps: scalars of the
                      loops around it, outermost first; y: attribute shape
            Dtypes    draw, timesteps: int64; y: attribute dtype
            Gradient  none: no float goes in
            Source    Philox4x32-10 (Salmon et al. 2011) with element n as counter; the key is
                      attribute seed, folded with draw and each timestep (SEMANTICS R12b))",
        .inputs = {{"draw", {DType::Int64}}, {"timesteps", {DType::Int64}, Port::Arity::Many}},
        .outputs = {{"y", floating}},
        .shape = uniformShape,
        .kernel = {.forAll = throughFloat32<uniformKernel>},
        .body = uniformBody,
        .gradient = GradientRule::notDifferentiable("no float goes in"),
    });
}

}
