#include "tests/engine/checks/op_cases.h"

#include "engine/ops/graph_builder.h"

#include <algorithm>
#include <random>

namespace backstep::opcases {

namespace {

double signedNumber(std::mt19937& random, double low, double high)
{
    std::uniform_real_distribution<double> size(low, high);
    return (random() & 1 ? 1 : -1) * size(random);
}

double drawnNumber(char where, bool isEdge, std::mt19937& random)
{
    const auto between = [&](double low, double high) {
        return std::uniform_real_distribution<double>(low, high)(random);
    };
    switch (where) {
    case '+':
        return isEdge ? between(1e-3, 2e-2) : between(0.3, 2.5);
    case 'n':
        return isEdge ? signedNumber(random, 1e-3, 2e-2) : signedNumber(random, 0.3, 2.0);
    case 'u':
        return isEdge ? signedNumber(random, 0.98, 0.999) : between(-0.9, 0.9);
    case '!':
        return isEdge ? between(1.001, 1.02) : between(1.2, 3.0);
    case 'z':
        return random() % 3 == 0 ? 0 : signedNumber(random, 0.5, 1.5);
    case 'k':
        return static_cast<double>(random() % 3) - 1;
    default:
        return std::normal_distribution<double>(0, isEdge ? 3 : 1)(random);
    }
}

Tensor drawnTensor(const Shape& shape, char where, bool isEdge, std::mt19937& random)
{
    std::vector<double> values;
    for (int64_t i = 0; i < shape.count(); ++i)
        values.push_back(drawnNumber(where, isEdge, random));
    if (where == 'd') {
        // A ladder in random order: no two nearer than 0.3.
        std::uniform_real_distribution<double> shift(-0.1, 0.1);
        for (size_t i = 0; i < values.size(); ++i)
            values[i] = 0.5 * (double(i) - double(values.size()) / 2) + shift(random);
        std::shuffle(values.begin(), values.end(), random);
    }
    return Tensor::of<double>(shape, values);
}

/// Makes the inputs of one case.
class Inputs
{
public:
    Inputs(GraphBuilder& builder, CheckedFunction& function, Variant variant, uint32_t seed)
        : m_builder(builder), m_function(function), m_variant(variant), m_random(seed)
    {}
    Value make(const std::string& token)
    {
        const char first = token.front();
        if (first == '_')
            return {};
        if (first == '{')
            return m_builder.ints(integersIn(token.substr(1, token.size() - 2)));
        if (first == 't')
            return m_builder.constant(Tensor::ints(integersIn(token.substr(2, token.size() - 3)))
                                          .converted(DType::Int32));
        if (first == 'f') {
            const std::vector<int64_t> values = integersIn(token.substr(2, token.size() - 3));
            const Tensor tensor = Tensor::ints(values).converted(DType::Float64);
            return m_builder.constant(values.size() == 1 ? tensor.reshaped({}) : tensor);
        }
        if (first == 's')
            return m_builder.constant(Tensor::scalar(std::stod(token.substr(1)), DType::Int64));
        if (m_variant == Variant::Repeated && m_made.contains(token))
            return m_made.at(token);
        const size_t open = token.find('['), close = token.find(']');
        const Shape shape{std::span<const int64_t>(
            integersIn(std::string_view(token).substr(open + 1, close - open - 1)))};
        if (first == 'i')
            return m_builder.constant(indices(shape, std::stoll(token.substr(1, open - 1))));
        if (first == 'b')
            return input(booleansOf(shape));
        const char where = close + 1 < token.size() ? token[close + 1] : ' ';
        const Tensor tensor = drawnTensor(shape, where, m_variant == Variant::Edges, m_random);
        if (first == '=')
            return m_builder.constant(tensor);
        return m_made[token] = input(tensor);
    }

private:
    Value input(const Tensor& tensor)
    {
        ValueInfo info;
        info.kind = ValueKind::Input;
        info.type = tensor.type();
        info.name = "x" + std::to_string(m_function.point.size());
        const Value value = m_builder.declare(std::move(info));
        m_function.point[value.id()] = tensor;
        return value;
    }
    Tensor indices(const Shape& shape, int64_t below)
    {
        std::vector<int64_t> values;
        for (int64_t i = 0; i < shape.count(); ++i)
            values.push_back(static_cast<int64_t>(m_random() % static_cast<uint32_t>(below)));
        return Tensor::of<int64_t>(shape, values);
    }
    Tensor booleansOf(const Shape& shape)
    {
        Tensor tensor(TensorType{DType::Bool, shape});
        for (int64_t i = 0; i < shape.count(); ++i)
            tensor.mutableData<bool>()[i] = m_random() & 1;
        return tensor;
    }

    GraphBuilder& m_builder;
    CheckedFunction& m_function;
    Variant m_variant;
    std::mt19937 m_random;
    std::map<std::string, Value> m_made;
};

}

const char* nameOf(Variant variant)
{
    switch (variant) {
    case Variant::FanOut:
        return "fan-out";
    case Variant::Repeated:
        return "repeated input";
    case Variant::Unused:
        return "unused results";
    case Variant::Edges:
        return "edges of the domain";
    case Variant::Plain:
        break;
    }
    return "plain";
}

Result<CheckedFunction> functionOf(const Case& each, Variant variant, uint32_t seed)
{
    CheckedFunction function;
    GraphBuilder builder(function.graph, kTopRegion, {.name = each.op.type});
    Inputs inputs(builder, function, variant, seed);
    std::vector<Value> values;
    for (const std::string& token : each.inputs)
        values.push_back(inputs.make(token));
    std::vector<Value> results = builder.addAll(each.op, values, each.attributes, each.outputs);
    if (builder.error())
        return Error(*builder.error());
    std::erase_if(results, [](const Value& value) {
        return !value.isPresent() || !isFloating(value.dtype());
    });
    if (variant == Variant::Unused && results.size() > 1)
        results = {results[seed % results.size()]};
    const auto isChecked = [&](const Value& value) {
        return value.isPresent() && function.point.contains(value.id()) &&
               isFloating(value.dtype());
    };
    const auto first = std::find_if(values.begin(), values.end(), isChecked);
    if (variant == Variant::FanOut && first != values.end())
        results.push_back(*first * *first);
    const bool isAlone = std::count_if(values.begin(), values.end(), isChecked) == 1;
    if (variant == Variant::Repeated && isAlone && !results.empty())
        results.front() = results.front() * results.front();
    for (const Value& result : results)
        function.graph.outputs.push_back({"y", result.id()});
    if (builder.error())
        return Error(*builder.error());
    return function;
}

}
