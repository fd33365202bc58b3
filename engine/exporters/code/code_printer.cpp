#include "engine/exporters/code/code_printer.h"

#include "engine/base/text.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

constexpr size_t kLongestInside = 56; ///< characters of a text that stands inside another

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

}
