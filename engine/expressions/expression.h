#pragma once

#include "engine/base/result.h"
#include "engine/ops/graph_builder.h"

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// One term of an expression. `text` is the name, the operator as typed, or the function's op from
/// the table of spellings; operands are indices of earlier terms.
struct Term {
    enum class Kind : uint8_t { Number, Name, None, Unary, Binary, Call } kind = Kind::None;
    int column = 0; ///< in characters from the start of the text, 0-based
    double number = 0;
    std::string text;
    std::vector<size_t> operands;
};

/// `dy * x`, or `dx = dy * x`: the index of its outermost term, and the name or "".
struct ExpressionPart {
    std::string name;
    int column = 0;
    size_t term = 0;
};

/// One or more comma-separated expressions (SEMANTICS R15). Terms stand after their operands.
struct Expression {
    std::vector<Term> terms;
    std::vector<ExpressionPart> parts;
};

/// Names that a text may use: x, y, dy and the op's own input names.
using Bindings = std::map<std::string, Value>;

/// Reads a text such as `dy * (1 - tf.math.tanh(x)**2)` with the precedence of Python; calls and
/// names are never executed, only looked up. The Error has a column and says what was expected.
/// Texts are limited in length and nesting.
Result<Expression> parse(std::string_view text);

/// Builds each part, in order; an absent Value for `None`. Numbers, booleans and integers used in
/// arithmetic take the dtype of x (of dy where x is not floating). Errors have a column: unknown
/// names, and dtypes or shapes that do not fit.
Result<std::vector<Value>> lower(const Expression& expression, const Bindings& bindings,
                                 GraphBuilder& builder);

/// Which part belongs to which input: its index, or -1 for an input without one. Parts come all by
/// position, one an input, or all by name: `dx`, `d<input>`, `d0`; a missing name means absent. For
/// an op with one input, `dx` always names it.
Result<std::vector<int>> partsByInput(const Expression& expression,
                                      std::span<const std::string> inputNames);

}
