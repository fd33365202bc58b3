// The canvas as it is used: click, keys, bands, a new graph.

#include "tests/views/canvas/sample_program.h"
#include "views/canvas/graph_view.h"
#include "views/canvas/lane_labels.h"
#include "views/timeline/overview_strip.h"
#include "views/timeline/time_rail.h"

#include <QSignalSpy>
#include <QTest>

using namespace backstep;

Q_DECLARE_METATYPE(backstep::OpAddress)

class TestGraphView : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { qRegisterMetaType<OpAddress>(); }
    void init();
    void saysWhatToDoWhenEmpty();
    void staysEmptyWhenClosedDuringLayout();
    void selectsTheClickedInstance_data();
    void selectsTheClickedInstance();
    void altClickMeansEveryTimestep();
    void selectionFromElsewhereIsNotSentBack();
    void answersKeys_data();
    void answersKeys();
    void keepsTheCameraForTheSameTimelines();
    void followsThePass();
    void showsAWholeCellAtOpening_data();
    void showsAWholeCellAtOpening();
    void keepsLaneLabelsApart_data() { showsAWholeCellAtOpening_data(); }
    void keepsLaneLabelsApart();
    void fitsTheWholeGraph_data();
    void fitsTheWholeGraph();
    void unfoldsAScope();
    void speaksTheSelectedOp();
    void drawsTimeRailAndOverview_data();
    void drawsTimeRailAndOverview();

private:
    void open(std::shared_ptr<const Snapshot> snapshot);
    int boxNamed(const std::string& label) const;
    QPoint pointOf(const BoxRef& box) const;

    std::shared_ptr<const Snapshot> m_snapshot;
    std::unique_ptr<GraphView> m_view;
};

void TestGraphView::init()
{
    m_view = std::make_unique<GraphView>();
    m_view->resize(1200, 640);
    m_view->show();
}

void TestGraphView::open(std::shared_ptr<const Snapshot> snapshot)
{
    m_snapshot = std::move(snapshot);
    QSignalSpy changed(m_view.get(), &GraphView::stateChanged);
    m_view->setSnapshot(m_snapshot);
    QVERIFY(changed.wait(10000));
    QVERIFY(!m_view->isLayingOut());
}

int TestGraphView::boxNamed(const std::string& label) const
{
    const auto& ops = m_view->state().scene->strips()[0].cell->outline.ops;
    for (size_t i = 0; i < ops.size(); ++i)
        if (ops[i].label == label)
            return static_cast<int>(i);
    return -1;
}

QPoint TestGraphView::pointOf(const BoxRef& box) const
{
    return m_view->camera().toScreen(m_view->state().scene->rectOf(box)).center().toPoint();
}

void TestGraphView::saysWhatToDoWhenEmpty()
{
    m_view->setSnapshot(nullptr);
    QVERIFY(!m_view->state().scene);
    QVERIFY(!m_view->grab().isNull());
    QCOMPARE(m_view->selection().node, kNoNode);
}

void TestGraphView::staysEmptyWhenClosedDuringLayout()
{
    m_view->setSnapshot(sample::lstmSign(5));
    m_view->setSnapshot(nullptr);
    QTRY_VERIFY(!m_view->isLayingOut());
    QVERIFY(!m_view->state().scene);
}

void TestGraphView::selectsTheClickedInstance_data()
{
    QTest::addColumn<int>("band");
    QTest::addColumn<qint64>("t");
    QTest::newRow("forward, first timestep") << int(Band::Forward) << qint64{0};
    QTest::newRow("forward, second timestep") << int(Band::Forward) << qint64{1};
    QTest::newRow("gradient, second timestep") << int(Band::Backward) << qint64{1};
}

void TestGraphView::selectsTheClickedInstance()
{
    QFETCH(int, band);
    QFETCH(qint64, t);
    open(sample::lstmSign(5));
    QSignalSpy selected(m_view.get(), &GraphView::selectionChanged);
    const BoxRef box{0, boxNamed("Sign"), Band(band), t};
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, pointOf(box));
    QCOMPARE(selected.count(), 1);
    const OpAddress address = selected[0][0].value<OpAddress>();
    QCOMPARE(address.at.depth, uint8_t{1});
    QCOMPARE(qint64(address.at.t[0]), t);
    const Node& node = m_snapshot->program->node(address.node);
    if (Band(band) == Band::Forward) {
        QVERIFY(node.op.is("Sign"));
    } else {
        QVERIFY(node.origin.phase == Phase::Backward);
        QVERIFY(m_snapshot->program->node(node.origin.primal).op.is("Sign"));
    }
}

void TestGraphView::altClickMeansEveryTimestep()
{
    open(sample::lstmSign(5));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, Qt::AltModifier,
                      pointOf({0, boxNamed("Sign"), Band::Forward, 1}));
    QVERIFY(m_view->isSelectedEverywhere());
}

void TestGraphView::selectionFromElsewhereIsNotSentBack()
{
    open(sample::lstmSign(5));
    QSignalSpy selected(m_view.get(), &GraphView::selectionChanged);
    const OpAddress address =
        m_view->state().scene->addressOf({0, boxNamed("Tanh"), Band::Forward, 3});
    m_view->select(address);
    QVERIFY(m_view->selection() == address);
    QCOMPARE(selected.count(), 0);
}

void TestGraphView::answersKeys_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("label");
    QTest::addColumn<qint64>("t");
    QTest::addColumn<int>("band");
    QTest::newRow("] goes to the next timestep") << int(Qt::Key_BracketRight) << "Sign"
                                                 << "Sign" << qint64{2} << int(Band::Forward);
    QTest::newRow("[ goes to the previous one") << int(Qt::Key_BracketLeft) << "Sign"
                                                << "Sign" << qint64{0} << int(Band::Forward);
    QTest::newRow("Right follows the edge") << int(Qt::Key_Right) << "Sign"
                                            << "MatMul" << qint64{1} << int(Band::Forward);
    QTest::newRow("Left goes against it") << int(Qt::Key_Left) << "MatMul"
                                          << "Sign" << qint64{1} << int(Band::Forward);
    QTest::newRow("Down reaches the gradient") << int(Qt::Key_Down) << "Sign"
                                               << "Sign" << qint64{1} << int(Band::Backward);
}

void TestGraphView::answersKeys()
{
    QFETCH(int, key);
    QFETCH(QString, from);
    QFETCH(QString, label);
    QFETCH(qint64, t);
    QFETCH(int, band);
    open(sample::lstmSign(5));
    m_view->select(
        m_view->state().scene->addressOf({0, boxNamed(from.toStdString()), Band::Forward, 1}));
    QTest::keyClick(m_view.get(), Qt::Key(key));
    const BoxRef expected{0, boxNamed(label.toStdString()), Band(band), t};
    QVERIFY(m_view->selectedBox() == expected);
}

void TestGraphView::keepsTheCameraForTheSameTimelines()
{
    open(sample::lstmSign(50));
    QCoreApplication::processEvents(); // scroll bars appear and take their room
    m_view->centreOn(9000);
    const Camera before = m_view->camera();
    open(sample::lstmSign(50, "Tanh"));
    QVERIFY(m_view->camera() == before);
    open(sample::lstmSign(60));
    QVERIFY(!(m_view->camera() == before));
}

void TestGraphView::showsAWholeCellAtOpening_data()
{
    QTest::addColumn<QSize>("opened");
    QTest::addColumn<QSize>("later"); // panels come and go around the canvas
    QTest::newRow("tall") << QSize(1200, 640) << QSize(1200, 640);
    QTest::newRow("as in a window of 1600 x 900") << QSize(1036, 490) << QSize(1036, 490);
    QTest::newRow("a panel opens below") << QSize(1036, 700) << QSize(1036, 490);
    QTest::newRow("as low as text stays readable") << QSize(800, 420) << QSize(800, 420);
}

void TestGraphView::showsAWholeCellAtOpening()
{
    QFETCH(QSize, opened);
    QFETCH(QSize, later);
    m_view->resize(opened);
    open(sample::lstmSign(5));
    m_view->resize(later);
    QCoreApplication::processEvents();
    const SceneRect shown = m_view->visibleScene();
    const CellLayout& cell = *m_view->state().scene->strips()[0].cell;
    QVERIFY(m_view->camera().zoom >= kTextZoom);
    QVERIFY(shown.y <= cell.top);
    QVERIFY(shown.y + shown.height >= cell.bottom);
    const auto labels =
        placeLaneLabels(m_view->state(), m_view->camera(), m_view->viewport()->rect(), Bands::Both);
    QStringList names;
    for (const LaneLabel& label : labels)
        names.append(label.name);
    for (const char* name : {"c", "h", "dh", "dc", "dW", "dR", "dB", "dK", "db"})
        QVERIFY2(names.contains(name), name);
}

void TestGraphView::keepsLaneLabelsApart()
{
    QFETCH(QSize, later);
    m_view->resize(later);
    open(sample::lstmSign(5));
    for (double zoom : {2.0, 1.0, 0.6, 0.5}) {
        Camera camera = m_view->camera();
        camera.zoomAt({64, 30}, zoom);
        const auto labels =
            placeLaneLabels(m_view->state(), camera, QRectF(0, 0, 800, 2000), Bands::Both);
        QCOMPARE(labels.size(), size_t{9});
        for (size_t i = 1; i < labels.size(); ++i) {
            QVERIFY(labels[i].rect.top() >= labels[i - 1].rect.bottom() - 1e-6);
            QVERIFY(labels[i].laneY > labels[i - 1].laneY);
        }
    }
}

void TestGraphView::followsThePass()
{
    open(sample::lstmSign(1000));
    const PassState pass = sample::pausedAtGradientOf(*m_snapshot, "Sign", 777);
    m_view->setPassState(pass);
    QCOMPARE(m_view->currentTimestep(), 777);
    const SceneRect shown = m_view->visibleScene();
    const SceneRect current = m_view->state().scene->rectOf(
        m_view->state().scene->boxOf(m_snapshot->plan->addressAt(pass.cursor)));
    QVERIFY(current.x >= shown.x && current.x + current.width <= shown.x + shown.width);
    const PassProgress& progress = m_view->state().progress;
    const TimelineStrip& strip = m_view->state().scene->strips()[0];
    QCOMPARE(progress.cell(strip, 0, 778).backward, CellProgress::Done);
    QCOMPARE(progress.cell(strip, 0, 777).backward, CellProgress::Partial);
    QCOMPARE(progress.cell(strip, 0, 776).backward, CellProgress::Ahead);
    QCOMPARE(progress.cell(strip, 0, 776).forward, CellProgress::Done);
}

void TestGraphView::fitsTheWholeGraph_data()
{
    QTest::addColumn<qint64>("stepCount");
    QTest::newRow("1") << qint64{1};
    QTest::newRow("5") << qint64{5};
    QTest::newRow("300") << qint64{300};
    QTest::newRow("100,000") << qint64{100000};
}

void TestGraphView::fitsTheWholeGraph()
{
    QFETCH(qint64, stepCount);
    open(sample::lstmSign(stepCount));
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    const SceneRect all = m_view->state().scene->bounds(Bands::Both);
    const SceneRect shown = m_view->visibleScene();
    QVERIFY(shown.x <= all.x && shown.x + shown.width >= all.x + all.width);
    QVERIFY(!m_view->grab().isNull());
}

void TestGraphView::unfoldsAScope()
{
    open(sample::flatChain(2000));
    const size_t before = m_view->state().scene->outer().boxes.size();
    QVERIFY(before < 300);
    QSignalSpy changed(m_view.get(), &GraphView::stateChanged);
    QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, pointOf({-1, 0, Band::Forward, 0}));
    QVERIFY(changed.wait(10000));
    QVERIFY(m_view->state().scene->outer().boxes.size() > before);
}

void TestGraphView::speaksTheSelectedOp()
{
    open(sample::lstmSign(5));
    m_view->select(m_view->state().scene->addressOf({0, boxNamed("Sign"), Band::Forward, 3}));
    QCOMPARE(m_view->accessibleDescription(),
             "Sign, layer my_activation, timestep 3 of 5, zero gradient");
}

void TestGraphView::drawsTimeRailAndOverview_data()
{
    QTest::addColumn<qint64>("stepCount");
    QTest::newRow("cards") << qint64{5};
    QTest::newRow("columns") << qint64{5000};
}

void TestGraphView::drawsTimeRailAndOverview()
{
    QFETCH(qint64, stepCount);
    TimeRail rail(*m_view);
    OverviewStrip overview(*m_view);
    rail.resize(900, 62);
    overview.resize(900, 52);
    open(sample::lstmSign(stepCount));
    rail.setNorms("Sign", {{0.5, 0.0}, {}, {1e-4, 1e-5}});
    QVERIFY(!rail.grab().isNull());
    QVERIFY(!overview.grab().isNull());
    QTest::mouseClick(&rail, Qt::LeftButton, {}, QPoint(891, 30));
    QVERIFY(m_view->selectedBox().t >= stepCount - 1 - stepCount / 500);
    const double before = m_view->camera().x;
    QTest::mouseClick(&overview, Qt::LeftButton, {}, QPoint(120, 20));
    QVERIFY(m_view->camera().x < before);
}

QTEST_MAIN(TestGraphView)
#include "tst_graph_view.moc"
