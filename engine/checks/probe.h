#pragma once

#include "engine/checks/checked_function.h"
#include "engine/checks/discrete_trace.h"
#include "engine/checks/ridders.h"

#include <memory>
#include <vector>

namespace backstep {

/// A change to the built backward pass, before it is planned: how tests seed faults.
using GraphEdit = std::function<void(Differentiated&)>;

/// One element of a value.
struct Element {
    ValueId value = kNoValue;
    int64_t index = 0;
};
/// "[1, 2]" of a row-major index; "" for a scalar.
std::string indexText(const Shape& shape, int64_t index);
/// "x[1, 2]"; a value without a name is called y.
std::string elementText(const Graph& graph, const Element& element);

/// Evaluates a function and its gradient again and again at nearby points. The floating elements of
/// all inputs are counted through, those of all floating outputs too.
class Probe
{
public:
    /// An Error: the gradient cannot be built, or the function cannot be run.
    static Result<std::unique_ptr<Probe>> make(CheckedFunction function,
                                               const GraphEdit& edit = {});

    const Graph& graph() const { return *m_graph; }
    const std::vector<Element>& inputs() const { return m_inputs; }
    const std::vector<Element>& outputs() const { return m_outputs; }
    double input(size_t index) const { return *m_inputData[index]; }
    /// Takes another point, input by input; the types stay.
    void moveTo(const std::map<ValueId, Tensor>& point);

    /// Results and decisions with every input element moved by `offset` times its entry.
    Sample sample(const std::vector<double>& direction, double offset);
    /// The same with input element `index` alone.
    Sample sample(size_t index, double offset);
    /// The gradient to every input element from a cotangent for every output element.
    std::vector<double> pullback(const std::vector<double>& cotangent);
    /// The first step for input element `index` (SEMANTICS R13).
    double firstStep(size_t index) const;

private:
    Probe() = default;
    Result<void> build(CheckedFunction function, const GraphEdit& edit);
    Result<void> start();
    void bind(const std::map<ValueId, Tensor>& point);
    Sample sampleHere();

    std::shared_ptr<const Graph> m_graph;
    std::map<ValueId, Tensor> m_feeds;
    std::map<ValueId, ValueId> m_cotangents;
    std::vector<Element> m_inputs, m_outputs;
    std::vector<ValueId> m_results; ///< floating outputs, each once
    std::vector<ValueId> m_weights; ///< inputs that hold the cotangents of m_results
    std::vector<double*> m_inputData, m_weightData;
    std::unique_ptr<DiscreteTrace> m_trace;
    std::unique_ptr<Executor> m_executor;
};

}
