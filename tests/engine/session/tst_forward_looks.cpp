// A forward that is typed in an op's place, before it is applied: whether it fits, how far it is
// from the op on the values seen, what becomes of the weights.
#include "engine/checks/soft_fixes.h"
#include "engine/session/forward_looks.h"
#include "engine/session/gradient_effect.h"
#include "tests/support/small_models.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace backstep;

namespace {

/// y = `op`(x * w); the weight is behind the op.
std::string modelWith(const QTemporaryDir& folder, const char* op)
{
    SmallModel model;
    model.input("x", {2, 3}).weight("w", {2, 3}).node("Mul", {"x", "w"}, {"a"}, "before");
    model.node(op, {"a"}, {"y"}, "odd").output("y", {2, 3});
    QFile file(folder.filePath("model.onnx"));
    if (file.open(QIODevice::WriteOnly))
        file.write(QByteArray::fromStdString(model.bytes()));
    return file.fileName().toStdString();
}

NodeId nodeNamed(const Graph& graph, const std::string& name)
{
    for (const NodeId id : graph.nodeIds())
        if (graph.node(id).origin.name == name)
            return id;
    return kNoNode;
}

}

class TestForwardLooks : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY(m_folder.isValid()); }
    void saysHowFarTheTextIsFromTheOp_data();
    void saysHowFarTheTextIsFromTheOp();
    void refusesWhatDoesNotFit_data();
    void refusesWhatDoesNotFit();
    void comparesWithTheFilesOpBehindAGivenForward();
    void aPartOfAnOpCannotBeReplaced();
    void saysWhatBecomesOfTheWeights();

private:
    /// Runs the op on a = [0.5, -1, 2, 0, 3, -0.25].
    bool opens(DebugSession& session, const char* op)
    {
        OpenOptions options;
        options.widened = {DType::Float32};
        std::vector<double> x{0.5, -1, 2, 0, 3, -0.25};
        const std::string path = modelWith(m_folder, op);
        DebugSession plain;
        if (!plain.open(path))
            return false;
        const Graph& graph = *plain.snapshot()->document->graph;
        const Tensor w = graph.value(graph.valuesOfKind(ValueKind::Weight).front())
                             .content.converted(DType::Float64);
        for (size_t i = 0; i < x.size(); ++i)
            x[i] /= w.number(static_cast<int64_t>(i));
        options.inputs.given["x"] = Tensor::of<double>({2, 3}, x);
        if (!session.open(path, options))
            return false;
        session.setStopsAtBreaks(false);
        session.step(StepKind::Continue);
        return true;
    }
    Result<ForwardSubject> subjectOf(DebugSession& session)
    {
        return forwardSubject(session, nodeNamed(*session.snapshot()->program, "odd"));
    }
    QTemporaryDir m_folder;
};

void TestForwardLooks::saysHowFarTheTextIsFromTheOp_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<double>("largest"); // NumPy 2: abs(text - np.sign(a))
    QTest::addColumn<double>("mean");
    QTest::addColumn<QString>("says");
    QTest::newRow("the op itself")
        << QByteArray("tf.sign(x)") << 0.0 << 0.0 << "is equal on 6 values";
    QTest::newRow("soft") << QByteArray("tanh(5 * x)") << 0.15171636004248712 << 0.02753214362515936
                          << "differs by at most 0.152 at [1, 2]: -0.8483 in place of -1, where "
                             "x = -0.25";
    QTest::newRow("the identity") << QByteArray("x") << 2.0 << 0.7083333333333334
                                  << "differs by at most 2 at [1, 1]: 3 in place of 1, where x = 3";
    QTest::newRow("not a number") << QByteArray("x / abs(x)") << HUGE_VAL << HUGE_VAL
                                  << "differs by at most inf at [1, 0]: nan in place of 0, where "
                                     "x = 0";
}

void TestForwardLooks::saysHowFarTheTextIsFromTheOp()
{
    QFETCH(QByteArray, text);
    QFETCH(double, largest);
    QFETCH(double, mean);
    QFETCH(QString, says);
    DebugSession session;
    QVERIFY(opens(session, "Sign"));
    const Result<ForwardSubject> subject = subjectOf(session);
    QVERIFY2(subject, subject ? "" : subject.error().text().c_str());
    QVERIFY(subject->hasOwn && !subject->given);
    const Result<ForwardError> error = forwardErrorOf(session, *subject, text.toStdString());
    QVERIFY2(error, error ? "" : error.error().text().c_str());
    QVERIFY(error->largest == largest || std::abs(error->largest - largest) < 1e-12);
    QVERIFY2(error->mean == mean || std::abs(error->mean - mean) < 1e-12,
             qPrintable(QString::number(error->mean, 'g', 17)));
    QCOMPARE(QString::fromStdString(sentenceOf(*error)), says);
}

void TestForwardLooks::refusesWhatDoesNotFit_data()
{
    QTest::addColumn<QByteArray>("op");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("column"); // of the error, from 0
    QTest::addColumn<QString>("says");
    QTest::newRow("unknown name") << QByteArray("Sign") << QByteArray("x * tanhh(x)") << 4
                                  << "tanhh";
    QTest::newRow("half typed") << QByteArray("Sign") << QByteArray("tanh(") << 5 << "end";
    QTest::newRow("another shape") << QByteArray("Sign") << QByteArray("x[0]") << -1
                                   << "The text computes [3], and Sign has [2, 3].";
    QTest::newRow("no cotangent forwards")
        << QByteArray("Sign") << QByteArray("dy * x") << 0 << "'dy' is not known here";
    QTest::newRow("a foreign op, unknown name")
        << QByteArray("Odd") << QByteArray("x * z") << 4 << "'z' is not known here";
}

void TestForwardLooks::refusesWhatDoesNotFit()
{
    QFETCH(QByteArray, op);
    QFETCH(QByteArray, text);
    QFETCH(int, column);
    QFETCH(QString, says);
    DebugSession session;
    QVERIFY(opens(session, op.constData()));
    const Result<ForwardSubject> subject = subjectOf(session);
    QVERIFY2(subject, subject ? "" : subject.error().text().c_str());
    const Result<void> fit = fitsForward(*subject, text.toStdString());
    QVERIFY(!fit);
    QCOMPARE(fit.error().column, column);
    QVERIFY2(QString::fromStdString(fit.error().message).contains(says),
             fit.error().text().c_str());
}

void TestForwardLooks::comparesWithTheFilesOpBehindAGivenForward()
{
    DebugSession session;
    QVERIFY(opens(session, "Sign"));
    const Result<void> given = session.setForward({"odd", "tanh(2 * x)"});
    QVERIFY2(given, given ? "" : given.error().text().c_str());
    const Result<ForwardSubject> subject = subjectOf(session);
    QVERIFY2(subject, subject ? "" : subject.error().text().c_str());
    QCOMPARE(subject->given->text, std::string("tanh(2 * x)"));
    QCOMPARE(subject->op().op.type, std::string("Sign"));
    QVERIFY(!subject->seen.areDrawn); // the op's input is still computed, by another id
    QCOMPARE(subject->seen.count, int64_t(6));
    const Result<ForwardError> error = forwardErrorOf(session, *subject, "x");
    QVERIFY2(error, error ? "" : error.error().text().c_str());
    QVERIFY(std::abs(error->largest - 2.0) < 1e-12 && !error->areDrawn);
}

void TestForwardLooks::aPartOfAnOpCannotBeReplaced()
{
    DebugSession session;
    QVERIFY(session.openExample("sign"));
    const Graph& graph = *session.snapshot()->program;
    const Result<ForwardSubject> gate =
        forwardSubject(session, nodeNamed(graph, "lstm/LSTM/candidate"));
    QVERIFY(!gate);
    QVERIFY2(gate.error().message.find("is a part of LSTM") != std::string::npos,
             gate.error().text().c_str());
}

void TestForwardLooks::saysWhatBecomesOfTheWeights()
{
    DebugSession session;
    QVERIFY(opens(session, "Sign"));
    const Snapshot& snapshot = *session.snapshot();
    const Node& node = snapshot.program->node(nodeNamed(*snapshot.program, "odd"));
    const GradientEffect effect =
        effectOf(snapshot, typedForward(*snapshot.program, node, "tanh(5 * x)"));
    QVERIFY2(!effect.error, effect.error ? effect.error->text().c_str() : "");
    QCOMPARE(effect.weights.size(), size_t(1));
    QCOMPARE(effect.weights[0].before.flow, Flow::Zero);
    QCOMPARE(effect.weights[0].after.flow, Flow::Live);
    QVERIFY(effect.weights[0].norm.value_or(0) > 0);
    QVERIFY(snapshot.document->forwards.empty());
    const GradientEffect refused = effectOf(snapshot, ForwardChoice{"odds", "x"});
    QVERIFY(refused.error && refused.error->hint.find("'odd'") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestForwardLooks)
#include "tst_forward_looks.moc"
