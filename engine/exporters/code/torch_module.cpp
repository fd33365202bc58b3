// A fix for PyTorch: a torch.autograd.Function, and a module around it.
#include "engine/exporters/code/fix_module.h"

#include <fmt/format.h>

namespace backstep {

namespace {

std::string functionText(const FixModule& module)
{
    if (!module.hasGradient)
        return plainFunction(module);
    std::string text = fmt::format("class {}Function(torch.autograd.Function):\n"
                                   "    @staticmethod\n"
                                   "    def forward(ctx, {}):\n",
                                   module.klass, commaText(module.inputs));
    text += indented(module.guard, 8) + indented(module.forward.lines, 8);
    if (!module.saved.empty())
        text += fmt::format("        ctx.save_for_backward({})\n", commaText(module.saved));
    for (size_t i = 0; i < module.outputs.size(); ++i)
        if (module.fragment.outputs[i].cotangent == kNoValue)
            text +=
                fmt::format("        ctx.mark_non_differentiable({})\n", module.forward.results[i]);
    text += fmt::format("        return {}\n\n", commaText(module.forward.results));
    text += fmt::format("    @staticmethod\n    def backward(ctx, {}):\n",
                        commaText(module.cotangents));
    if (!module.saved.empty())
        text += fmt::format("        {} = ctx.saved_tensors\n", targetText(module.saved));
    text += indented(module.backward.lines, 8);
    return text + fmt::format("        return {}\n", commaText(module.backward.results));
}

std::string moduleText(const FixModule& module)
{
    return fmt::format("class {}(torch.nn.Module):\n"
                       "    def forward(self, {}):\n"
                       "        return {}({})\n",
                       module.klass, commaText(module.inputs),
                       module.hasGradient ? module.klass + "Function.apply" : module.function,
                       commaText(module.inputs));
}

std::string testText(const FixModule& module)
{
    std::vector<std::string> outputs, cotangents, inputs;
    for (const FragmentOutput& output : module.fragment.outputs)
        if (output.cotangent != kNoValue) {
            outputs.push_back(output.name);
            cotangents.push_back("d" + output.name);
        }
    std::string text = fmt::format("def test_{}_gradient():\n", module.function);
    text += indented(givenLines(Framework::PyTorch, module.inputs, module.sample.inputs), 4);
    text += indented(givenLines(Framework::PyTorch, cotangents, module.sample.cotangents), 4);
    for (size_t i = 0; i < module.inputs.size(); ++i)
        if (module.isFloatingInput[i]) {
            text += fmt::format("    {}.requires_grad_()\n", module.inputs[i]);
            inputs.push_back(module.inputs[i]);
        }
    text += fmt::format("    {} = {}()({})\n", commaText(module.outputs), module.klass,
                        commaText(module.inputs));
    text += fmt::format("    {} = torch.autograd.grad([{}], [{}], [{}], allow_unused=True)\n",
                        targetText(gradientNames(module)), commaText(outputs), commaText(inputs),
                        commaText(cotangents));
    return text + indented(checkLines(module, "{} is None"), 4);
}

}

std::string torchModule(const FixModule& module)
{
    return commentText(module.about) + "\nimport numpy as np\nimport torch\n\n\n" +
           functionText(module) + "\n\n" + moduleText(module) + "\n\n" +
           checkFunction(module, "found.detach().double().numpy()") + "\n\n" + testText(module) +
           mainText(module);
}

}
