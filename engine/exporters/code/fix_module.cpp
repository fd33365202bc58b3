// What the modules of all frameworks have in common: the comment at the top and the test.
#include "engine/exporters/code/fix_module.h"

#include <fmt/format.h>

namespace backstep {

namespace {

/// float16 has three digits, bfloat16 two.
const char* toleranceText(const FixModule& module)
{
    for (const FragmentInput& input : module.fragment.inputs) {
        const DType dtype = module.fragment.graph.value(input.value).type.dtype;
        if (dtype == DType::Float16)
            return "rtol=2e-3, atol=2e-3";
        if (dtype == DType::BFloat16)
            return "rtol=2e-2, atol=2e-2";
    }
    return "rtol=1e-5, atol=1e-6";
}

/// Comments are broken between words.
constexpr size_t kCommentWidth = 96;

std::string commentLine(const std::string& line)
{
    const size_t indent = line.find_first_not_of(' ');
    std::string text, rest = line;
    if (indent != 0 && indent != std::string::npos)
        return "# " + line + "\n"; // as it was typed
    while (rest.size() > kCommentWidth) {
        const size_t space = rest.rfind(' ', kCommentWidth);
        if (space == std::string::npos || space == 0)
            break;
        text += "# " + rest.substr(0, space) + "\n";
        rest = rest.substr(space + 1);
    }
    return text + (rest.empty() ? "#\n" : "# " + rest + "\n");
}

}

std::string indented(const std::vector<std::string>& lines, int indent)
{
    std::string text;
    for (const std::string& line : lines)
        text += std::string(static_cast<size_t>(indent), ' ') + line + "\n";
    return text;
}

std::string commentText(const std::vector<std::string>& lines)
{
    std::string text;
    for (const std::string& line : lines)
        text += commentLine(line);
    return text;
}

std::string plainFunction(const FixModule& module)
{
    return fmt::format("def {}({}):\n", module.function, commaText(module.inputs)) +
           indented(module.guard, 4) + indented(module.forward.lines, 4) +
           fmt::format("    return {}\n", commaText(module.forward.results));
}

std::string checkFunction(const FixModule& module, const char* array)
{
    return fmt::format("def check(name, found, expected):\n"
                       "    assert found is not None, f\"{{name}} is None: no gradient arrives\"\n"
                       "    found = {}\n"
                       "    np.testing.assert_allclose(found, expected, {}, err_msg=name)\n",
                       array, toleranceText(module));
}

std::vector<std::string> gradientNames(const FixModule& module)
{
    std::vector<std::string> names;
    for (size_t i = 0; i < module.inputs.size(); ++i)
        if (module.isFloatingInput[i])
            names.push_back("d" + module.inputs[i]);
    return names;
}

std::vector<std::string> checkLines(const FixModule& module, std::string_view isAbsent)
{
    std::vector<std::string> lines;
    const auto add = [&](const std::string& name, const Tensor& expected) {
        const std::string start = fmt::format("check({}, {}, ", quoted(name), name);
        lines.push_back(start + listText(expected, static_cast<int>(start.size()) + 4) + ")");
    };
    for (size_t i = 0; i < module.outputs.size(); ++i)
        add(module.outputs[i], module.sample.outputs[i]);
    for (size_t i = 0; i < module.inputs.size(); ++i)
        if (!module.sample.gradients[i].isNull())
            add("d" + module.inputs[i], module.sample.gradients[i]);
        else if (module.isFloatingInput[i])
            lines.push_back(fmt::format("assert {}, \"{} gets no gradient by this fix\"",
                                        fmt::format(fmt::runtime(isAbsent), "d" + module.inputs[i]),
                                        module.inputs[i]));
    return lines;
}

std::vector<std::string> givenLines(Framework framework, const std::vector<std::string>& names,
                                    const std::vector<Tensor>& tensors)
{
    std::vector<std::string> lines;
    for (size_t i = 0; i < tensors.size(); ++i) {
        const std::string start = names[i] + " = ";
        lines.push_back(start +
                        tensorText(framework, tensors[i], static_cast<int>(start.size()) + 4));
    }
    return lines;
}

std::string mainText(const FixModule& module)
{
    return fmt::format("\n\nif __name__ == \"__main__\":\n    test_{}_gradient()\n"
                       "    print(\"the gradient arrives\")\n",
                       module.function);
}

}
