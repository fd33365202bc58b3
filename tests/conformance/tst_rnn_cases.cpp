#include "engine/formats/onnx_file.h"
#include "engine/session/debug_session.h"

#include "engine/formats/onnx.pb.h"

#include <QtTest>

#include <cmath>
#include <limits>
#include <random>

using namespace backstep;

namespace {

using Arrays = std::map<std::string, Tensor>;

/// Features with kinks: finite differences must be so small that they rarely step over one.
bool hasKinks(const QString& features)
{
    return features.contains("clip") || features.contains("acts");
}

Tensor tensorIn(const QString& path)
{
    QFile file(path);
    onnx::TensorProto proto;
    if (!file.open(QIODevice::ReadOnly) || !proto.ParseFromString(file.readAll().toStdString()))
        return {};
    return *tensorOf(proto, ".");
}

/// input_0.pb, ... or output_0.pb, ... by the names of the graph.
template<class Values>
Arrays arraysOf(const QString& folder, const char* kind, const Values& values)
{
    Arrays arrays;
    for (int i = 0; i < values.size(); ++i)
        arrays[values[i].name()] = tensorIn(QString("%1/%2_%3.pb").arg(folder, kind).arg(i));
    return arrays;
}

Tensor randomLike(const Tensor& tensor, std::mt19937& random)
{
    std::vector<double> numbers(static_cast<size_t>(tensor.count()));
    for (double& number : numbers)
        number = std::normal_distribution<>()(random);
    return Tensor::of<double>(tensor.shape(), numbers);
}

/// tensor + step * direction
Tensor moved(const Tensor& tensor, const Tensor& direction, double step)
{
    std::vector<double> numbers;
    for (int64_t i = 0; i < tensor.count(); ++i)
        numbers.push_back(tensor.number(i) + step * direction.number(i));
    return Tensor::of<double>(tensor.shape(), numbers);
}

double product(const Tensor& a, const Tensor& b)
{
    double sum = 0;
    for (int64_t i = 0; i < a.count(); ++i)
        sum += a.number(i) * b.number(i);
    return sum;
}

}

/// Recurrent cells with random weights, made by make_rnn_cases.py below BACKSTEP_RNN_CASES: outputs
/// against ONNX Runtime, gradients of every output to every input against finite differences.
class TestRnnCases : public QObject
{
    Q_OBJECT
private:
    OpenOptions options(const Arrays& inputs, const std::string& output, const Tensor& target,
                        DType dtype) const
    {
        OpenOptions options;
        if (dtype == DType::Float64)
            options.widened = {DType::Float32};
        options.loss = {LossKind::MeanSquare, output};
        options.inputs.given = inputs;
        options.inputs.given["target"] = target;
        return options;
    }

    double loss(const std::string& path, const OpenOptions& options) const
    {
        DebugSession session;
        if (!session.open(path, options))
            return std::nan("");
        return session.step(StepKind::ForwardEnd).loss.value_or(std::nan(""));
    }

    /// dL/dstep along a direction: central differences, one Richardson step (error O(h^4)).
    double slope(const std::string& path, OpenOptions options, const std::string& input,
                 const Tensor& direction, double h) const
    {
        const Tensor at = options.inputs.given[input];
        const auto difference = [&](double h) {
            options.inputs.given[input] = moved(at, direction, h);
            const double above = loss(path, options);
            options.inputs.given[input] = moved(at, direction, -h);
            return (above - loss(path, options)) / (2 * h);
        };
        return (4 * difference(h / 2) - difference(h)) / 3;
    }

private slots:
    void agreesWithOthers_data()
    {
        QTest::addColumn<QString>("folder");
        const QString root = qEnvironmentVariable("BACKSTEP_RNN_CASES");
        QVERIFY2(!root.isEmpty(),
                 "BACKSTEP_RNN_CASES names the cases' folder (tests/run.sh --all)");
        for (const QString& set : QDir(root).entryList({"rnn_cases_*"}, QDir::Dirs, QDir::Name)) {
            QFile list(root + "/" + set + "/rnn_ext/cases.tsv");
            QVERIFY(list.open(QIODevice::ReadOnly));
            for (const QString& line : QString::fromUtf8(list.readAll()).split('\n').mid(1)) {
                const QStringList columns = line.split('\t');
                if (columns.size() == 3)
                    QTest::newRow(qPrintable(set + "/" + columns[0] + " " + columns[2]))
                        << root + "/" + set + "/rnn_ext/" + columns[0];
            }
        }
    }
    void agreesWithOthers()
    {
        QFETCH(QString, folder);
        const std::string path = (folder + "/model.onnx").toStdString();
        const auto model = parseOnnx(*FileView::open(path));
        QVERIFY(model);
        const Arrays inputs =
            arraysOf(folder + "/test_data_set_0", "input", (*model)->graph().input());
        const Arrays outputs =
            arraysOf(folder + "/test_data_set_0", "output", (*model)->graph().output());
        Arrays wide = inputs;
        for (auto& [name, tensor] : wide)
            if (isFloating(tensor.dtype()))
                tensor = tensor.converted(DType::Float64);

        const bool isPiecewise = hasKinks(QTest::currentDataTag());
        const double h = isPiecewise ? 2e-6 : 2e-4, tolerance = isPiecewise ? 1e-6 : 1e-7;
        std::mt19937 random(3);
        for (const auto& [output, wanted] : outputs) {
            const Tensor target = randomLike(wanted, random);
            DebugSession narrow;
            const Result<void> isOpen = narrow.open(
                path, options(inputs, output, target.converted(DType::Float32), DType::Float32));
            QVERIFY2(bool(isOpen), isOpen ? "" : isOpen.error().text().c_str());
            narrow.setStopsAtBreaks(false);
            narrow.step(StepKind::ForwardEnd);
            for (const GraphOutput& made : narrow.snapshot()->program->outputs)
                if (made.name == output) {
                    const Tensor found = narrow.value({made.value, {}}).tensor;
                    QCOMPARE(found.shape(), wanted.shape());
                    for (int64_t i = 0; i < found.count(); ++i)
                        QVERIFY(std::abs(found.number(i) - wanted.number(i)) <=
                                1e-5 * std::max(1.0, std::abs(wanted.number(i))));
                }

            const OpenOptions exact = options(wide, output, target, DType::Float64);
            DebugSession session;
            QVERIFY(session.open(path, exact));
            session.setStopsAtBreaks(false);
            session.step(StepKind::Continue);
            const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
            // What rounding of the loss alone makes of a difference (SEMANTICS R13).
            const double noise = 10 * std::numeric_limits<double>::epsilon() *
                                 std::abs(session.state().loss.value_or(0)) / h;
            for (const ValueId id : snapshot->document->graph->valuesOfKind(ValueKind::Input)) {
                const ValueInfo& input = snapshot->document->graph->value(id);
                if (!isFloating(input.type.dtype))
                    continue;
                const auto cotangent = snapshot->cotangents.find(id);
                QVERIFY2(cotangent != snapshot->cotangents.end(), input.name.c_str());
                const Tensor gradient = session.value({cotangent->second, {}}).tensor;
                QVERIFY(!gradient.isNull());
                const Tensor direction = randomLike(gradient, random);
                const double found = product(gradient, direction);
                const double expected = slope(path, exact, input.name, direction, h);
                // Two steps that disagree: a kink lies between, and neither is the slope.
                if (isPiecewise &&
                    std::abs(expected - slope(path, exact, input.name, direction, h / 10)) >
                        tolerance * std::sqrt(product(gradient, gradient)))
                    continue;
                const double size =
                    std::sqrt(product(gradient, gradient) * product(direction, direction));
                QVERIFY2(std::abs(found - expected) <=
                             std::max(tolerance * std::max(size, 1e-3), noise),
                         qPrintable(QString("%1 of %2: %3, finite differences %4")
                                        .arg(QString::fromStdString(output),
                                             QString::fromStdString(input.name))
                                        .arg(found, 0, 'g', 12)
                                        .arg(expected, 0, 'g', 12)));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestRnnCases)
#include "tst_rnn_cases.moc"
