#include "engine/exporters/code/code_printer.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

constexpr size_t kLongestInside = 56; ///< characters of a text that stands inside another
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

std::string frameworkDType(Framework framework, DType dtype)
{
    const std::string name(nameOf(dtype));
    switch (framework) {
    case Framework::TensorFlow:
        return "tf." + name;
    case Framework::PyTorch:
        return "torch." + name;
    case Framework::Jax:
        break;
    }
    if (dtype == DType::Int64)
        return "int"; // as wide as JAX is set to
    return dtype == DType::Bool ? "bool" : "jnp." + name;
}

std::string tensorText(Framework framework, const Tensor& tensor, int indent)
{
    const char* function = framework == Framework::TensorFlow ? "tf.constant("
                           : framework == Framework::PyTorch  ? "torch.tensor("
                                                              : "jnp.asarray(";
    const char* dtype = framework == Framework::PyTorch ? ", dtype=" : ", ";
    const int inside = indent + static_cast<int>(std::string_view(function).size());
    return function + listText(tensor, inside) + dtype + frameworkDType(framework, tensor.dtype()) +
           ")";
}

CodePrinter::CodePrinter(const Graph& graph, Framework framework, std::vector<NamedValue> given,
                         ValueId reference)
    : m_graph(graph), m_framework(framework), m_given(std::move(given))
{
    for (const NamedValue& each : m_given) {
        m_texts[each.value] = {each.name};
        m_names.insert(each.name);
        if (each.value == reference) {
            m_reference = each.name;
            m_referenceDType = graph.value(reference).type.dtype;
        }
    }
}

void CodePrinter::fail(Error error)
{
    if (!m_error)
        m_error = std::move(error);
}

void CodePrinter::collect(ValueId value)
{
    if (value == kNoValue)
        return;
    ++m_uses[value];
    const ValueInfo& info = m_graph.value(value);
    if (m_texts.contains(value) || !info.content.isNull() || info.producer == kNoNode ||
        !m_needed.insert(info.producer).second)
        return;
    for (const ValueId input : m_graph.node(info.producer).inputs)
        collect(input);
}

Result<PrintedCode> CodePrinter::print(const std::vector<NamedValue>& results)
{
    for (const NamedValue& result : results) {
        collect(result.value);
        if (result.value != kNoValue)
            m_wishes.try_emplace(result.value, result.name);
        m_names.insert(result.name);
    }
    for (const NodeId id : m_graph.region(kTopRegion).nodes)
        if (m_needed.contains(id) && !m_error)
            printNode(m_graph.node(id));
    for (const NamedValue& result : results) {
        if (m_error)
            return *m_error;
        if (result.value == kNoValue) {
            m_code.results.push_back("None");
            continue;
        }
        const PythonText text = operand(result.value, false);
        const auto isGiven = std::any_of(m_given.begin(), m_given.end(),
                                         [&](const auto& each) { return each.name == text.text; });
        if (text.text != result.name && !isGiven && !isPythonName(text.text))
            assign(result.name, text.text);
        m_code.results.push_back(isGiven || isPythonName(text.text) ? text.text : result.name);
    }
    return m_code;
}

void CodePrinter::assign(const std::string& name, const std::string& text)
{
    m_code.lines.push_back(name + " = " + text);
}

std::string CodePrinter::newName(const std::string& wish)
{
    std::string name = wish;
    for (int number = 1; !m_names.insert(name).second; ++number)
        name = fmt::format("{}_{}", wish, number + 1);
    return name;
}

void CodePrinter::printNode(const Node& node)
{
    const Result<PythonText> text = callText(node);
    if (!text) {
        const std::string why =
            text.error().code == "no-spelling" ? text.error().message : text.error().text();
        fail({"no-spelling",
              fmt::format("{} has no form in {}: {}.", printable(node.op.type), nameOf(m_framework),
                          why),
              "Write the forward or the gradient with other functions."});
        return;
    }
    if (node.outputs.size() > 1) {
        std::vector<std::string> names;
        for (const ValueId output : node.outputs) {
            const bool isRead = output != kNoValue && m_uses.contains(output);
            const auto wish = m_wishes.find(output);
            names.push_back(!isRead ? "_"
                            : wish != m_wishes.end()
                                ? wish->second
                                : newName(functionName(node.op.type) + "_part"));
            if (isRead)
                m_texts[output] = {names.back()};
        }
        assign(commaText(names), text->text);
        return;
    }
    const ValueId output = node.outputs.front();
    const auto wish = m_wishes.find(output);
    if (wish != m_wishes.end()) {
        assign(wish->second, text->text);
        m_texts[output] = {wish->second};
    } else if (m_uses[output] == 1 && text->text.size() <= kLongestInside) {
        m_texts[output] = *text;
    } else {
        const std::string name = newName(functionName(node.op.type) + "_1");
        assign(name, text->text);
        m_texts[output] = {name};
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
