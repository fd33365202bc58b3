#pragma once

#include "engine/exporters/code/op_spelling.h"

#include <set>

namespace backstep {

/// Statements of one function, and the names of what it returns.
struct PrintedCode {
    std::vector<std::string> lines;
    std::vector<std::string> results; ///< one for each that was asked for; "None" where absent
    std::set<std::string> read;       ///< given names that the statements use
};

/// A value that a function has by name.
struct NamedValue {
    ValueId value = kNoValue;
    std::string name;
};

/// Writes what a graph computes as statements of Python in one framework. What is used once stands
/// inside what uses it, as long as lines stay short; all else gets a name.
class CodePrinter
{
public:
    /// `given` stand at the function's beginning and end the search for what to compute. Constants
    /// of the dtype of `reference` (one of the given) take theirs from it.
    CodePrinter(const Graph& graph, Framework framework, std::vector<NamedValue> given,
                ValueId reference);

    /// Statements for `results` (kNoValue for None), each under its own name. The Error names an op
    /// that the framework has no spelling for, and why.
    Result<PrintedCode> print(const std::vector<NamedValue>& results);

private:
    void collect(ValueId value);
    void printNode(const Node& node);
    Result<PythonText> callText(const Node& node);
    std::map<std::string, PythonText> wordsOf(const Node& node, const CodeWords& words,
                                              std::string_view pattern);
    PythonText operand(ValueId value, bool takesNumber);
    std::string constantText(const Tensor& content, bool asNumber);
    std::string shapeText(const Shape& shape);
    std::string dtypeText(DType dtype);
    std::string given(const std::string& name);
    std::string newName(const std::string& wish);
    void assign(const std::string& name, const std::string& text);
    bool isNumber(ValueId value) const;
    void fail(Error error);

    const Graph& m_graph;
    Framework m_framework;
    std::vector<NamedValue> m_given;
    std::string m_reference;
    DType m_referenceDType = DType::Undefined;
    std::map<ValueId, PythonText> m_texts; ///< of what has been printed
    std::map<ValueId, int> m_uses;
    std::map<ValueId, std::string> m_wishes; ///< names of results
    std::set<NodeId> m_needed;
    std::set<std::string> m_names;
    PrintedCode m_code;
    std::optional<Error> m_error;
};

/// A dtype as the framework calls it: "tf.float32", "torch.int64", "jnp.bool_".
std::string frameworkDType(Framework framework, DType dtype);
/// A tensor in full: "torch.tensor([...], dtype=torch.float32)"; list lines below `indent` spaces.
std::string tensorText(Framework framework, const Tensor& tensor, int indent);

}
