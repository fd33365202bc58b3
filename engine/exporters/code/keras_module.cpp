// A fix for TensorFlow and Keras: a function with tf.custom_gradient, and a layer around it.
#include "engine/exporters/code/fix_module.h"

#include <fmt/format.h>

namespace backstep {

namespace {

std::string functionText(const FixModule& module)
{
    if (!module.hasGradient)
        return plainFunction(module);
    std::string text = fmt::format("@tf.custom_gradient\ndef {}({}):\n", module.function,
                                   commaText(module.inputs));
    text += indented(module.guard, 4) + indented(module.forward.lines, 4);
    text += fmt::format("\n    def grad({}):\n", commaText(module.cotangents));
    text += indented(module.backward.lines, 8);
    text += fmt::format("        return {}\n\n", commaText(module.backward.results));
    const std::string results = commaText(module.forward.results);
    text += module.outputs.size() == 1 ? fmt::format("    return {}, grad\n", results)
                                       : fmt::format("    return ({}), grad\n", results);
    return text;
}

std::string layerText(const FixModule& module)
{
    return fmt::format("@keras.saving.register_keras_serializable(package=\"backstep\")\n"
                       "class {}(keras.layers.Layer):\n"
                       "    def call(self, {}):\n"
                       "        return {}({})\n",
                       module.klass, commaText(module.inputs), module.function,
                       commaText(module.inputs));
}

/// Outputs and inputs that a gradient can flow between, as the tape wants them.
std::vector<std::string> floatingNames(const std::vector<std::string>& names,
                                       const std::vector<bool>& is)
{
    std::vector<std::string> chosen;
    for (size_t i = 0; i < names.size(); ++i)
        if (is[i])
            chosen.push_back(names[i]);
    return chosen;
}

std::string testText(const FixModule& module)
{
    std::vector<bool> isFloatingOutput;
    for (const FragmentOutput& output : module.fragment.outputs)
        isFloatingOutput.push_back(output.cotangent != kNoValue);
    const std::vector<std::string> outputs = floatingNames(module.outputs, isFloatingOutput);
    const std::vector<std::string> inputs = floatingNames(module.inputs, module.isFloatingInput);
    const std::vector<std::string> cotangents = floatingNames(module.cotangents, isFloatingOutput);
    std::string text = fmt::format("def test_{}_gradient():\n", module.function);
    text += indented(givenLines(Framework::TensorFlow, module.inputs, module.sample.inputs), 4);
    text += indented(givenLines(Framework::TensorFlow, cotangents, module.sample.cotangents), 4);
    text += "    with tf.GradientTape() as tape:\n";
    text += fmt::format("        tape.watch([{}])\n", commaText(inputs));
    text +=
        fmt::format("        {} = {}(dtype=\"{}\")({})\n", commaText(module.outputs), module.klass,
                    nameOf(module.sample.cotangents.front().dtype()), commaText(module.inputs));
    text += fmt::format("    {} = tape.gradient([{}], [{}], output_gradients=[{}])\n",
                        targetText(gradientNames(module)), commaText(outputs), commaText(inputs),
                        commaText(cotangents));
    return text + indented(checkLines(module, "{} is None"), 4);
}

}

std::string kerasModule(const FixModule& module)
{
    return commentText(module.about) +
           "\nimport keras\nimport numpy as np\nimport tensorflow as tf\n\n\n" +
           functionText(module) + "\n\n" + layerText(module) + "\n\n" +
           checkFunction(module, "np.asarray(found)") + "\n\n" + testText(module) +
           mainText(module);
}

}
