// What of the graph is in view: at opening, whole, when the window changes; rail and overview.
#include "tests/views/canvas/opened_view.h"
#include "views/canvas/lane_labels.h"
#include "views/timeline/overview_strip.h"
#include "views/timeline/time_rail.h"

using namespace backstep;

class TestGraphViewCamera : public OpenedView
{
    Q_OBJECT
private slots:
    void init() { makeView(); }
    void keepsTheCameraForTheSameTimelines();
    void showsAWholeCellAtOpening_data();
    void showsAWholeCellAtOpening();
    void keepsLaneLabelsApart_data() { showsAWholeCellAtOpening_data(); }
    void keepsLaneLabelsApart();
    void fitsTheWholeGraph_data();
    void fitsTheWholeGraph();
    void drawsTimeRailAndOverview_data();
    void drawsTimeRailAndOverview();
};

void TestGraphViewCamera::keepsTheCameraForTheSameTimelines()
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

void TestGraphViewCamera::showsAWholeCellAtOpening_data()
{
    QTest::addColumn<QSize>("opened");
    QTest::addColumn<QSize>("later"); // panels come and go around the canvas
    QTest::newRow("tall") << QSize(1200, 640) << QSize(1200, 640);
    QTest::newRow("as in a window of 1600 x 900") << QSize(1036, 490) << QSize(1036, 490);
    QTest::newRow("a panel opens below") << QSize(1036, 700) << QSize(1036, 490);
    QTest::newRow("as low as text stays readable") << QSize(800, 420) << QSize(800, 420);
}

void TestGraphViewCamera::showsAWholeCellAtOpening()
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

void TestGraphViewCamera::keepsLaneLabelsApart()
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

void TestGraphViewCamera::fitsTheWholeGraph_data()
{
    QTest::addColumn<qint64>("stepCount");
    QTest::newRow("1") << qint64{1};
    QTest::newRow("5") << qint64{5};
    QTest::newRow("300") << qint64{300};
    QTest::newRow("100,000") << qint64{100000};
}

void TestGraphViewCamera::fitsTheWholeGraph()
{
    QFETCH(qint64, stepCount);
    open(sample::lstmSign(stepCount));
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    const SceneRect all = m_view->state().scene->bounds(Bands::Both);
    const SceneRect shown = m_view->visibleScene();
    QVERIFY(shown.x <= all.x && shown.x + shown.width >= all.x + all.width);
    QVERIFY(!m_view->grab().isNull());
}

void TestGraphViewCamera::drawsTimeRailAndOverview_data()
{
    QTest::addColumn<qint64>("stepCount");
    QTest::newRow("cards") << qint64{5};
    QTest::newRow("columns") << qint64{5000};
}

void TestGraphViewCamera::drawsTimeRailAndOverview()
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

QTEST_MAIN(TestGraphViewCamera)
#include "tst_graph_view_camera.moc"
