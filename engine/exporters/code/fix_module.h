#pragma once

#include "engine/exporters/code/code_printer.h"
#include "engine/exporters/code/op_fragment.h"

namespace backstep {

/// All that a module of Python is put together from.
struct FixModule {
    std::vector<std::string> about; ///< lines of the comment at its top
    std::string function, klass;    ///< names: "leaky_relu", "LeakyRelu"
    std::vector<std::string> inputs, outputs, cotangents;
    std::vector<bool> isFloatingInput;
    std::vector<std::string> saved; ///< what the backward pass needs of the forward one
    std::vector<std::string> guard; ///< statements that refuse other sizes
    PrintedCode forward, backward;
    bool hasGradient = true; ///< of its own; else the framework finds it
    OpFragment fragment;     ///< as the test runs it
    SamplePoint sample;
};

// The module in each framework's own form.
std::string kerasModule(const FixModule& module);
std::string torchModule(const FixModule& module);
std::string jaxModule(const FixModule& module);

// Parts of all three.

/// A function of the forward alone: "def sign(x): ... return y".
std::string plainFunction(const FixModule& module);

/// Lines below `indent` spaces, each with its line feed.
std::string indented(const std::vector<std::string>& lines, int indent);
/// Lines as comments, broken between words.
std::string commentText(const std::vector<std::string>& lines);
/// `check(name, found, expected)`: compares, and says where no gradient arrived.
std::string checkFunction(const FixModule& module, const char* array);
/// "check("dx", dx, [[1.0, ...]])" for every output and gradient of the test; an input without one
/// is asserted by `isAbsent`, such as "{} is None".
std::vector<std::string> checkLines(const FixModule& module, std::string_view isAbsent);
/// "x = tf.constant(...)", or any other name, for each of some tensors.
std::vector<std::string> givenLines(Framework framework, const std::vector<std::string>& names,
                                    const std::vector<Tensor>& tensors);
/// Names of the floating inputs' gradients: "dx".
std::vector<std::string> gradientNames(const FixModule& module);
std::string mainText(const FixModule& module);

}
