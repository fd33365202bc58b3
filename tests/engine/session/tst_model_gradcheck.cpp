// What gradcheck says of the ops of a model: verdicts by SEMANTICS R13 and R14.

#include "engine/session/model_gradcheck.h"
#include "tests/support/small_models.h"

#include <QTemporaryDir>
#include <QTest>

using namespace backstep;

class ModelGradcheckTest : public QObject
{
    Q_OBJECT
private slots:
    void givesItsVerdict_data();
    void givesItsVerdict();
    void namesTheWorstElementOfLargeTensors();
    void checksADocumentInFloat64ByTheIdsShown();
    void checksHalfPrecisionInFloat64();
    void transposesLinearGradients_data();
    void transposesLinearGradients();
    void aStopKeepsWhatIsFinished();
};

void ModelGradcheckTest::givesItsVerdict_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("op");
    QTest::addColumn<QString>("gradient"); // attached to the op; none: its own
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("verdict");
    QTest::addColumn<int>("live"); // percent; -1: not checked
    QTest::addColumn<bool>("isLinear");
    const QString tanh = "x: float32[2, 3] -> Dense(3) -> tanh -> mse";
    QTest::newRow("its own rule") << tanh << "Tanh"
                                  << ""
                                  << ""
                                  << "exact" << 100 << true;
    QTest::newRow("the same, typed") << tanh << "Tanh"
                                     << "dy * (1 - y * y)"
                                     << ""
                                     << "exact" << 100 << true;
    QTest::newRow("twice too large") << tanh << "Tanh"
                                     << "2 * dy * (1 - y * y)"
                                     << ""
                                     << "differs" << 100 << true;
    QTest::newRow("a little off") << tanh << "Tanh"
                                  << "dy * (1 - y * y) * 1.000001"
                                  << ""
                                  << "differs" << 100 << true;
    QTest::newRow("accepted") << tanh << "Tanh"
                              << "dy"
                              << "straight through"
                              << "surrogate" << 100 << true;
    QTest::newRow("dead") << tanh << "Tanh"
                          << "dy * 0"
                          << ""
                          << "differs" << 0 << true;
    QTest::newRow("not linear in dy") << tanh << "Tanh"
                                      << "dy * dy * (1 - y * y)"
                                      << ""
                                      << "differs" << 100 << false;
    QTest::newRow("zero almost everywhere is not exact")
        << "x: float32[2, 3] -> Dense(3) -> sign -> mse"
        << "Sign"
        << ""
        << ""
        << "zero almost everywhere" << -1 << true;
    QTest::newRow("a surrogate at a staircase is not exact")
        << "x: float32[2, 3] -> Dense(3) -> sign -> mse"
        << "Sign"
        << "dy"
        << ""
        << "differs" << 100 << true;
    QTest::newRow("in a cell") << "x: float32[2, 5, 3] -> LSTM(4) -> mse"
                               << "Sigmoid"
                               << ""
                               << ""
                               << "exact" << 100 << true;
    QTest::newRow("the whole model") << "x: float32[2, 5, 3] -> LSTM(4) -> GRU(3) -> mse"
                                     << ""
                                     << ""
                                     << ""
                                     << "exact" << -1 << true;
    QTest::newRow("the whole model behind a surrogate") << tanh << ""
                                                        << "dy"
                                                        << "straight through"
                                                        << "not checked" << -1 << true;
}

void ModelGradcheckTest::givesItsVerdict()
{
    QFETCH(QString, model);
    QFETCH(QString, op);
    QFETCH(QString, gradient);
    QFETCH(QString, reason);
    QFETCH(QString, verdict);
    QFETCH(int, live);
    QFETCH(bool, isLinear);
    OpenOptions options;
    options.widened = {DType::Float32};
    DebugSession session;
    QVERIFY(session.openText(model.toStdString(), options));
    if (!gradient.isEmpty()) {
        const std::string type = op.isEmpty() ? "Tanh" : op.toStdString();
        QVERIFY(session.attach(
            {{GradientTarget::Scope::OpType, type}, gradient.toStdString(), reason.toStdString()}));
    }
    const std::vector<OpGradcheck> checks = gradcheckModel(session, op.toStdString());
    QVERIFY(!checks.empty());
    const OpGradcheck& check = checks.back();
    QVERIFY2(QString::fromStdString(check.verdict) == verdict,
             (check.verdict + " " + check.remark).c_str());
    QCOMPARE(check.isFailure, verdict == "differs");
    if (live >= 0) {
        QCOMPARE(qRound(100 * check.behaviour.live), live);
        QCOMPARE(check.behaviour.isLinear, isLinear);
    }
}

// Of 65,536 pairs of elements 256 are looked at: the diagonal must be among them.
void ModelGradcheckTest::namesTheWorstElementOfLargeTensors()
{
    DebugSession session;
    QVERIFY(session.openText("x: float32[16, 3] -> Dense(16) -> tanh -> mse"));
    QVERIFY(session.attach({{GradientTarget::Scope::OpType, "Tanh"}, "2 * dy * (1 - y * y)"}));
    const Snapshot& snapshot = *session.snapshot();
    const auto rows = gradcheckDocument(*snapshot.document, *snapshot.program, {});
    QVERIFY2(rows, rows ? "" : rows.error().text().c_str());
    for (const OpGradcheck& row : *rows) {
        if (markOf(row) != CheckMark::Fails)
            continue;
        const JacobianEntry& worst = row.report.worst;
        QVERIFY(worst.output.value != kNoValue && worst.input.value != kNoValue);
        QCOMPARE(worst.output.index, worst.input.index); // an elementwise op
        QVERIFY(std::abs(worst.gradient - 2 * worst.slope) < 1e-6 * std::abs(worst.gradient));
        return;
    }
    QFAIL("2 * dy * (1 - y * y) passes");
}

void ModelGradcheckTest::checksADocumentInFloat64ByTheIdsShown()
{
    DebugSession session; // float32, where differences would decide nothing
    QVERIFY(session.openText("x: float32[2, 5, 3] -> LSTM(4) -> tanh -> sign -> mse"));
    QVERIFY(session.attach({{GradientTarget::Scope::OpType, "Sign"}, "dy", "straight through"}));
    QVERIFY(session.attach({{GradientTarget::Scope::OpType, "Tanh"}, "2 * dy"}));
    const PassState before = session.state();
    const Snapshot& snapshot = *session.snapshot();
    size_t told = 0;
    const auto rows = gradcheckDocument(
        *snapshot.document, *snapshot.program, {},
        [&](const OpGradcheck&, size_t done, size_t all) { told += done <= all ? 1 : 0; });
    QVERIFY2(rows, rows ? "" : rows.error().text().c_str());
    QCOMPARE(told, rows->size());
    std::map<std::string, CheckMark> marks;
    for (const OpGradcheck& row : *rows)
        if (row.node != kNoNode)
            marks[snapshot.program->node(row.node).op.type] =
                std::max(marks[snapshot.program->node(row.node).op.type], markOf(row));
    QCOMPARE(marks["Sign"], CheckMark::Surrogate);
    QCOMPARE(marks["Tanh"], CheckMark::Fails);
    QCOMPARE(marks["Sigmoid"], CheckMark::Passes);
    QCOMPARE(rows->back().node, kNoNode); // the whole model, which a surrogate leaves unchecked
    QCOMPARE(markOf(rows->back()), CheckMark::None);
    QCOMPARE(session.state().cursor, before.cursor);
    QCOMPARE(session.snapshot().get(), &snapshot);
}

// In float16 differences would decide nothing; its casts are identities then, and said so.
void ModelGradcheckTest::checksHalfPrecisionInFloat64()
{
    const Tensor weight = Tensor::of<float>({3, 2}, {0.5f, -0.25f, 0.75f, 0.3f, -0.6f, 0.1f});
    SmallModel model;
    model.input("x", {4, 3}, DType::Float16)
        .constant("W", weight.converted(DType::Float16))
        .node("MatMul", {"x", "W"}, {"h"}, "dense")
        .node("Tanh", {"h"}, {"t"}, "tanh")
        .node("Cast", {"t"}, {"y"}, "cast")
        .attribute("to", static_cast<int64_t>(DType::Float32))
        .output("y", {4, 2});
    QTemporaryDir folder;
    QFile file(folder.filePath("half.onnx"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(model.bytes()));
    file.close();
    DebugSession session;
    QVERIFY(session.open(file.fileName().toStdString()));
    const Snapshot& snapshot = *session.snapshot();
    const auto rows = gradcheckDocument(*snapshot.document, *snapshot.program);
    QVERIFY2(rows, rows ? "" : rows.error().text().c_str());
    QStringList found;
    for (const OpGradcheck& row : *rows)
        found += QString::fromStdString(
            (row.node == kNoNode ? "model" : snapshot.program->node(row.node).origin.name) + ": " +
            row.verdict + (row.remark.empty() ? "" : ", " + row.remark.substr(0, 22)));
    QCOMPARE(found.join("; "),
             QStringLiteral("dense: exact; tanh: exact; cast: exact, precision step "
                            "ignored; model: exact"));
}

void ModelGradcheckTest::transposesLinearGradients_data()
{
    QTest::addColumn<QString>("gradient");
    QTest::addColumn<bool>("isTransposed");
    QTest::newRow("linear in dy") << "dy * exp(-x * x)" << true;
    QTest::newRow("not linear in dy") << "dy * dy" << false;
}

// <w, Jv> = <J'w, v> to 1e-12 (SEMANTICS R13).
void ModelGradcheckTest::transposesLinearGradients()
{
    QFETCH(QString, gradient);
    QFETCH(bool, isTransposed);
    DebugSession session;
    QVERIFY(session.openText("x: float32[2, 3] -> Dense(3) -> tanh -> mse"));
    QVERIFY(
        session.attach({{GradientTarget::Scope::OpType, "Tanh"}, gradient.toStdString(), "why"}));
    const Snapshot& snapshot = *session.snapshot();
    const auto rows = gradcheckDocument(*snapshot.document, *snapshot.program);
    QVERIFY(rows);
    for (const OpGradcheck& row : *rows) {
        if (row.node == kNoNode || snapshot.program->node(row.node).op.type != "Tanh")
            continue;
        QCOMPARE(row.transposeError.has_value(), isTransposed);
        QVERIFY(row.transposeError.value_or(0) <= 1e-12);
        return;
    }
    QFAIL("no Tanh");
}

void ModelGradcheckTest::aStopKeepsWhatIsFinished()
{
    DebugSession session;
    QVERIFY(session.openText("x: float32[2, 5, 3] -> LSTM(4) -> mse"));
    std::stop_source stop;
    GradcheckOptions options;
    options.stop = stop.get_token();
    const auto rows = gradcheckDocument(*session.snapshot()->document, *session.snapshot()->program,
                                        options, [&](const OpGradcheck&, size_t done, size_t) {
                                            if (done == 3)
                                                stop.request_stop();
                                        });
    QVERIFY2(rows, rows ? "" : rows.error().text().c_str());
    QCOMPARE(rows->size(), size_t(3));
}

QTEST_APPLESS_MAIN(ModelGradcheckTest)
#include "tst_model_gradcheck.moc"
