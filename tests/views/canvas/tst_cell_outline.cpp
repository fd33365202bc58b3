// What a cell holds before it is laid out: names of weights, states of ops, folded scopes.
#include "engine/session/debug_session.h"
#include "tests/views/canvas/sample_program.h"
#include "views/canvas/cell_layout.h"
#include "views/canvas/fold.h"
#include "views/canvas/looks.h"

#include <QTest>

using namespace backstep;

namespace {

/// Widths as of a font in which every byte is 6 units wide.
float textWidth(const std::string& text)
{
    return 6.0f * static_cast<float>(text.size());
}

}

class TestCellOutline : public QObject
{
    Q_OBJECT
private slots:
    void namesWeightsByTheirRole_data();
    void namesWeightsByTheirRole();
    void namesCarriesByWhatTheyDo_data();
    void namesCarriesByWhatTheyDo();
    void drawsWhatNeverGetsAGradient_data();
    void drawsWhatNeverGetsAGradient();
    void foldsByScopeThenByNeighbourhood_data();
    void foldsByScopeThenByNeighbourhood();
};

void TestCellOutline::namesWeightsByTheirRole_data()
{
    using Names = QMap<QString, QString>;
    QTest::addColumn<QString>("program");
    QTest::addColumn<Names>("expected");
    QTest::newRow("Keras names") << "lstm"
                                 << Names{{"lstm/W", "W"},
                                          {"lstm/R", "R"},
                                          {"lstm/B", "B"},
                                          {"dense/kernel", "K"},
                                          {"dense/bias", "b"}};
    QTest::newRow("names of an exporter") << "exported"
                                          << Names{{"lstm/ReadVariableOp:0", "W"},
                                                   {"val_41", "R"},
                                                   {"W0__29", "B"},
                                                   {"dense/MatMul/ReadVariableOp:0", "K"},
                                                   {"val_80", "b"}};
    QTest::newRow("table, two kernels, one of them transposed in the cell")
        << "deep" << Names{{"table", "E"}, {"w", "W"},   {"r", "R"}, {"bias", "B"},
                           {"k0", "K1"},   {"k1", "K2"}, {"b1", "b"}};
}

void TestCellOutline::namesWeightsByTheirRole()
{
    using Names = QMap<QString, QString>;
    QFETCH(QString, program);
    QFETCH(Names, expected);
    const sample::LstmNames exported{"lstm/ReadVariableOp:0", "val_41", "W0__29",
                                     "dense/MatMul/ReadVariableOp:0", "val_80"};
    const auto snapshot = program == "deep"       ? sample::embeddedRnn(5)
                          : program == "exported" ? sample::lstmSign(5, "Sign", exported)
                                                  : sample::lstmSign(5);
    Names names;
    for (const CellWeight& use : outlineCell(*snapshot->program, TimelineId{0}, textWidth).weights)
        names[QString::fromStdString(use.fullName)] = QString::fromStdString(use.shortName);
    QCOMPARE(names, expected);
}

void TestCellOutline::namesCarriesByWhatTheyDo_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("an LSTM node") << "seed1_sign/model" << QStringList{"h", "c"};
    QTest::newRow("a Loop, carries without names")
        << "seed1_sign/model_loop" << QStringList{"h", "c"};
    QTest::newRow("a Loop of JAX, carries with numbers")
        << "jax_seed1_lstm_sign/model" << QStringList{"h", "c"};
}

void TestCellOutline::namesCarriesByWhatTheyDo()
{
    QFETCH(QString, file);
    DebugSession session;
    QVERIFY(session.open(BACKSTEP_SOURCE_DIR "/tests/data/models/" + file.toStdString() + ".onnx"));
    QStringList names;
    for (const std::string& name :
         outlineCell(*session.snapshot()->program, TimelineId{0}, textWidth).carries)
        names << QString::fromStdString(name);
    QTEST(names, "expected");
}

void TestCellOutline::drawsWhatNeverGetsAGradient_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("look"); // of every op of the LSTM
    QTest::addColumn<int>("flow"); // of its edges and of the sums of its weights
    QTest::newRow("behind an unknown op")
        << "blocked" << int(GradientLook::StarvedByBlock) << int(Flow::Blocked);
    QTest::newRow("behind a function without body")
        << "custom_lost" << int(GradientLook::StarvedByBlock) << int(Flow::Blocked);
    QTest::newRow("behind integers")
        << "lost" << int(GradientLook::StarvedByNone) << int(Flow::None);
    QTest::newRow("a way round is left")
        << "incomplete" << int(GradientLook::Flows) << int(Flow::Live);
}

void TestCellOutline::drawsWhatNeverGetsAGradient()
{
    QFETCH(QString, file);
    QFETCH(int, look);
    QFETCH(int, flow);
    DebugSession session;
    QVERIFY(session.open(BACKSTEP_SOURCE_DIR "/tests/data/models/states/" + file.toStdString() +
                         ".onnx"));
    const Snapshot& snapshot = *session.snapshot();
    const CellLayout cell = layoutCell(outlineCell(*snapshot.program, TimelineId{0}, textWidth));
    QVERIFY(cell.outline.hasBackward); // even where no backward node exists
    const CellLooks looks = StripLooks(snapshot, cell, cell.outline.stepCount).at(0);
    const auto isOfLstm = [&](int op) {
        return snapshot.program->node(cell.outline.ops[static_cast<size_t>(op)].forward)
                   .origin.layer == "lstm";
    };
    for (size_t i = 0; i < looks.ops.size(); ++i)
        if (isOfLstm(static_cast<int>(i)))
            QCOMPARE(int(looks.ops[i].look), look);
    for (const CellLink& link : cell.outline.links)
        if (link.from >= 0 && link.to >= 0 && isOfLstm(link.from) && isOfLstm(link.to))
            QCOMPARE(int(looks.along(link)), flow);
    for (const CellChip& chip : cell.chips)
        if (isOfLstm(cell.outline.weights[static_cast<size_t>(chip.weight)].op)) {
            QCOMPARE(int(looks.sums[static_cast<size_t>(chip.lane)]), flow);
            QCOMPARE(looks.isSumIncomplete[static_cast<size_t>(chip.lane)], file == "incomplete");
        }
}

void TestCellOutline::foldsByScopeThenByNeighbourhood_data()
{
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<int>("count");
    QTest::addColumn<int>("mostGroups");
    QTest::newRow("few ops stay single") << "a/" << 100 << 300;
    QTest::newRow("many in scopes") << "block%1/" << 2000 << 300;
    QTest::newRow("many without a scope") << "" << 2000 << 300;
}

void TestCellOutline::foldsByScopeThenByNeighbourhood()
{
    QFETCH(QString, prefix);
    QFETCH(int, count);
    QFETCH(int, mostGroups);
    std::vector<std::string> paths;
    for (int i = 0; i < count; ++i)
        paths.push_back(
            ((prefix.contains("%1") ? prefix.arg(i / 40) : prefix) + "op" + QString::number(i))
                .toStdString());
    std::vector<FoldGroup> groups = foldByScope(paths, static_cast<size_t>(mostGroups), {});
    QVERIFY(groups.size() <= static_cast<size_t>(mostGroups));
    size_t members = 0;
    for (const FoldGroup& group : groups)
        members += group.members.size();
    QCOMPARE(members, static_cast<size_t>(count));
    if (groups.size() == paths.size())
        return;
    const std::vector<FoldGroup> opened =
        foldByScope(paths, static_cast<size_t>(mostGroups), {groups[0].name});
    QVERIFY(opened.size() > groups.size());
    QVERIFY(opened.size() <= static_cast<size_t>(mostGroups));
}

QTEST_GUILESS_MAIN(TestCellOutline)
#include "tst_cell_outline.moc"
