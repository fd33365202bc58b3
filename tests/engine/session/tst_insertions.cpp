// Ops put between a value and an op that does not take it: what the finding offers, the types that
// come out, and that everything learns then.

#include "engine/checks/checks.h"
#include "engine/session/debug_session.h"
#include "tests/support/small_models.h"

#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace backstep;

namespace {

/// The type of the value that a node of this op gives; empty when there is none.
QString typeBehind(const Graph& graph, const std::string& op)
{
    for (NodeId id : graph.nodeIds())
        if (graph.node(id).op.type == op)
            return QString::fromStdString(graph.value(graph.node(id).outputs.at(0)).type.text());
    return {};
}

const Fix* insertionOf(const Snapshot& snapshot, Insertion::Kind kind)
{
    for (const Finding& finding : *snapshot.findings)
        for (const Fix& fix : finding.fixes)
            if (fix.insertion && fix.insertion->kind == kind)
                return &fix;
    return nullptr;
}

int64_t liveWeights(const Snapshot& snapshot)
{
    int64_t live = 0;
    for (const auto& [value, arrival] : snapshot.report->targets)
        live +=
            snapshot.program->value(value).kind == ValueKind::Weight && arrival.flow == Flow::Live;
    return live;
}

int errorsIn(const Snapshot& snapshot)
{
    int errors = 0;
    for (const Finding& finding : *snapshot.findings)
        errors += finding.severity() == Severity::Error;
    return errors;
}

}

class InsertionsTest : public QObject
{
    Q_OBJECT
private slots:
    void makeTheModelRun_data();
    void makeTheModelRun();
    void putAxesInOrder_data();
    void putAxesInOrder();
    void onlyTheCharactersThatOccurLearn();
    void areSavedAndUndone();
    void areRefusedWhereNothingFits();
};

void InsertionsTest::makeTheModelRun_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<Insertion::Kind>("kind");
    QTest::addColumn<QString>("op"); // the last one put in
    QTest::addColumn<QString>("type");
    QTest::addColumn<int>("liveWeights");
    using Kind = Insertion::Kind;
    const QString words = "x: string[2] -> LSTM(4) -> Dense(3) -> mse";
    // Made-up texts are words of at most five letters; the layer takes 8 features.
    QTest::newRow("characters of [n]") << words << Kind::Characters << "Transpose"
                                       << "float32 [5, 2, 8]" << 5;
    // Which of the 8 features is the one of each text.
    QTest::newRow("one-hot of [n]") << words << Kind::OneHot << "Equal"
                                    << "bool [2, 8]" << 4; // no Embedding
    QTest::newRow("words of [n]") << words << Kind::Words << "Unsqueeze"
                                  << "float32 [1, 2, 8]" << 5;
}

void InsertionsTest::makeTheModelRun()
{
    QFETCH(QString, model);
    QFETCH(Insertion::Kind, kind);
    QFETCH(QString, op);
    QFETCH(QString, type);
    QFETCH(int, liveWeights);
    DebugSession session;
    QVERIFY(session.openText(model.toStdString()));
    QCOMPARE(errorsIn(*session.snapshot()), 1);
    const Fix* fix = insertionOf(*session.snapshot(), kind);
    QVERIFY(fix);
    const Result<void> inserted = session.insert(*fix->insertion);
    QVERIFY2(inserted, inserted ? "" : inserted.error().text().c_str());
    QCOMPARE(errorsIn(*session.snapshot()), 0);
    QCOMPARE(typeBehind(*session.snapshot()->program, op.toStdString()), type);
    session.setStopsAtBreaks(false);
    const PassState state = session.step(StepKind::Continue);
    QCOMPARE(state.reason, StopReason::End);
    QVERIFY(state.loss && std::isfinite(*state.loss));
    QCOMPARE(::liveWeights(*session.snapshot()), liveWeights);
}

void InsertionsTest::putAxesInOrder_data()
{
    QTest::addColumn<std::string>("model");
    QTest::addColumn<QStringList>("titles"); // of the Transposes, by their meanings
    QTest::addColumn<QString>("type");       // behind the first
    const auto lstm = [](std::vector<int64_t> shape, int64_t stateBatch, int64_t layout) {
        SmallModel model(18);
        model.input("x", std::move(shape)).weight("W", {1, 16, 3}).weight("R", {1, 16, 4});
        if (stateBatch > 0)
            model.input("state", layout ? std::vector<int64_t>{stateBatch, 1, 4}
                                        : std::vector<int64_t>{1, stateBatch, 4});
        model.node("LSTM", {"x", "W", "R", "", "", stateBatch > 0 ? "state" : ""}, {"", "y"},
                   "lstm");
        model.attribute("hidden_size", 4).attribute("layout", layout);
        return model.output("y", {}).bytes();
    };
    const auto product = [](std::vector<int64_t> shape, const Shape& weights) {
        SmallModel model(18);
        model.input("x", std::move(shape)).weight("W", weights);
        return model.node("MatMul", {"x", "W"}, {"y"}, "product").output("y", {}).bytes();
    };
    const QString time = " (time, batch, features)", batch = " (batch, time, features)";
    QTest::newRow("features in the middle")
        << lstm({2, 3, 5}, 0, 0)
        << QStringList{"Transpose x by (2, 0, 1): [2, 3, 5] -> [5, 2, 3]" + time,
                       "Transpose x by (0, 2, 1): [2, 3, 5] -> [2, 5, 3]" + time}
        << "float32 [5, 2, 3]";
    QTest::newRow("features in the middle, batch known")
        << lstm({2, 3, 5}, 2, 0)
        << QStringList{"Transpose x by (2, 0, 1): [2, 3, 5] -> [5, 2, 3]" + time}
        << "float32 [5, 2, 3]";
    QTest::newRow("features first")
        << lstm({3, 5, 2}, 2, 0)
        << QStringList{"Transpose x by (1, 2, 0): [3, 5, 2] -> [5, 2, 3]" + time}
        << "float32 [5, 2, 3]";
    QTest::newRow("batch first") << lstm({2, 5, 3}, 2, 0)
                                 << QStringList{"Transpose x by (1, 0, 2): [2, 5, 3] -> [5, 2, 3]" +
                                                time}
                                 << "float32 [5, 2, 3]";
    QTest::newRow("features in the middle, layout 1")
        << lstm({2, 3, 5}, 2, 1)
        << QStringList{"Transpose x by (0, 2, 1): [2, 3, 5] -> [2, 5, 3]" + batch}
        << "float32 [2, 5, 3]";
    QTest::newRow("a matrix") << product({3, 2}, {3, 4})
                              << QStringList{"Transpose x by (1, 0): [3, 2] -> [2, 3]"}
                              << "float32 [2, 3]";
    QTest::newRow("a matrix of weights")
        << product({2, 3}, {4, 3}) << QStringList{"Transpose W by (1, 0): [4, 3] -> [3, 4]"}
        << "float32 [3, 4]";
    QTest::newRow("in no order") << product({2, 5}, {3, 4}) << QStringList() << "";
}

void InsertionsTest::putAxesInOrder()
{
    QFETCH(std::string, model);
    QFETCH(QStringList, titles);
    QFETCH(QString, type);
    const QTemporaryDir folder;
    const std::string path = folder.filePath("model.onnx").toStdString();
    QVERIFY(writeFile(path, model));
    DebugSession session;
    QVERIFY(session.open(path));
    QCOMPARE(errorsIn(*session.snapshot()), 1);
    QStringList offered;
    for (const Finding& finding : *session.snapshot()->findings)
        for (const Fix& fix : finding.fixes)
            if (fix.insertion && fix.insertion->kind == Insertion::Kind::Transpose)
                offered += QString::fromStdString(fix.title);
    QCOMPARE(offered, titles);
    if (titles.isEmpty())
        return;
    const Fix* fix = insertionOf(*session.snapshot(), Insertion::Kind::Transpose);
    const Result<void> inserted = session.insert(*fix->insertion);
    QVERIFY2(inserted, inserted ? "" : inserted.error().text().c_str());
    QCOMPARE(errorsIn(*session.snapshot()), 0);
    QCOMPARE(typeBehind(*session.snapshot()->program, "Transpose"), type);
    session.setStopsAtBreaks(false);
    QCOMPARE(session.step(StepKind::Continue).reason, StopReason::End);
    QVERIFY(session.undo());
    QCOMPARE(errorsIn(*session.snapshot()), 1);
}

void InsertionsTest::onlyTheCharactersThatOccurLearn()
{
    OpenOptions options;
    options.inputs.given["x"] = Tensor::ofStrings({2}, {"hello", "wörld"});
    DebugSession session;
    QVERIFY(session.openText("x: string[2] -> LSTM(4) -> Dense(3) -> mse", options));
    const Fix* fix = insertionOf(*session.snapshot(), Insertion::Kind::Characters);
    QVERIFY(fix && session.insert(*fix->insertion));
    session.setStopsAtBreaks(false);
    session.step(StepKind::Continue);
    const Snapshot& snapshot = *session.snapshot();
    std::set<int> learning;
    for (const auto& [value, cotangent] : snapshot.cotangents) {
        const ValueInfo& info = snapshot.program->value(value);
        if (info.kind != ValueKind::Weight || info.type.shape != Shape{128, 8})
            continue;
        const Tensor gradient = session.value({cotangent, {}}).tensor;
        for (int row = 0; row < 128; ++row)
            for (int k = 0; k < 8; ++k)
                if (gradient.number(row * 8 + k) != 0)
                    learning.insert(row);
    }
    // ASCII codes; 127 stands for the letter that is not ASCII.
    QCOMPARE(learning, (std::set<int>{'d', 'e', 'h', 'l', 'o', 'r', 'w', 127}));
}

void InsertionsTest::areSavedAndUndone()
{
    DebugSession session;
    QVERIFY(session.openText("x: string[2] -> LSTM(4) -> Dense(3) -> mse"));
    const Fix* fix = insertionOf(*session.snapshot(), Insertion::Kind::Words);
    QVERIFY(fix && session.insert(*fix->insertion));
    const QTemporaryDir folder;
    const std::string path = folder.filePath("fixed.onnx").toStdString();
    QVERIFY(session.save(path));
    DebugSession again;
    QVERIFY(again.open(path));
    QCOMPARE(errorsIn(*again.snapshot()), 0);
    QCOMPARE(typeBehind(*again.snapshot()->program, "LabelEncoder"), "int64 [2]");
    QVERIFY(session.undo());
    QCOMPARE(errorsIn(*session.snapshot()), 1);
    QVERIFY(session.redo());
    QCOMPARE(errorsIn(*session.snapshot()), 0);
}

void InsertionsTest::areRefusedWhereNothingFits()
{
    DebugSession session;
    QVERIFY(!session.insert({}));
    QVERIFY(session.openText("x: float32[2, 3] -> Dense(3) -> tanh -> mse"));
    QVERIFY(!session.insert({}));
}

QTEST_APPLESS_MAIN(InsertionsTest)
#include "tst_insertions.moc"
