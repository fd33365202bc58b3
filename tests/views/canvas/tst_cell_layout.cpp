// The layout of one timestep: nothing overlaps, gradients stand under their ops, names stay whole.

#include "tests/views/canvas/sample_program.h"
#include "views/canvas/cell_layout.h"

#include <QTest>

using namespace backstep;

namespace {

/// Widths as of a font in which every byte is 6 units wide.
float textWidth(const std::string& text)
{
    return 6.0f * static_cast<float>(text.size());
}

CellLayout layoutOf(const Snapshot& snapshot)
{
    return layoutCell(outlineCell(*snapshot.program, TimelineId{0}, textWidth));
}

int opNamed(const CellLayout& cell, const std::string& label)
{
    for (size_t i = 0; i < cell.outline.ops.size(); ++i)
        if (cell.outline.ops[i].label == label)
            return static_cast<int>(i);
    return -1;
}

}

class TestCellLayout : public QObject
{
    Q_OBJECT
private slots:
    void keepsBoxesChipsAndPillsApart_data();
    void keepsBoxesChipsAndPillsApart();
    void keepsLayerNamesFree_data() { keepsBoxesChipsAndPillsApart_data(); }
    void keepsLayerNamesFree();
    void keepsEverythingInsideOnePeriod_data() { keepsBoxesChipsAndPillsApart_data(); }
    void keepsEverythingInsideOnePeriod();
    void isCompact_data();
    void isCompact();
    void standsForEveryBackwardNodeWithOneBox();
    void ordersLanesAsThePassReadsTheirWeights();
    void meetsCarriesAtTheBorders();
    void showsHostileNamesAsTheyAre_data();
    void showsHostileNamesAsTheyAre();
};

void TestCellLayout::keepsBoxesChipsAndPillsApart_data()
{
    QTest::addColumn<QString>("program");
    QTest::newRow("LSTM, Sign, Dense") << "lstm";
    QTest::newRow("LSTM, Tanh, Dense") << "tanh";
    QTest::newRow("RNN, last timestep first") << "reversed";
    QTest::newRow("Gather, RNN, two Dense") << "deep";
    QTest::newRow("GRU") << "gru";
}

static std::shared_ptr<const Snapshot> programNamed(const QString& name)
{
    if (name == "reversed")
        return sample::reversedRnn(5);
    if (name == "gru")
        return sample::gru(5);
    if (name == "deep")
        return sample::embeddedRnn(5);
    return sample::lstmSign(5, name == "tanh" ? "Tanh" : "Sign");
}

void TestCellLayout::keepsBoxesChipsAndPillsApart()
{
    QFETCH(QString, program);
    const CellLayout cell = layoutOf(*programNamed(program));
    std::vector<Rect> things = cell.boxes;
    for (const CellChip& chip : cell.chips)
        things.push_back(chip.rect);
    for (const CellPill& pill : cell.pills)
        things.push_back(pill.rect);
    for (size_t i = 0; i < things.size(); ++i)
        for (size_t j = i + 1; j < things.size(); ++j)
            QVERIFY2(!things[i].intersects(things[j]),
                     qPrintable(QString("things %1 and %2 overlap").arg(i).arg(j)));
    for (const Rect& thing : things) // the mirrored band cannot meet the forward one
        QVERIFY(thing.bottom() < 0);
}

void TestCellLayout::keepsLayerNamesFree()
{
    QFETCH(QString, program);
    const CellLayout cell = layoutOf(*programNamed(program));
    QVERIFY(!cell.frames.empty());
    // the ring of the selection lies 5 beyond a box, a badge on its corner 8
    for (const Rect& box : cell.boxes) {
        const Rect marked{box.x - 5, box.y - 8, box.width + 13, box.height + 13};
        const Rect below = box.mirrored();
        const Rect markedBelow{below.x - 5, below.y - 8, below.width + 13, below.height + 13};
        for (const CellFrame& frame : cell.frames) {
            QVERIFY(frame.label.width > 0);
            QVERIFY(!frame.label.intersects(marked));
            QVERIFY(!frame.mirroredLabel.intersects(markedBelow));
        }
    }
    for (const CellChip& chip : cell.chips)
        for (const CellFrame& frame : cell.frames)
            QVERIFY(!frame.label.intersects(chip.rect));
}

void TestCellLayout::keepsEverythingInsideOnePeriod()
{
    QFETCH(QString, program);
    const CellLayout cell = layoutOf(*programNamed(program));
    for (const Rect& box : cell.boxes) {
        QVERIFY(box.x >= 0 && box.right() <= cell.period);
        QVERIFY(box.y >= cell.top);
    }
    for (const CellFrame& frame : cell.frames)
        QVERIFY(frame.rect.x >= 0 && frame.rect.right() <= cell.period);
    for (const CellEdge& edge : cell.edges)
        for (const Point& p : edge.path)
            QVERIFY(p.x >= -0.01f && p.x <= cell.period + 0.01f);
    for (const CellLane& lane : cell.sumLanes)
        QVERIFY(lane.y > -cell.top && lane.y <= cell.bottom);
}

void TestCellLayout::isCompact_data()
{
    QTest::addColumn<QString>("program");
    QTest::addColumn<float>("widest");
    QTest::addColumn<float>("tallest");
    QTest::newRow("LSTM, Sign, Dense") << "lstm" << 480.0f << 490.0f;
    QTest::newRow("GRU") << "gru" << 640.0f << 490.0f;
}

void TestCellLayout::isCompact()
{
    QFETCH(QString, program);
    QFETCH(float, widest);
    QFETCH(float, tallest);
    const CellLayout cell = layoutOf(*programNamed(program));
    QVERIFY2(cell.period < widest, qPrintable(QString::number(cell.period)));
    QVERIFY2(cell.extent() < tallest, qPrintable(QString::number(cell.extent())));
}

void TestCellLayout::standsForEveryBackwardNodeWithOneBox()
{
    const auto snapshot = sample::lstmSign(5);
    const CellLayout cell = layoutOf(*snapshot);
    QCOMPARE(cell.boxes.size(), cell.outline.ops.size());
    QVERIFY(cell.outline.hasBackward);
    size_t inCell = 0;
    for (NodeId id : snapshot->program->nodeIds()) {
        const Node& node = snapshot->program->node(id);
        if (node.origin.phase == Phase::Backward &&
            snapshot->program->region(node.region).timeline == TimelineId{0}) {
            ++inCell;
            QVERIFY2(cell.outline.opOfNode.contains(number(id)), node.op.type.c_str());
        }
    }
    size_t inBoxes = 0;
    for (const CellOp& op : cell.outline.ops)
        inBoxes += op.backward.size();
    QCOMPARE(inBoxes, inCell);
    const int sign = opNamed(cell, "Sign");
    QVERIFY(sign >= 0 && !cell.outline.ops[static_cast<size_t>(sign)].backward.empty());
}

void TestCellLayout::ordersLanesAsThePassReadsTheirWeights()
{
    const CellLayout cell = layoutOf(*sample::lstmSign(5));
    QStringList names;
    for (const CellLane& lane : cell.sumLanes)
        names.append(QString::fromStdString(lane.name));
    QCOMPARE(names, (QStringList{"W", "R", "B", "K", "b"}));
}

void TestCellLayout::meetsCarriesAtTheBorders()
{
    const CellLayout cell = layoutOf(*sample::lstmSign(5));
    for (const CellLane& lane : cell.carryLanes) {
        int outgoing = 0, incoming = 0;
        for (const CellEdge& edge : cell.edges) {
            const CellLink& link = cell.outline.links[static_cast<size_t>(edge.link)];
            if (link.carry != lane.carry)
                continue;
            if (edge.part == CellEdge::Out) {
                ++outgoing;
                QCOMPARE(edge.path.back().x, cell.period);
                QCOMPARE(edge.path.back().y, lane.y);
            } else {
                ++incoming;
                QCOMPARE(edge.path.front().x, 0.0f);
                QCOMPARE(edge.path.front().y, lane.y);
            }
        }
        QCOMPARE(outgoing, 1);
        QVERIFY(incoming >= 1);
    }
}

void TestCellLayout::showsHostileNamesAsTheyAre_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("shown");
    QTest::newRow("quotes") << QByteArray("a\"b") << QByteArray("a\"b");
    QTest::newRow("backslash at the end") << QByteArray("op\\") << QByteArray("op\\");
    QTest::newRow("HTML-like") << QByteArray("<B>x</B>") << QByteArray("<B>x</B>");
    QTest::newRow("Graphviz escape") << QByteArray("\\N\\G") << QByteArray("\\N\\G");
    QTest::newRow("line break") << QByteArray("a\nb") << QByteArray("a\\nb");
}

void TestCellLayout::showsHostileNamesAsTheyAre()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, shown);
    const auto snapshot = sample::foreignOps({name.toStdString(), name.toStdString()});
    const CellLayout cell = layoutOf(*snapshot);
    QCOMPARE(cell.boxes.size(), size_t{2});
    for (const CellOp& op : cell.outline.ops)
        QCOMPARE(QByteArray::fromStdString(op.label), shown);
    QVERIFY(!cell.boxes[0].intersects(cell.boxes[1]));
}

QTEST_GUILESS_MAIN(TestCellLayout)
#include "tst_cell_layout.moc"
