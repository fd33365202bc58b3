// The canvas as it is used: click, keys, bands, a new graph.

#include "tests/views/canvas/opened_view.h"

using namespace backstep;

Q_DECLARE_METATYPE(backstep::OpAddress)

class TestGraphView : public OpenedView
{
    Q_OBJECT
private slots:
    void initTestCase() { qRegisterMetaType<OpAddress>(); }
    void init() { makeView(); }
    void saysWhatToDoWhenEmpty();
    void staysEmptyWhenClosedDuringLayout();
    void aCancelledLayoutIsBegunAnewByHome();
    void selectsTheClickedInstance_data();
    void selectsTheClickedInstance();
    void altClickMeansEveryTimestep();
    void selectionFromElsewhereIsNotSentBack();
    void answersKeys_data();
    void answersKeys();
    void followsThePass();
    void unfoldsAScope();
    void speaksTheSelectedOp();
    void badgeStandsAtItsTimestepsAlone_data();
    void badgeStandsAtItsTimestepsAlone();
};

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

void TestGraphView::aCancelledLayoutIsBegunAnewByHome()
{
    QSignalSpy progress(m_view.get(), &GraphView::layoutProgress);
    m_view->setSnapshot(sample::lstmSign(5));
    QVERIFY(m_view->isLayingOut());
    m_view->cancelLayout();
    QVERIFY(!m_view->isLayingOut());
    QCOMPARE(progress.last().at(0), progress.last().at(1)); // told to be over
    QVERIFY(!m_view->state().scene);
    QVERIFY(!m_view->grab().isNull());
    QTest::keyClick(m_view.get(), Qt::Key_Home);
    QTRY_VERIFY(m_view->state().scene);
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

void TestGraphView::badgeStandsAtItsTimestepsAlone_data()
{
    QTest::addColumn<qint64>("t");
    QTest::addColumn<QString>("badge");
    QTest::addColumn<int>("leaving");
    const auto row = [](const char* name, qint64 t, const char* badge, Flow leaving) {
        QTest::newRow(name) << t << QString(badge) << int(leaving);
    };
    row("before", 0, "0", Flow::Zero);
    row("the first of it", 1, "C", Flow::Live);
    row("the last of it", 2, "C", Flow::Live);
    row("behind", 3, "0", Flow::Zero);
    row("alone at the end", 4, "C", Flow::Live);
}

void TestGraphView::badgeStandsAtItsTimestepsAlone()
{
    QFETCH(qint64, t);
    QFETCH(QString, badge);
    QFETCH(int, leaving);
    Snapshot snapshot = *sample::lstmSign(5);
    ConversionReport report = *snapshot.report;
    for (auto& [node, own] : report.ops)
        if (snapshot.program->node(node).op.is("Sign"))
            own = {GradientState::Custom, Flow::Live, GradientState::ZeroEverywhere,
                   std::make_shared<const TimestepSet>(TimestepSet({{0, 0}, {3, 3}}))};
    snapshot.states = std::make_shared<StateMap>(*snapshot.program, report);
    snapshot.report = std::make_shared<ConversionReport>(std::move(report));
    open(std::make_shared<const Snapshot>(std::move(snapshot)));
    for (Band band : {Band::Forward, Band::Backward}) {
        const OpLook& look = m_view->state().lookAt({0, boxNamed("Sign"), band, t});
        QCOMPARE(QString::fromStdString(std::string(badgeOf(look.mark))), badge);
        QCOMPARE(int(look.leaving), leaving);
    }
    QVERIFY(badgeOf(m_view->state().lookAt({0, boxNamed("Tanh"), Band::Forward, t}).mark).empty());
    QVERIFY(!m_view->grab().isNull()); // with pixmaps of both kinds
}

QTEST_MAIN(TestGraphView)
#include "tst_graph_view.moc"
