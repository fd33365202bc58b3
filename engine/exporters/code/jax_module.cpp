// A fix for JAX: a function with jax.custom_vjp.
#include "engine/exporters/code/fix_module.h"

#include <fmt/format.h>

#include <algorithm>

namespace backstep {

namespace {

std::string functionText(const FixModule& module)
{
    if (!module.hasGradient)
        return plainFunction(module);
    const std::string inputs = commaText(module.inputs);
    const std::string& name = module.function;
    std::string text = fmt::format("@jax.custom_vjp\ndef {}({}):\n", name, inputs);
    text += indented(module.guard, 4) + indented(module.forward.lines, 4);
    text += fmt::format("    return {}\n\n\n", commaText(module.forward.results));
    const std::string outputs = commaText(module.outputs);
    text +=
        fmt::format("def {}_forward({}):\n    {} = {}({})\n", name, inputs, outputs, name, inputs);
    text += fmt::format("    return {}, {}\n\n\n",
                        module.outputs.size() == 1 ? outputs : "(" + outputs + ")",
                        tupleText(module.saved));
    text += fmt::format("def {}_backward(residuals, {}):\n", name,
                        module.cotangents.size() == 1 ? module.cotangents[0] : "cotangents");
    if (module.cotangents.size() > 1)
        text += fmt::format("    {} = cotangents\n", commaText(module.cotangents));
    if (!module.saved.empty())
        text += fmt::format("    {} = residuals\n", targetText(module.saved));
    text += indented(module.backward.lines, 4);
    text += fmt::format("    return {}\n\n\n", tupleText(module.backward.results));
    return text + fmt::format("{}.defvjp({}_forward, {}_backward)\n", name, name, name);
}

/// The cotangents of all outputs; integers have one without a type.
std::string cotangentsText(const FixModule& module)
{
    std::vector<std::string> all;
    for (const FragmentOutput& output : module.fragment.outputs)
        all.push_back(output.cotangent != kNoValue
                          ? "d" + output.name
                          : fmt::format("np.zeros({}.shape, jax.dtypes.float0)", output.name));
    return all.size() == 1 ? all[0] : "(" + commaText(all) + ")";
}

std::string testText(const FixModule& module)
{
    std::vector<std::string> cotangents, gradients;
    for (const FragmentOutput& output : module.fragment.outputs)
        if (output.cotangent != kNoValue)
            cotangents.push_back("d" + output.name);
    for (size_t i = 0; i < module.inputs.size(); ++i)
        gradients.push_back(module.isFloatingInput[i] ? "d" + module.inputs[i] : "_");
    std::string text = fmt::format("def test_{}_gradient():\n", module.function);
    const auto isWide = [](const Tensor& tensor) { return tensor.dtype() == DType::Float64; };
    if (std::any_of(module.sample.inputs.begin(), module.sample.inputs.end(), isWide))
        text += "    jax.config.update(\"jax_enable_x64\", True)\n";
    text += indented(givenLines(Framework::Jax, module.inputs, module.sample.inputs), 4);
    text += indented(givenLines(Framework::Jax, cotangents, module.sample.cotangents), 4);
    text += fmt::format("    {}, vjp = jax.vjp({}, {})\n",
                        module.outputs.size() == 1 ? module.outputs[0]
                                                   : "(" + commaText(module.outputs) + ")",
                        module.function, commaText(module.inputs));
    text += fmt::format("    {} = vjp({})\n", targetText(gradients), cotangentsText(module));
    return text + indented(checkLines(module, "not np.any({})"), 4);
}

}

std::string jaxModule(const FixModule& module)
{
    return commentText(module.about) +
           "\nimport jax\nimport jax.numpy as jnp\nimport numpy as np\n\n\n" +
           functionText(module) + "\n\n" + checkFunction(module, "np.asarray(found)") + "\n\n" +
           testText(module) + mainText(module);
}

}
