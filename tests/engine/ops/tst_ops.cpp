// Every operator against ONNX Runtime (tests/data/op_cases.json, made by make_op_cases.py), and its
// gradient against central differences in float64.

#include "engine/autodiff/differentiate.h"
#include "engine/execution/executor.h"
#include "tests/engine/ops/op_case.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <cmath>
#include <random>

using namespace backstep;

namespace {

bool isClose(double actual, double expected, double relative, double absolute)
{
    if (std::isnan(expected) || std::isinf(expected))
        return std::isnan(expected) ? std::isnan(actual) : actual == expected;
    return std::abs(actual - expected) <= absolute + relative * std::abs(expected);
}

/// L = sum over outputs of <weights, output>, with the inputs that vary as weights of a graph.
struct Scalar {
    Graph graph;
    std::vector<ValueId> varying;
};

std::vector<Tensor> lossWeights(const OpCase& op)
{
    std::mt19937 random(3);
    std::uniform_real_distribution<double> uniform(0.5, 1.5);
    std::vector<Tensor> all;
    for (const Tensor& output : op.outputs) {
        std::vector<double> values(size_t(output.count()));
        for (double& value : values)
            value = uniform(random);
        all.push_back(Tensor::of<double>(output.shape(), values));
    }
    return all;
}

Scalar scalarOf(const OpCase& op)
{
    Scalar scalar;
    GraphBuilder b(scalar.graph, kTopRegion, {.name = "op"});
    std::vector<Value> inputs;
    for (const Tensor& tensor : op.inputs) {
        if (tensor.isNull()) {
            inputs.emplace_back();
            continue;
        }
        ValueInfo info;
        const bool varies = isFloating(tensor.dtype());
        info.kind = varies ? ValueKind::Weight : ValueKind::Constant;
        info.type = tensor.type();
        info.content = tensor;
        inputs.push_back(b.declare(info));
        if (varies)
            scalar.varying.push_back(inputs.back().id());
    }
    const std::vector<Value> outputs = b.addAll(op.op, inputs, op.attributes, op.outputs.size());
    const std::vector<Tensor> weights = lossWeights(op);
    Value loss;
    for (size_t i = 0; i < outputs.size(); ++i) {
        if (!isFloating(op.outputs[i].dtype()))
            continue; // indices carry no cotangent
        const Value part =
            b.add("ReduceSum", {outputs[i] * b.constant(weights[i])}, {{"keepdims", int64_t(0)}});
        loss = loss.isPresent() ? loss + part : part;
    }
    scalar.graph.loss = loss.id();
    return scalar;
}

double lossAt(const OpCase& op, const std::vector<Tensor>& inputs)
{
    const auto outputs = evaluate(op.op, op.attributes, inputs, op.outputs.size());
    const std::vector<Tensor> weights = lossWeights(op);
    double loss = 0;
    for (size_t i = 0; i < weights.size(); ++i)
        for (int64_t k = 0; isFloating(op.outputs[i].dtype()) && k < weights[i].count(); ++k)
            loss += weights[i].number(k) * (*outputs)[i].number(k);
    return loss;
}

Tensor shifted(const Tensor& tensor, int64_t index, double by)
{
    std::vector<double> values;
    for (int64_t i = 0; i < tensor.count(); ++i)
        values.push_back(tensor.number(i) + (i == index ? by : 0));
    return Tensor::of<double>(tensor.shape(), values);
}

/// Two central differences combined so that the error is of fourth order (Richardson).
double slopeAt(const OpCase& op, size_t input, int64_t index)
{
    const auto central = [&](double h) {
        std::vector<Tensor> up = op.inputs, down = op.inputs;
        up[input] = shifted(op.inputs[input], index, h);
        down[input] = shifted(op.inputs[input], index, -h);
        return (lossAt(op, up) - lossAt(op, down)) / (2 * h);
    };
    return (4 * central(5e-5) - central(1e-4)) / 3;
}

}

class OpsTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void outputsMatchTheRuntime_data() { addRows(); }
    void outputsMatchTheRuntime();
    void gradientsMatchFiniteDifferences_data() { addRows(); }
    void gradientsMatchFiniteDifferences();
    void raisesToExponentsOfEveryDType_data();
    void raisesToExponentsOfEveryDType();
    void refusesWrongInputs_data();
    void refusesWrongInputs();

private:
    void addRows();
    QJsonArray m_cases;
};

void OpsTest::initTestCase()
{
    QFile file(QString(BACKSTEP_TEST_DATA) + "/op_cases.json");
    QVERIFY(file.open(QIODevice::ReadOnly));
    m_cases = QJsonDocument::fromJson(file.readAll()).array();
    QVERIFY(m_cases.size() > 150);
}

void OpsTest::addRows()
{
    QTest::addColumn<int>("index");
    for (qsizetype i = 0; i < m_cases.size(); ++i)
        QTest::newRow(m_cases[i].toObject()["name"].toString().toUtf8().constData()) << int(i);
}

void OpsTest::outputsMatchTheRuntime()
{
    QFETCH(int, index);
    const OpCase op = opCaseIn(m_cases[index].toObject());
    const auto outputs = evaluate(op.op, op.attributes, op.inputs, op.outputs.size());
    QVERIFY2(outputs, outputs ? "" : outputs.error().text().c_str());
    QCOMPARE(outputs->size(), op.outputs.size());
    const double tolerance = op.isSingle ? 3e-6 : 1e-12; // the runtime computed in float32
    for (size_t i = 0; i < op.outputs.size(); ++i) {
        QCOMPARE((*outputs)[i].type().text(), op.outputs[i].type().text());
        for (int64_t k = 0; k < op.outputs[i].count(); ++k)
            QVERIFY2(
                isClose((*outputs)[i].number(k), op.outputs[i].number(k), tolerance, tolerance),
                qPrintable(QString("output %1 element %2: %3, expected %4")
                               .arg(i)
                               .arg(k)
                               .arg((*outputs)[i].number(k), 0, 'g', 15)
                               .arg(op.outputs[i].number(k), 0, 'g', 15)));
    }
}

void OpsTest::gradientsMatchFiniteDifferences()
{
    QFETCH(int, index);
    const OpCase op = opCaseIn(m_cases[index].toObject());
    const GradientRule& rule = operators().find(op.op)->gradient;
    if (op.isKink || !isFloating(op.outputs[0].dtype()))
        return; // the forward test covers it
    const Scalar scalar = scalarOf(op);
    const FlowAnalysis flow = analyseFlow(scalar.graph, scalar.graph.loss, scalar.varying, {});
    IdBook book;
    auto whole = differentiate(scalar.graph, scalar.graph.loss, scalar.varying, flow, {}, book);
    QVERIFY2(whole, whole ? "" : whole.error().text().c_str());
    QVERIFY(whole->graph.verify());
    const auto plan = std::make_shared<const Plan>(std::make_shared<const Graph>(whole->graph));
    auto recording = Recording::make(plan, {});
    QVERIFY(recording);
    Executor executor(std::move(*recording));
    QCOMPARE(int(executor.run(plan->size()).reason), int(Stop::Reached));
    size_t varying = 0;
    for (size_t i = 0; i < op.inputs.size(); ++i) {
        if (op.inputs[i].isNull() || !isFloating(op.inputs[i].dtype()))
            continue;
        const ValueId value = scalar.varying[varying++];
        if (op.op.is("Clip") && i > 0)
            continue; // bounds are constants in every use here
        QVERIFY(rule.isZero() == (flow.at(value).flow == Flow::Zero));
        const auto gradient = executor.value({whole->cotangents.at(value), {}}, plan->size());
        QVERIFY(gradient);
        for (int64_t k = 0; k < op.inputs[i].count(); ++k) {
            const double expected = slopeAt(op, i, k);
            QVERIFY2(isClose(gradient->number(k), expected, 1e-7, 1e-7),
                     qPrintable(QString("input %1 element %2: %3, expected %4")
                                    .arg(i)
                                    .arg(k)
                                    .arg(gradient->number(k), 0, 'g', 12)
                                    .arg(expected, 0, 'g', 12)));
        }
    }
}

void OpsTest::raisesToExponentsOfEveryDType_data()
{
    QTest::addColumn<DType>("dtype");
    for (const DType dtype : {DType::Float16, DType::BFloat16, DType::Float32, DType::Float64,
                              DType::Int8, DType::Int16, DType::Int32, DType::Int64, DType::UInt8,
                              DType::UInt16, DType::UInt32, DType::UInt64})
        QTest::newRow(std::string(nameOf(dtype)).c_str()) << dtype;
}

// 2^3 and 3^2 in float32, whatever the exponent is.
void OpsTest::raisesToExponentsOfEveryDType()
{
    QFETCH(DType, dtype);
    const Tensor exponents = Tensor::of<float>({2}, {3, 2}).converted(dtype);
    const auto result = evaluate({"Pow"}, {}, {Tensor::of<float>({2}, {2, 3}), exponents});
    QVERIFY2(result, result ? "" : result.error().text().c_str());
    QCOMPARE(result->front().number(0), 8.0);
    QCOMPARE(result->front().number(1), 9.0);
}

void OpsTest::refusesWrongInputs_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<QString>("wrong");
    QTest::addColumn<QString>("message");
    QTest::newRow("Tanh of integers") << "Tanh"
                                      << "int64 [3]"
                                      << "input X is int64 [3]";
    QTest::newRow("Tanh of text") << "Tanh"
                                  << "string [3]"
                                  << "wanted: float32, float16, float64, bfloat16";
    QTest::newRow("Add of two dtypes") << "Add"
                                       << "double+int64"
                                       << "they must agree";
    QTest::newRow("Add of shapes 4 and 3") << "Add"
                                           << "4+3"
                                           << "do not broadcast";
    QTest::newRow("MatMul, inner sizes") << "MatMul"
                                         << "3x4 3x4"
                                         << "inner sizes 4 and 3 differ";
}

void OpsTest::refusesWrongInputs()
{
    QFETCH(QString, op);
    QFETCH(QString, wrong);
    QFETCH(QString, message);
    const auto real = [](Shape shape) { return Tensor(TensorType{DType::Float64, shape}); };
    std::vector<Tensor> inputs;
    if (wrong == "int64 [3]")
        inputs = {Tensor(TensorType{DType::Int64, {3}})};
    else if (wrong == "string [3]")
        inputs = {Tensor(TensorType{DType::String, {3}})};
    else if (wrong == "double+int64")
        inputs = {real({3}), Tensor(TensorType{DType::Int64, {3}})};
    else if (wrong == "4+3")
        inputs = {real({4}), real({3})};
    else
        inputs = {real({3, 4}), real({3, 4})};
    const auto result = evaluate({op.toStdString()}, {}, inputs);
    QVERIFY(!result);
    QVERIFY2(result.error().text().find(message.toStdString()) != std::string::npos,
             result.error().text().c_str());
}

QTEST_APPLESS_MAIN(OpsTest)
#include "tst_ops.moc"
