// What a user says that an op computes, where the file's op is not known here (SEMANTICS R16).
#include "engine/formats/npz.h"
#include "engine/session/debug_session.h"
#include "tests/support/small_models.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace backstep;

namespace {

const std::string kFixtures = std::string(BACKSTEP_TEST_DATA) + "/models/";

/// Runs to the end; the message where it does not come there.
QString finish(DebugSession& session)
{
    session.setStopsAtBreaks(false);
    const PassState state = session.step(StepKind::Continue);
    return state.reason == StopReason::End && state.loss ? QString() : state.message.c_str();
}

Tensor gradientOf(DebugSession& session, const std::string& weight)
{
    const auto snapshot = session.snapshot();
    for (const ValueId id : snapshot->program->valuesOfKind(ValueKind::Weight))
        if (const auto found = snapshot->cotangents.find(id);
            snapshot->program->value(id).name == weight && found != snapshot->cotangents.end())
            return session.value({found->second, {}}).tensor;
    return {};
}

Tensor outputOf(DebugSession& session, size_t index)
{
    const Graph& graph = *session.snapshot()->document->graph;
    return session.value({graph.outputs[index].value, {}}).tensor;
}

/// y, z = Foreign(x, k) with k a weight [3]; y is stated as [2, 3], z by nothing.
std::string foreignModel(const QTemporaryDir& folder)
{
    const std::string path = folder.filePath("foreign.onnx").toStdString();
    SmallModel model;
    model.input("x", {2, 3}).weight("k", {3}).node("Foreign", {"x", "k"}, {"y", "z"}, "odd");
    model.weight("cell/scale", {3}).weight("cell/bias", {3}).weight("dense/bias", {3});
    model.node("Identity", {"z"}, {"w"}, "last").output("y", {2, 3}).output("w", {2});
    QFile file(QString::fromStdString(path));
    if (file.open(QIODevice::WriteOnly))
        file.write(QByteArray::fromStdString(model.bytes()));
    return path;
}

OpenOptions withForward(const char* op, const QString& text)
{
    OpenOptions options;
    options.dtype = DType::Float64;
    options.forwards = {{op, text.toStdString()}};
    options.inputs.given["x"] =
        Tensor::of<double>({2, 3}, {0.5, -1, 2, 0, 3, -0.25}).converted(DType::Float64);
    options.loss.kind = LossKind::Sum;
    return options;
}

}

class TestGivenForwards : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(m_folder.isValid()); }

    /// Expected: y, and the gradient of sum(y) with respect to k, by hand;
    /// x = [[0.5, -1, 2], [0, 3, -0.25]], k = [0.1, -0.199, 0.302] (SmallModel::weight).
    void computesWhatWasGiven_data()
    {
        QTest::addColumn<QByteArray>("op");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QList<double>>("y");
        QTest::addColumn<QList<double>>("dk"); // empty: none
        const QList<double> product{0.05, 0.199, 0.604, 0, -0.597, -0.0755}, columns{0.5, 2, 1.75};
        const auto row = [](const char* name, const char* op, const char* text, QList<double> y,
                            QList<double> dk) {
            QTest::newRow(name) << QByteArray(op) << QString(text) << y << dk;
        };
        row("by node", "odd", "x * k, x.sum(dim=1)", product, columns);
        row("by op type", "Foreign", "tf.multiply(x0, x1), tf.reduce_sum(x, axis=-1)", product,
            columns);
        row("named outputs", "odd", "y0 = x0 * x1, y1 = x0[:, 0]", product, columns);
        row("lines", "odd", "t = x * 2\nt -= x\nreturn t * k, t[:, 1]", product, columns);
        row("a function", "odd", "def call(a, b):\n  return a * b, np.sum(a, axis=1)", product,
            columns);
        row("the forward of an autograd.Function", "odd",
            "class P(torch.autograd.Function):\n  @staticmethod\n  def forward(ctx, a, b):\n"
            "    ctx.save_for_backward(a)\n    return a * b, a.sum(1)\n  @staticmethod\n"
            "  def backward(ctx, g, h):\n    return g, None",
            product, columns);
        row("an input as it is", "odd", "x, x[:, 0]", {0.5, -1, 2, 0, 3, -0.25}, {});
        row("no gradient on the way", "odd", "tf.sign(x * k), x[:, 0]", {1, 1, 1, 0, -1, -1},
            {0, 0, 0});
        row("a cut", "odd", "x * k + tf.stop_gradient(x * k) - x * k.detach(), x[:, 0]", product,
            columns);
        row("a weight by its name", "odd", "x * weight('k'), x.sum(1)", product, columns);
        row("a weight by its whole name", "odd", "x * weight(\"cell/scale\"), x.sum(1)",
            {0.05, 0.199, 0.604, 0, -0.597, -0.0755}, {});
        row("a weight by the end of its name", "odd", "x * weight('scale') + 0 * k, x.sum(1)",
            product, {0, 0, 0});
        row("straight through", "odd",
            "soft = x * k\nreturn soft + tf.stop_gradient(tf.sign(x) - soft), x[:, 0]",
            {1, -1, 1, 0, 1, -1}, columns);
    }
    void computesWhatWasGiven()
    {
        QFETCH(QByteArray, op);
        QFETCH(QString, text);
        QFETCH(QList<double>, y);
        QFETCH(QList<double>, dk);
        DebugSession session;
        const Result<void> opened =
            session.open(foreignModel(m_folder), withForward(op.constData(), text));
        QVERIFY2(bool(opened), opened ? "" : opened.error().text().c_str());
        const QString stopped = finish(session);
        QVERIFY2(stopped.isEmpty(), qPrintable(stopped));
        const Tensor found = outputOf(session, 0), gradient = gradientOf(session, "k");
        QCOMPARE(found.count(), int64_t(y.size()));
        for (int i = 0; i < y.size(); ++i)
            QVERIFY2(std::abs(found.number(i) - y[i]) < 1e-7,
                     qPrintable(QString::number(found.number(i), 'g', 17)));
        QCOMPARE(gradient.isNull(), dk.isEmpty());
        for (int i = 0; i < dk.size(); ++i)
            QVERIFY2(std::abs(gradient.number(i) - dk[i]) < 1e-12,
                     qPrintable(QString::number(gradient.number(i), 'g', 17)));
    }

    void refusesWhatDoesNotFit_data()
    {
        QTest::addColumn<QByteArray>("op");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* op, const char* text, const char* says) {
            QTest::newRow(name) << QByteArray(op) << QString(text) << QString(says);
        };
        row("no such op", "Foriegn", "x, x", "Did you mean 'Foreign'?");
        row("no expression", "odd", "x *", "found the end of the text (column 4)");
        row("one output", "odd", "x * k", "The text computes 1 and the op has 2");
        row("another shape", "odd", "x[0], x[:, 0]",
            "computes [3] for 'y', and the file states [2, 3]");
        row("unknown name", "odd", "x * scale, x[:, 0]", "'scale' is not known here");
        row("a weight of nobody", "odd", "x * weight('cell/scael'), x[:, 0]",
            "The model has no weight named 'cell/scael' (column 5)");
        row("a name near it", "odd", "x * weight('cell/scael'), x[:, 0]",
            "Did you mean 'cell/scale'?");
        row("the end of two names", "odd", "x + weight('bias'), x[:, 0]",
            "'bias' may be any of 2 weights: cell/bias, dense/bias");
        row("no name", "odd", "x + weight(3), x[:, 0]", "expected a string");
        row("parameters", "odd", "def f(a): return a", "'f' takes 1 tensor and the op has 2");
    }
    void refusesWhatDoesNotFit()
    {
        QFETCH(QByteArray, op);
        QFETCH(QString, text);
        QFETCH(QString, says);
        DebugSession session;
        const Result<void> opened =
            session.open(foreignModel(m_folder), withForward(op.constData(), text));
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, std::string("forward"));
        QVERIFY2(QString::fromStdString(opened.error().text()).contains(says),
                 opened.error().text().c_str());
    }

    /// TensorFlow has no gradient for TruncateMod; with its forward given, the LSTM in front of it
    /// gets the true one: g64_complete of the fixture, computed apart from the failing op. ONNX
    /// has the gates as i, o, f, c and TensorFlow as i, f, c, o.
    void givesTheGradientThatTheFrameworkLacks()
    {
        const std::string folder = kFixtures + "tf_skip_around_unregistered/";
        const Result<FileView> file = FileView::open(folder + "reference.npz");
        QVERIFY(bool(file));
        const auto entries = readNpz(*file);
        QVERIFY(bool(entries));
        OpenOptions options = withForward("TruncateMod", "tf.truncatemod(x0, x1)");
        options.loss = {};
        options.inputs.given = {{"x", entries->at("input")}, {"target", entries->at("target")}};
        const Shape sizes = entries->at("input").shape();
        DebugSession session;
        Result<void> opened = session.open(folder + "model.onnx", options);
        QVERIFY2(bool(opened), opened ? "" : opened.error().text().c_str());
        const QString stopped = finish(session);
        QVERIFY2(stopped.isEmpty(), qPrintable(stopped));
        const Tensor found = gradientOf(session, "W0__647");
        const Tensor wanted = entries->at("g64_complete/lstm/lstm_cell/kernel");
        QCOMPARE(found.count(), wanted.count());
        const int64_t features = sizes.back(), units = wanted.shape()[1] / 4;
        const std::array<int64_t, 4> gateOf{0, 3, 1, 2};
        double largest = 0;
        for (int64_t row = 0; row < 4 * units; ++row)
            for (int64_t feature = 0; feature < features; ++feature) {
                const int64_t column = gateOf[size_t(row / units)] * units + row % units;
                const double expected = wanted.number(feature * 4 * units + column);
                largest =
                    std::max(largest, std::abs(found.number(row * features + feature) - expected));
            }
        QVERIFY2(largest < 1e-8, qPrintable(QString::number(largest)));
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestGivenForwards)
#include "tst_given_forwards.moc"
