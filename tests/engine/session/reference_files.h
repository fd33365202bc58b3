#pragma once

// The twelve exported models with the gradients that their frameworks computed (reference.npz), and
// how the framework's arrays became the file's initializers: transposed, gates reordered, biases
// joined (FORMATS of the fixtures: tests/data/models/README.md).

#include "engine/tensor/tensor.h"

#include <map>
#include <string>
#include <vector>

namespace backstep::reference {

enum class Framework { Keras, Torch, Jax };

struct File {
    const char* name; ///< below tests/data/models
    Framework framework;
    bool hasCustomGradient; ///< seed 3: tanh with dy * exp(-x^2), lost on export
};

const std::vector<File>& files();

/// The reference of one file: arrays by their names there, float32 or float64.
class Reference
{
public:
    Reference(const File& file, bool isDouble);
    Tensor input() const { return m_arrays.at("input"); }
    Tensor target() const { return m_arrays.at("target"); }
    double loss() const;
    /// The gradient to the file's input, in its layout.
    std::vector<double> inputGradient() const;
    /// The gradient to an initializer of this shape, in the initializer's layout; empty when no
    /// weight of the framework fits.
    std::vector<double> weightGradient(const Shape& shape) const;

private:
    std::vector<double> gradient(const std::string& weight) const;
    Shape weightShape(const std::string& weight) const;

    Framework m_framework;
    bool m_isDouble;
    std::map<std::string, Tensor> m_arrays;
};

}
