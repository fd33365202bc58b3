#include "engine/diagnostics/framework_tables.h"

#include "engine/diagnostics/embedded_tables.h"

#include <charconv>
#include <unordered_map>

namespace backstep {

namespace {

std::vector<std::string_view> parts(std::string_view text, char separator)
{
    std::vector<std::string_view> all;
    while (!text.empty()) {
        const size_t end = std::min(text.find(separator), text.size());
        all.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

std::optional<GradientVerdict> verdictNamed(std::string_view word)
{
    if (word == "rule")
        return GradientVerdict::Rule;
    if (word == "zero")
        return GradientVerdict::Zero;
    if (word == "none")
        return GradientVerdict::None;
    if (word == "missing")
        return GradientVerdict::Missing;
    return std::nullopt;
}

using Table = std::unordered_map<std::string_view, FrameworkOp>;

Table read(std::span<const std::string_view> lines)
{
    Table table;
    for (const std::string_view line : lines.subspan(1)) {
        const std::vector<std::string_view> columns = parts(line, '\t');
        if (const auto verdict = verdictNamed(columns[0])) {
            for (const std::string_view op : parts(columns[1], ' '))
                table[op] = {op, *verdict, {}, {}};
        } else if (columns[0] == "lacks") {
            for (const std::string_view text : parts(columns[2], ' ')) {
                int position = 0;
                std::from_chars(text.data(), text.data() + text.size(), position);
                table[columns[1]].lacks.push_back(position);
            }
        } else {
            table[columns[1]].exception = columns[2];
        }
    }
    return table;
}

std::span<const std::string_view> linesOf(Framework framework)
{
    switch (framework) {
    case Framework::TensorFlow:
        return kTensorFlowGradients;
    case Framework::PyTorch:
        return kPyTorchGradients;
    case Framework::Jax:
        break;
    }
    return kJaxGradients;
}

const Table& tableOf(Framework framework)
{
    static const Table tables[]{read(kTensorFlowGradients), read(kPyTorchGradients),
                                read(kJaxGradients)};
    return tables[static_cast<size_t>(framework)];
}

/// Columns of onnx_ops.tsv behind the op: how it differentiates, then one a framework.
const std::unordered_map<std::string_view, std::vector<std::string_view>>& onnxOps()
{
    static const auto table = [] {
        std::unordered_map<std::string_view, std::vector<std::string_view>> ops;
        for (const std::string_view line : kOnnxOps.subspan(1)) {
            std::vector<std::string_view> columns = parts(line, '\t');
            const std::string_view op = columns[0];
            columns.erase(columns.begin());
            ops[op] = std::move(columns);
        }
        return ops;
    }();
    return table;
}

}

std::string_view nameOf(Framework framework)
{
    static constexpr std::string_view names[]{"TensorFlow", "PyTorch", "JAX"};
    return names[static_cast<size_t>(framework)];
}

std::string_view wordOf(Framework framework)
{
    static constexpr std::string_view words[]{"tensorflow", "pytorch", "jax"};
    return words[static_cast<size_t>(framework)];
}

const FrameworkOp* frameworkOp(Framework framework, std::string_view name)
{
    const Table& table = tableOf(framework);
    auto found = table.find(name);
    if (found == table.end() && framework == Framework::PyTorch)
        found = table.find(name.substr(0, name.find('.')));
    return found == table.end() ? nullptr : &found->second;
}

const FrameworkOp* analogueOf(Framework framework, std::string_view onnxOp)
{
    const auto found = onnxOps().find(onnxOp);
    if (found == onnxOps().end())
        return nullptr;
    for (const std::string_view name :
         parts(found->second[1 + static_cast<size_t>(framework)], ' '))
        if (const FrameworkOp* op = frameworkOp(framework, name))
            return op;
    return nullptr;
}

std::optional<GradientVerdict> verdictByMathematics(std::string_view onnxOp)
{
    const auto found = onnxOps().find(onnxOp);
    if (found == onnxOps().end())
        return std::nullopt;
    const std::string_view differentiable = found->second[0];
    if (differentiable == "zero")
        return GradientVerdict::Zero;
    return differentiable.starts_with("no:") ? GradientVerdict::None : GradientVerdict::Rule;
}

std::string_view originOf(Framework framework)
{
    return linesOf(framework)[0].substr(2);
}

}
