#include "engine/importers/onnx_einsum.h"

#include "engine/ops/einsum.h"
#include "engine/ops/function_builder.h"

#include <algorithm>

namespace backstep {

namespace {

/// "..." as `count` letters that the equation does not use, the same ones counted from the end.
std::string withoutEllipsis(std::string term, int count, const std::string& free)
{
    const size_t at = term.find("...");
    if (at == std::string::npos)
        return term;
    const auto letters = static_cast<size_t>(std::max(count, 0));
    return term.replace(at, 3, free.substr(free.size() - std::min(letters, free.size())));
}

/// The diagonal over two axes: all else becomes zero, then the second axis is summed away.
Value diagonal(const Value& x, int first, int second)
{
    GraphBuilder& b = x.builder();
    const int64_t n = x.shape()[first];
    Shape line = Shape::filled(x.shape().rank(), 1), column = line;
    line[first] = column[second] = n;
    const Value isOn =
        b.add("Equal", {reshape(countUp(b, n), line), reshape(countUp(b, n), column)});
    return reduced("ReduceSum", selected(isOn, x, b.scalar(0, x)), {second}, false);
}

bool areOfOneDType(const std::vector<Value>& values)
{
    return std::all_of(values.begin(), values.end(), [&](const Value& each) {
        return each.isPresent() && numbers.has(each.dtype()) &&
               each.dtype() == values.front().dtype();
    });
}

}

void spellOutEinsum(NodeRequest& request, GraphBuilder& builder)
{
    std::string equation = request.attributes.text("equation", "");
    std::erase(equation, ' ');
    const size_t arrow = equation.find("->");
    std::vector<std::string> terms{""};
    for (char c : equation.substr(0, arrow))
        if (c == ',')
            terms.emplace_back();
        else
            terms.back() += c;
    if (terms.size() != request.inputs.size())
        return; // the shape rule says what is wrong
    std::string free;
    for (char c = 'Z'; c >= 'A' && free.size() < kMaxRank; --c)
        if (equation.find(c) == std::string::npos)
            free += c;
    int longest = 0;
    for (size_t i = 0; i < terms.size(); ++i) {
        const bool hasDots = terms[i].find("...") != std::string::npos;
        const int dots = request.inputs[i].shape().rank() - static_cast<int>(terms[i].size()) + 3;
        longest = hasDots ? std::max(longest, dots) : longest;
        terms[i] = withoutEllipsis(terms[i], hasDots ? dots : 0, free);
    }
    std::string result;
    if (arrow != std::string::npos) {
        result = withoutEllipsis(equation.substr(arrow + 2), longest, free);
    } else {
        std::string all;
        for (const std::string& term : terms)
            all += term;
        std::sort(all.begin(), all.end());
        if (equation.find("...") != std::string::npos)
            result = withoutEllipsis("...", longest, free);
        for (char c : all)
            if (std::count(all.begin(), all.end(), c) == 1 && result.find(c) == std::string::npos)
                result += c;
    }
    for (size_t i = 0; i < terms.size(); ++i)
        for (size_t axis = 0; axis < terms[i].size(); ++axis)
            for (size_t twin = terms[i].find(terms[i][axis], axis + 1); twin != std::string::npos;
                 twin = terms[i].find(terms[i][axis], axis + 1)) {
                const Shape& shape = request.inputs[i].shape();
                if (static_cast<int>(twin) >= shape.rank() ||
                    shape[static_cast<int>(twin)] != shape[static_cast<int>(axis)])
                    return;
                request.inputs[i] =
                    diagonal(request.inputs[i], static_cast<int>(axis), static_cast<int>(twin));
                terms[i].erase(twin, 1);
            }
    EinsumLetters letters{std::move(terms), std::move(result)};
    if (request.inputs.size() > 2 && areOfOneDType(request.inputs))
        if (Result<void> done = contractToTwo(builder, letters, request.inputs); !done)
            request.problem = problemOf(done.error(), request.op.type, request.origin.name);
    request.attributes.set("equation", einsumText(letters));
}

}
