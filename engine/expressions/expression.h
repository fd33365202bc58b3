#pragma once

#include "engine/base/result.h"
#include "engine/expressions/forms.h"
#include "engine/ops/graph_builder.h"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace backstep {

/// A text read: a bare expression, named results, assignments, a function, or one of the
/// frameworks' ways to give an op a gradient of one's own.
class Expression
{
public:
    Expression(std::shared_ptr<const Syntax> syntax, PastedForm form)
        : m_syntax(std::move(syntax)), m_form(form)
    {}
    const Syntax& syntax() const { return *m_syntax; }
    const PastedForm& form() const { return m_form; }
    /// True where the text says what the op computes, too.
    bool hasForward() const { return m_form.forward != nullptr; }

private:
    std::shared_ptr<const Syntax> m_syntax; ///< the form points into it
    PastedForm m_form;
};

/// Reads a text; nothing in it is run or looked up. The Error has a column (in characters from the
/// start of the text) and says what was expected, or what to write instead.
Result<Expression> parse(std::string_view text);

/// Names that a text may use: x, y, dy and the op's own input names.
using Bindings = std::map<std::string, Value>;

/// The op that a text is about. Absent Values are optional inputs that it does not have.
struct OpValues {
    std::vector<std::string> inputNames; ///< one an input
    std::vector<Value> inputs, outputs, cotangents;
    Bindings more = {}; ///< further names
};

/// A gradient as graph: one cotangent an input with that input's shape and dtype, absent where the
/// text gives none.
struct LoweredGradient {
    std::vector<Value> cotangents;
    std::vector<std::string> notes; ///< what was done to make them fit (SEMANTICS R15)
};

/// Builds the gradient. Numbers take the dtype of x, or of dy where x is not floating. A result
/// that broadcasting made larger is summed to its input's shape, another floating width is cast,
/// both noted; a smaller one is refused unless it is constant (SEMANTICS R15). Errors have a
/// column.
Result<LoweredGradient> lowerGradient(const Expression& expression, const OpValues& op,
                                      GraphBuilder& builder);

/// Builds what the text computes from the op's inputs, as many outputs as the op has (SEMANTICS
/// R16). Of a text that gives a gradient too, its forward part. Errors have a column.
Result<std::vector<Value>> lowerForward(const Expression& expression, const OpValues& op,
                                        size_t outputCount, GraphBuilder& builder);

/// The values of a text about no op in particular, in the order given: `x` and `dy` among the
/// bindings are the input and the cotangent of a function, where the text is one.
Result<std::vector<Value>> lower(const Expression& expression, const Bindings& bindings,
                                 GraphBuilder& builder);

}
