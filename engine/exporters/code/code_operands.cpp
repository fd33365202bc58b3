// How a printer writes one node: its operands, constants, sizes and dtypes.
#include "engine/exporters/code/code_printer.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

constexpr int64_t kMostElements = 4096;

const Tensor& contentOf(const Graph& graph, ValueId value)
{
    return graph.value(value).content;
}

bool isUniform(const Tensor& tensor)
{
    for (int64_t i = 1; i < tensor.count(); ++i)
        if (tensor.number(i) != tensor.number(0))
            return false;
    return tensor.count() > 1;
}

}

Result<PythonText> CodePrinter::callText(const Node& node)
{
    if (node.isScan())
        return Error{"no-spelling", "it is a recurrence; give its gradient to an op of the cell"};
    const OpSpelling* row = spellingOf(node.op);
    if (!row)
        return Error{"no-spelling", "no function of it computes the same"};
    CodeWords words;
    if (row->words) {
        Result<CodeWords> made = row->words({m_graph, node, m_framework});
        if (!made)
            return made.takeError();
        words = std::move(*made);
    }
    const std::string_view pattern = words.pattern.empty()
                                         ? row->patterns[static_cast<size_t>(m_framework)]
                                         : std::string_view(words.pattern);
    return filledIn(pattern, wordsOf(node, words, pattern));
}

bool CodePrinter::isNumber(ValueId value) const
{
    return value != kNoValue && !m_texts.contains(value) && !contentOf(m_graph, value).isNull() &&
           contentOf(m_graph, value).shape().rank() == 0;
}

std::map<std::string, PythonText> CodePrinter::wordsOf(const Node& node, const CodeWords& words,
                                                       std::string_view pattern)
{
    std::map<std::string, PythonText> all;
    for (const auto& [name, text] : words.texts)
        all[name] = {text};
    if (words.shape)
        all["shape"] = {shapeText(*words.shape)};
    if (words.dtype)
        all["dtype"] = {dtypeText(*words.dtype)};
    // Numbers alone have no dtype of their own.
    const DType dtype = m_graph.value(node.outputs.front()).type.dtype;
    const auto isFixed = [&](ValueId input) {
        return input != kNoValue && !isNumber(input) && m_graph.value(input).type.dtype == dtype;
    };
    bool needsTensor =
        isFloating(dtype) && std::none_of(node.inputs.begin(), node.inputs.end(), isFixed);
    std::string list;
    for (size_t i = 0; i < node.inputs.size(); ++i) {
        if (node.inputs[i] == kNoValue)
            continue;
        const std::string word = std::to_string(i);
        const bool isNumberOk = !(needsTensor && isNumber(node.inputs[i]) &&
                                  m_graph.value(node.inputs[i]).type.dtype == dtype);
        needsTensor = needsTensor && isNumberOk;
        if (const int count = countOf(pattern, word) + countOf(pattern, word + "#"); count > 1) {
            const PythonText text = operand(node.inputs[i], false);
            if (!isPythonName(text.text)) { // computed once
                const std::string name = newName("operand_1");
                assign(name, text.text);
                m_texts[node.inputs[i]] = {name};
            }
        }
        if (countOf(pattern, word + "#") > 0)
            all[word + "#"] = operand(node.inputs[i], isNumberOk);
        if (countOf(pattern, word) > 0)
            all[word] = operand(node.inputs[i], false);
        if (countOf(pattern, "all") > 0)
            list += (list.empty() ? "" : ", ") + operand(node.inputs[i], false).text;
    }
    all["all"] = {list};
    return all;
}

PythonText CodePrinter::operand(ValueId value, bool takesNumber)
{
    if (const auto known = m_texts.find(value); known != m_texts.end()) {
        given(known->second.text);
        return known->second;
    }
    const Tensor& content = contentOf(m_graph, value);
    if (content.isNull()) {
        fail({"no-spelling", fmt::format("'{}' is no value of the function.",
                                         printable(m_graph.value(value).name))});
        return {"None"};
    }
    if (content.count() > kMostElements || content.dtype() == DType::String)
        fail({"no-spelling",
              fmt::format("It holds a constant of {}, which is too much to be written as text.",
                          content.type().text()),
              "Make it an input of the op."});
    if (m_error)
        return {"None"};
    const std::string text = constantText(content, takesNumber);
    return {text, bindingOf(text)};
}

/// Notes that a given name is read; other texts are left alone.
std::string CodePrinter::given(const std::string& name)
{
    for (const NamedValue& each : m_given)
        if (each.name == name)
            m_code.read.insert(name);
    return name;
}

std::string CodePrinter::constantText(const Tensor& content, bool asNumber)
{
    if (asNumber && content.shape().rank() == 0)
        return numberText(content, 0);
    const bool isFull = isUniform(content);
    const std::string shape = isFull ? shapeText(content.shape()) : std::string();
    const std::string elements = isFull ? numberText(content, 0) : listText(content, 8);
    if (content.dtype() != m_referenceDType || m_reference.empty()) {
        const std::string dtype = dtypeText(content.dtype());
        switch (m_framework) {
        case Framework::TensorFlow:
            return isFull ? fmt::format("tf.fill({}, tf.constant({}, {}))", shape, elements, dtype)
                          : fmt::format("tf.constant({}, {})", elements, dtype);
        case Framework::PyTorch:
            return isFull ? fmt::format("torch.full({}, {}, dtype={})", shape, elements, dtype)
                          : fmt::format("torch.tensor({}, dtype={})", elements, dtype);
        case Framework::Jax:
            break;
        }
        return isFull ? fmt::format("jnp.full({}, {}, {})", shape, elements, dtype)
                      : fmt::format("jnp.asarray({}, {})", elements, dtype);
    }
    const std::string like = given(m_reference);
    switch (m_framework) {
    case Framework::TensorFlow:
        return isFull ? fmt::format("tf.fill({}, tf.constant({}, {}.dtype))", shape, elements, like)
                      : fmt::format("tf.constant({}, {}.dtype)", elements, like);
    case Framework::PyTorch: // on the same device, too
        return isFull ? fmt::format("{}.new_full({}, {})", like, shape, elements)
                      : fmt::format("{}.new_tensor({})", like, elements);
    case Framework::Jax:
        break;
    }
    return isFull ? fmt::format("jnp.full({}, {}, {}.dtype)", shape, elements, like)
                  : fmt::format("jnp.asarray({}, {}.dtype)", elements, like);
}

std::string CodePrinter::shapeText(const Shape& shape)
{
    // A variable's own shape holds for other sizes, too. What is at hand in the backward pass
    // comes last among the given, and costs nothing to keep.
    if (shape.rank() > 0)
        for (auto each = m_given.rbegin(); each != m_given.rend(); ++each)
            if (m_graph.value(each->value).type.shape == shape) {
                const std::string name = given(each->name);
                return m_framework == Framework::TensorFlow ? "tf.shape(" + name + ")"
                                                            : name + ".shape";
            }
    return tupleText(shape.sizes());
}

std::string CodePrinter::dtypeText(DType dtype)
{
    if (dtype == m_referenceDType && !m_reference.empty())
        return given(m_reference) + ".dtype";
    return frameworkDType(m_framework, dtype);
}

}
