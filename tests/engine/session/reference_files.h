#pragma once

// The exported models with the gradients that their frameworks computed (reference.npz beside
// each), and where the framework's arrays lie in the file's initializers (weights.tsv, found by
// content: tests/data/make_weight_map.py).

#include "engine/tensor/tensor.h"

#include <map>
#include <string>
#include <vector>

namespace backstep::reference {

/// All .onnx files below tests/data/models beside a reference.npz, by their paths there.
const std::vector<std::string>& files();

/// The node whose custom gradient dy * exp(-x^2) the export lost (seed 3); "" for the others.
std::string customNode(const std::string& file);

/// Why an item of a file cannot agree, or "". Items are "run", "loss", the framework's weights and
/// the file's inputs.
std::string exceptionFor(const std::string& file, const std::string& item, bool isDouble);
/// All items for which exceptionFor may say something, of one file.
std::vector<std::string> exceptedItems(const std::string& file, bool isDouble);

/// A part of an initializer that holds a framework's weight, or a share of it.
struct Place {
    std::string initializer;
    int64_t part = 0, parts = 1;
    std::vector<size_t> order; ///< gate blocks in the framework's order; empty: as they are
    bool isTransposed = false;
    bool isRows = false; ///< every row holds the weight: the gradient is the sum of the rows'
    bool isZero = false; ///< zeros beside the weight, with an equal gradient
};

/// The weights of a file by the framework's names, in its order.
struct Weight {
    std::string name;
    std::vector<Place> places;
};
std::vector<Weight> weightsOf(const std::string& file);

/// What a place of an initializer's gradient says of the framework's weight, in its layout.
std::vector<double> gradientAt(const Place& place, const Tensor& gradient, const Shape& shape);

/// The arrays of reference.npz: of TensorFlow's, PyTorch's and JAX's naming.
class Reference
{
public:
    Reference(const std::string& file, bool isDouble);
    /// False where the framework ran in float32 alone.
    bool hasRun() const { return lossArray() != nullptr; }
    double loss() const { return lossArray()->number(0); }
    /// By input name: entries of that name, input, input0, input1 ... by position, and the target.
    std::map<std::string, Tensor> data(const std::vector<std::string>& inputs) const;
    /// The gradient to a weight, or null where the framework gave none.
    const Tensor* weightGradient(const std::string& weight) const;
    /// The gradient to input number `index` of `count`, or null.
    const Tensor* inputGradient(size_t index, size_t count) const;
    Shape weightShape(const std::string& weight) const;
    std::vector<std::string> weights() const;

private:
    const Tensor* lossArray() const { return find(m_isDouble ? "loss64" : "loss", "loss"); }
    const Tensor* find(const std::string& keras, const std::string& others) const;

    bool m_isDouble;
    std::map<std::string, Tensor> m_arrays;
};

}
