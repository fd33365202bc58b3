// The item models against snapshots of real sessions.
#include "engine/session/debug_session.h"
#include "views/inspector/op_facts.h"
#include "views/models/findings_model.h"
#include "views/models/graph_tree_model.h"
#include "views/models/weights_model.h"
#include "views/style/badge.h"
#include "views/style/row_delegate.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace backstep;

namespace {

const char* const kSign = "x: float32[2, 12, 8] -> LSTM(16) -> sign -> Dense(10) -> mse";
const char* const kTanh = "x: float32[2, 12, 8] -> LSTM(16) -> tanh -> Dense(10) -> mse";

std::shared_ptr<const Snapshot> snapshotOf(DebugSession& session, const char* text)
{
    const auto opened = session.openText(text);
    return opened ? session.snapshot() : nullptr;
}

QStringList namesBelow(const QAbstractItemModel& model, const QModelIndex& parent)
{
    QStringList names;
    for (int row = 0; row < model.rowCount(parent); ++row)
        names << model.index(row, 0, parent).data().toString();
    return names;
}

}

class TestItemModels : public QObject
{
    Q_OBJECT
private slots:
    void followTheRulesOfItemModels_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("sign cuts the LSTM") << QByteArray(kSign);
        QTest::newRow("nothing is cut") << QByteArray(kTanh);
    }
    void followTheRulesOfItemModels()
    {
        QFETCH(QByteArray, text);
        DebugSession session;
        const auto snapshot = snapshotOf(session, text.constData());
        QVERIFY(snapshot);
        const auto mode = QAbstractItemModelTester::FailureReportingMode::QtTest;
        FindingsModel findings;
        WeightsModel weights;
        GraphTreeModel tree;
        QAbstractItemModelTester findingsTester(&findings, mode);
        QAbstractItemModelTester weightsTester(&weights, mode);
        QAbstractItemModelTester treeTester(&tree, mode);
        findings.setSnapshot(snapshot);
        weights.setSnapshot(snapshot);
        tree.setSnapshot(*snapshot);
        tree.setSnapshot(*snapshot); // states only: rows stay
        findings.setSnapshot(std::make_shared<Snapshot>());
        weights.setSnapshot(std::make_shared<Snapshot>());
        tree.setSnapshot({});
        QCOMPARE(tree.rowCount(), 0);
    }

    void oneRowForAnOpAtAllItsTimesteps()
    {
        DebugSession session;
        FindingsModel model;
        model.setSnapshot(snapshotOf(session, kSign));
        QCOMPARE(model.problemCount(), 1);
        QCOMPARE(model.placeCount(), int64_t{12});
        const auto text = [&](int column) { return model.index(0, column).data().toString(); };
        QCOMPARE(text(FindingsModel::OperatorColumn), QStringLiteral("Sign"));
        QCOMPARE(text(FindingsModel::TimestepColumn), QStringLiteral("12 timesteps"));
        QCOMPARE(text(FindingsModel::ReachColumn), QStringLiteral("3 weights"));
        QVERIFY(!model.index(0, FindingsModel::FixColumn).data(ButtonRole).toString().isEmpty());
        const auto address = model.index(0, 0).data(FindingsModel::AddressRole).value<OpAddress>();
        QCOMPARE(model.rowOf(address.node), 0);
    }

    void noRowsWhereNothingIsWrong()
    {
        DebugSession session;
        FindingsModel model;
        model.setSnapshot(snapshotOf(session, kTanh));
        QCOMPARE(model.problemCount(), 0);
    }

    void countsWeightsByWhatTheyGet()
    {
        DebugSession session;
        WeightsModel model;
        model.setSnapshot(snapshotOf(session, kSign));
        QCOMPARE(model.countOf(Flow::Zero), 3);
        QCOMPARE(model.countOf(Flow::Live), 2);
        QCOMPARE(model.summary(),
                 (QStringList{QStringLiteral("2 learn"), QStringLiteral("3 get only zeros")}));
    }

    void aWeightSaysTheSameEverywhere_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("letter");
        QTest::addColumn<QString>("word");
        QTest::addColumn<QString>("summary");
        QTest::addColumn<QString>("card"); // of the inspector
        QTest::newRow("an unknown op blocks") << "blocked"
                                              << "#"
                                              << "blocked: a rule is missing"
                                              << "2 learn · 3 blocked"
                                              << "The gradient is cut at FancyGate.";
        QTest::newRow("a way round the unknown op is left")
            << "incomplete"
            << "#"
            << "learns, but a part is missing"
            << "2 learn · 3 lack a part"
            << "Its gradient lacks the part through FancyGate.";
        QTest::newRow("integers lose it") << "lost"
                                          << "?"
                                          << "gets no gradient"
                                          << "2 learn · 3 get none"
                                          << "The gradient is cut at Cast.";
        QTest::newRow("a function without body") << "custom_lost"
                                                 << "#"
                                                 << "blocked: a rule is missing"
                                                 << "2 learn · 3 blocked"
                                                 << "The gradient is cut at my_custom_op.";
        QTest::newRow("a Cast behind an unknown op") << "cast_behind_unknown"
                                                     << "#"
                                                     << "blocked: a rule is missing"
                                                     << "2 learn · 3 blocked"
                                                     << "The gradient is cut at FancyGate.";
    }
    void aWeightSaysTheSameEverywhere()
    {
        QFETCH(QString, file);
        DebugSession session;
        QVERIFY(session.open(BACKSTEP_SOURCE_DIR "/tests/data/models/states/" + file.toStdString() +
                             ".onnx"));
        const Snapshot& snapshot = *session.snapshot();
        WeightsModel weights;
        weights.setSnapshot(session.snapshot());
        QTEST(weights.summary().join(QStringLiteral(" · ")), "summary");
        GraphTreeModel tree;
        tree.setSnapshot(snapshot);
        for (ValueId weight : snapshot.program->valuesOfKind(ValueKind::Weight)) {
            if (snapshot.program->value(weight).name.find("lstm") == std::string::npos)
                continue;
            const QModelIndex leaf = tree.indexOf(weight);
            for (const QModelIndex& place : {leaf, leaf.parent()}) { // the layer as its weight
                const auto badge = place.data(BadgeRole).value<Badge>();
                QTEST(badge.letter, "letter");
                QTEST(badge.word, "word");
            }
            QTEST(OpFacts::ofWeight(snapshot, weight).cardText, "card");
        }
        FindingsModel findings;
        findings.setSnapshot(session.snapshot());
        QCOMPARE(findings.problemCount(), 1);
        QCOMPARE(findings.index(0, FindingsModel::ReachColumn).data().toString(),
                 QStringLiteral("3 weights"));
    }

    void treeHoldsLayersWeightsAndOps()
    {
        DebugSession session;
        GraphTreeModel model;
        const auto snapshot = snapshotOf(session, kSign);
        model.setSnapshot(*snapshot);
        const QModelIndex top = model.index(0, 0);
        const QStringList layers = namesBelow(model, top);
        QVERIFY2(layers.size() >= 3, qPrintable(layers.join(QLatin1Char(' '))));
        for (ValueId weight : snapshot->program->valuesOfKind(ValueKind::Weight)) {
            const QModelIndex index = model.indexOf(weight);
            QVERIFY(index.isValid());
            QVERIFY(index.parent() != top); // each weight lies in its layer
        }
    }
};

QTEST_MAIN(TestItemModels)
#include "tst_item_models.moc"
