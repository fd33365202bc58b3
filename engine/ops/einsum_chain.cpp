// engine/ops/einsum_chain.cpp - an Einsum of more than two operands as a chain of those of two.

#include "engine/ops/einsum.h"

#include <algorithm>
#include <optional>

namespace backstep {

namespace {

/// The letters of a product of two operands that the result or another operand still needs.
std::string keptLetters(const EinsumLetters& letters, size_t first, size_t second)
{
    std::string kept;
    for (char letter : letters.operands[first] + letters.operands[second]) {
        bool isNeeded = letters.result.find(letter) != std::string::npos;
        for (size_t i = 0; i < letters.operands.size(); ++i)
            isNeeded = isNeeded || (i != first && i != second &&
                                    letters.operands[i].find(letter) != std::string::npos);
        if (isNeeded && kept.find(letter) == std::string::npos)
            kept += letter;
    }
    return kept;
}

struct Pair {
    size_t first, second;
    std::string kept;
    double elements;
};

/// The two operands whose product is smallest.
Pair smallestPair(const EinsumLetters& letters, const std::map<char, int64_t>& sizes)
{
    std::optional<Pair> best;
    for (size_t i = 0; i < letters.operands.size(); ++i)
        for (size_t j = i + 1; j < letters.operands.size(); ++j) {
            Pair pair{i, j, keptLetters(letters, i, j), 1};
            for (char letter : pair.kept)
                pair.elements *= static_cast<double>(sizes.at(letter));
            if (pair.kept.size() <= kMaxRank && (!best || pair.elements < best->elements))
                best = std::move(pair);
        }
    return best ? *best : Pair{0, 1, keptLetters(letters, 0, 1), 0};
}

}

Result<void> contractToTwo(GraphBuilder& builder, EinsumLetters& letters,
                           std::vector<Value>& operands)
{
    std::vector<Shape> shapes;
    for (const Value& operand : operands)
        shapes.push_back(operand.shape());
    const auto sizes = einsumSizes(letters, shapes);
    if (!sizes)
        return sizes.error();
    while (operands.size() > 2) {
        const Pair pair = smallestPair(letters, *sizes);
        if (pair.kept.size() > kMaxRank)
            return Error{"unsupported", "two of its operands make a product of too many axes"};
        const EinsumLetters step{{letters.operands[pair.first], letters.operands[pair.second]},
                                 pair.kept};
        const Value product = builder.add("Einsum", {operands[pair.first], operands[pair.second]},
                                          {{"equation", einsumText(step)}});
        if (!product.isPresent())
            return Error(*builder.error());
        letters.operands[pair.first] = pair.kept;
        operands[pair.first] = product;
        letters.operands.erase(letters.operands.begin() + static_cast<std::ptrdiff_t>(pair.second));
        operands.erase(operands.begin() + static_cast<std::ptrdiff_t>(pair.second));
    }
    return {};
}

}
