#include "tests/engine/session/reference_comparison.h"

#include "engine/session/debug_session.h"
#include "tests/engine/session/reference_files.h"

#include <QStringList>

#include <algorithm>
#include <cmath>
#include <set>

namespace backstep::reference {

namespace {

/// The largest difference relative to the array's largest element; an all-zero array must be met
/// exactly, and what is not finite by the same.
double relativeError(const std::vector<double>& actual, const Tensor& expected)
{
    double largest = 0, difference = 0;
    for (size_t i = 0; i < actual.size(); ++i) {
        const double wanted = expected.number(static_cast<int64_t>(i));
        if (std::isnan(wanted) && std::isnan(actual[i]))
            continue;
        largest = std::max(largest, std::abs(wanted));
        const double d = actual[i] == wanted ? 0 : std::abs(actual[i] - wanted);
        difference = std::isnan(d) ? INFINITY : std::max(difference, d);
    }
    if (largest == 0)
        return difference == 0 ? 0 : INFINITY;
    return difference / largest;
}

std::vector<double> numbersOf(const Tensor& tensor)
{
    std::vector<double> numbers;
    for (int64_t i = 0; i < tensor.count(); ++i)
        numbers.push_back(tensor.number(i));
    return numbers;
}

class Comparison
{
public:
    Comparison(const std::string& file, bool isDouble, double tolerance)
        : m_file(file), m_isDouble(isDouble), m_tolerance(tolerance), m_expected(file, isDouble)
    {}
    /// One line for each item that disagrees, or agrees although it is listed as an exception.
    QString run()
    {
        if (const Result<void> opened = open(); !opened)
            return opened.error().text().c_str();
        m_session.setStopsAtBreaks(false);
        const PassState state = m_session.step(StepKind::Continue);
        judge("run", state.reason == StopReason::End && state.loss, state.message);
        if (state.loss) {
            const double error =
                relativeError({*state.loss}, Tensor::scalar(m_expected.loss(), DType::Float64));
            judge("loss", error <= m_tolerance, QString::number(error).toStdString());
            for (const Weight& weight : weightsOf(m_file))
                compare(weight);
            for (const std::string& weight : m_expected.weights())
                if (!m_judged.contains(weight))
                    judge(weight, false, "no initializer of the file holds it");
            compareInputs();
        }
        for (const std::string& item : exceptedItems(m_file, m_isDouble))
            if (!m_judged.contains(item))
                m_lines += QString("%1: listed as an exception and not there").arg(item.c_str());
        return m_lines.join('\n');
    }

private:
    Result<void> open()
    {
        OpenOptions options;
        if (m_isDouble)
            options.widened = {DType::Float32};
        // The file's own input names, and the sizes that its data binds, are known once it is open.
        if (Result<void> opened = m_session.open(modelPath(m_file), options); !opened)
            return opened;
        const Graph& graph = *m_session.snapshot()->document->graph;
        std::vector<std::string> inputs;
        for (const ValueId id : graph.valuesOfKind(ValueKind::Input))
            inputs.push_back(graph.value(id).name);
        options.inputs.given = m_expected.data(inputs);
        for (const ValueId id : graph.valuesOfKind(ValueKind::Input)) {
            const ValueInfo& info = graph.value(id);
            const auto given = options.inputs.given.find(info.name);
            if (given == options.inputs.given.end())
                continue;
            const Shape shape = given->second.shape();
            for (size_t axis = 0; axis < info.axisNames.size(); ++axis)
                if (!info.axisNames[axis].empty())
                    options.dimensions[info.axisNames[axis]] = shape[static_cast<int>(axis)];
        }
        if (Result<void> opened = m_session.open(modelPath(m_file), options); !opened)
            return opened;
        const std::string node = customNode(m_file);
        return node.empty() ? Result<void>()
                            : m_session.attach({{GradientTarget::Scope::Node, node},
                                                "dy * tf.math.exp(-x**2)",
                                                "reference"});
    }

    void judge(const std::string& item, bool agrees, const std::string& found)
    {
        m_judged.insert(item);
        const bool isExcepted = !exceptionFor(m_file, item, m_isDouble).empty();
        if (agrees == isExcepted)
            m_lines += QString("%1: %2").arg(
                item.c_str(), isExcepted ? "agrees, though listed as an exception" : found.c_str());
    }

    Tensor gradientOf(ValueId value)
    {
        const auto snapshot = m_session.snapshot();
        const auto cotangent = snapshot->cotangents.find(value);
        return cotangent == snapshot->cotangents.end()
                   ? Tensor()
                   : m_session.value({cotangent->second, {}}).tensor;
    }

    ValueId valueNamed(const std::string& name)
    {
        const auto snapshot = m_session.snapshot();
        for (const ValueKind kind : {ValueKind::Weight, ValueKind::Input})
            for (const ValueId id : snapshot->program->valuesOfKind(kind))
                if (snapshot->program->value(id).name == name)
                    return id;
        return kNoValue;
    }

    /// None and zero agree with a framework that says None, or gives zeros (SEMANTICS R4).
    bool isQuiet(ValueId value) const
    {
        const auto& targets = m_session.snapshot()->report->targets;
        const auto arrival = targets.find(value);
        return arrival == targets.end() || arrival->second.flow == Flow::None ||
               arrival->second.flow == Flow::Zero;
    }

    void compare(const Weight& weight)
    {
        const Tensor* expected = m_expected.weightGradient(weight.name);
        const Shape shape = m_expected.weightShape(weight.name);
        std::vector<double> sum(static_cast<size_t>(shape.count()));
        double worst = 0;
        bool areQuiet = true;
        for (const Place& place : weight.places) {
            const ValueId value = valueNamed(place.initializer);
            areQuiet = areQuiet && isQuiet(value);
            const Tensor gradient = gradientOf(value);
            if (gradient.isNull())
                continue;
            const std::vector<double> part = gradientAt(place, gradient, shape);
            if (place.isZero && expected)
                worst = std::max(worst, relativeError(part, *expected));
            else if (!place.isZero)
                std::transform(part.begin(), part.end(), sum.begin(), sum.begin(), std::plus<>());
        }
        if (!expected)
            return judge(weight.name, areQuiet, "a gradient where the framework gave none");
        worst = std::max(worst, relativeError(sum, *expected));
        judge(weight.name, worst <= m_tolerance, QString::number(worst).toStdString());
    }

    void compareInputs()
    {
        const Graph& graph = *m_session.snapshot()->document->graph;
        const std::vector<ValueId> inputs = graph.valuesOfKind(ValueKind::Input);
        for (size_t i = 0; i < inputs.size(); ++i) {
            const Tensor* expected = m_expected.inputGradient(i, inputs.size());
            if (!expected)
                continue;
            const Tensor gradient = gradientOf(inputs[i]);
            const std::vector<double> found =
                gradient.isNull() ? std::vector<double>(static_cast<size_t>(expected->count()))
                                  : numbersOf(gradient);
            const double error = relativeError(found, *expected);
            judge(graph.value(inputs[i]).name, error <= m_tolerance,
                  QString::number(error).toStdString());
        }
    }

    std::string m_file;
    bool m_isDouble;
    double m_tolerance;
    Reference m_expected;
    DebugSession m_session;
    std::set<std::string> m_judged;
    QStringList m_lines;
};

}

std::string modelPath(const std::string& file)
{
    return std::string(BACKSTEP_TEST_DATA) + "/models/" + file;
}

QString differencesOf(const std::string& file, bool isDouble, double tolerance)
{
    return Comparison(file, isDouble, tolerance).run();
}

}
