// Positions of instances are arithmetic: far in time as exact as at the start.

#include "engine/session/debug_session.h"
#include "tests/views/canvas/sample_program.h"
#include "views/canvas/camera.h"
#include "views/canvas/looks.h"
#include "views/canvas/scene.h"
#include "views/canvas/strip_links.h"

#include <QTest>

using namespace backstep;

namespace {

float textWidth(const std::string& text)
{
    return 6.0f * static_cast<float>(text.size());
}

Scene sceneOf(const Snapshot& snapshot)
{
    std::vector<std::shared_ptr<const CellLayout>> cells;
    for (const Timeline& timeline : snapshot.program->timelines())
        cells.push_back(std::make_shared<CellLayout>(
            layoutCell(outlineCell(*snapshot.program, timeline.id, textWidth))));
    return {
        snapshot.program, std::move(cells),
        std::make_shared<OuterLayout>(layoutOuter(outlineOuter(*snapshot.program, {}, textWidth)))};
}

}

class TestScene : public QObject
{
    Q_OBJECT
private slots:
    void findsTheBoxAtItsOwnPlace_data();
    void findsTheBoxAtItsOwnPlace();
    void putsGradientsInTheColumnOfTheirOp();
    void knowsWhenAnOpHasHandedItsCotangentOn();
    void repeatsEveryPeriod();
    void choosesDetailByZoom_data();
    void choosesDetailByZoom();
    void foldsAFlatGraph();
    void showsWhatAnOpMakesOfItsGradient_data();
    void showsWhatAnOpMakesOfItsGradient();
    void keepsThePointUnderThePointerWhenZooming();
    void joinsStackedTimelines_data();
    void joinsStackedTimelines();
};

void TestScene::joinsStackedTimelines_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("links");
    QTest::newRow("one recurrence") << "x: float32[2, 5, 4] -> LSTM(6) -> Dense(3) -> mse" << 0;
    QTest::newRow("two") << "x: float32[2, 5, 4] -> LSTM(6) -> LSTM(7) -> Dense(3) -> mse" << 1;
    QTest::newRow("two kinds") << "x: float32[2, 5, 4] -> GRU(6) -> LSTM(7) -> Dense(3) -> mse"
                               << 1;
    QTest::newRow("three") << "x: float32[2, 5, 4] -> GRU(5) -> GRU(6) -> LSTM(7) -> mse" << 2;
}

void TestScene::joinsStackedTimelines()
{
    QFETCH(QString, text);
    DebugSession session;
    const Result<void> opened = session.openText(text.toStdString());
    QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
    const Scene scene = sceneOf(*session.snapshot());
    QTEST(int(scene.stripLinks().size()), "links");
    for (const StripLink& link : scene.stripLinks()) {
        QCOMPARE(link.to, link.from + 1);
        const TimelineStrip& above = scene.strips()[static_cast<size_t>(link.from)];
        const TimelineStrip& below = scene.strips()[static_cast<size_t>(link.to)];
        for (const CubicPath& path : {link.forward, link.gradient}) {
            QVERIFY(path.front().y < above.axisY + above.cell->bottom);
            QVERIFY(path.back().y > below.axisY + below.cell->top);
            for (const Point& p : path) // it stays in its timestep
                QVERIFY(p.x >= 0 && p.x <= std::max(above.period(), below.period()));
        }
    }
}

void TestScene::findsTheBoxAtItsOwnPlace_data()
{
    QTest::addColumn<qint64>("t");
    QTest::newRow("first") << qint64{0};
    QTest::newRow("second") << qint64{1};
    QTest::newRow("far") << qint64{12345};
    QTest::newRow("last of 100,000") << qint64{99999};
}

void TestScene::findsTheBoxAtItsOwnPlace()
{
    QFETCH(qint64, t);
    static const auto snapshot = sample::lstmSign(100000);
    static const Scene scene = sceneOf(*snapshot);
    const int count = static_cast<int>(scene.strips()[0].cell->boxes.size());
    for (int box = 0; box < count; ++box)
        for (Band band : {Band::Forward, Band::Backward}) {
            const BoxRef ref{0, box, band, t};
            const SceneRect rect = scene.rectOf(ref);
            QVERIFY(scene.boxAt(rect.x + 1, rect.y + 1, Bands::Both) == ref);
            QVERIFY(scene.boxAt(rect.x + rect.width - 1, rect.y + rect.height - 1, Bands::Both) ==
                    ref);
            QVERIFY(scene.boxOf(scene.addressOf(ref)) == ref);
        }
}

void TestScene::putsGradientsInTheColumnOfTheirOp()
{
    const Scene scene = sceneOf(*sample::lstmSign(5));
    for (size_t box = 0; box < scene.strips()[0].cell->boxes.size(); ++box) {
        const BoxRef ref{0, static_cast<int>(box), Band::Forward, 2};
        const SceneRect op = scene.rectOf(ref), gradient = scene.rectOf(scene.partnerOf(ref));
        QCOMPARE(gradient.x, op.x);
        QCOMPARE(gradient.width, op.width);
        QCOMPARE(gradient.y + gradient.height / 2, -(op.y + op.height / 2));
    }
}

void TestScene::knowsWhenAnOpHasHandedItsCotangentOn()
{
    // The two halves of the LSTM's bias are added: Add needs no op to hand its cotangent on.
    DebugSession session;
    QVERIFY(session.openText("x: float32[2, 5, 4] -> LSTM(6) -> identity -> Dense(3) -> mse"));
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    const Scene scene = sceneOf(*snapshot);
    int withoutOps = 0;
    for (const OuterBox& box : scene.outer().boxes) {
        const OpMark mark = snapshot->states->mark(box.forward.front());
        if (mark == OpMark::OffPath)
            continue;
        QVERIFY2(!box.gradientOps().empty(), box.label.c_str());
        withoutOps += box.backward.empty();
        for (const NodeId op : box.gradientOps())
            QCOMPARE(snapshot->program->node(op).origin.phase, Phase::Backward);
    }
    QVERIFY(withoutOps > 0);
}

void TestScene::repeatsEveryPeriod()
{
    const Scene scene = sceneOf(*sample::lstmSign(1000));
    const double period = scene.strips()[0].period();
    const SceneRect first = scene.rectOf({0, 3, Band::Forward, 0});
    for (int64_t t : {1, 17, 999}) {
        const SceneRect later = scene.rectOf({0, 3, Band::Forward, t});
        QCOMPARE(later.x, first.x + period * static_cast<double>(t));
        QCOMPARE(later.y, first.y);
    }
}

void TestScene::choosesDetailByZoom_data()
{
    QTest::addColumn<double>("zoom");
    QTest::addColumn<int>("detail");
    QTest::newRow("100 %") << 1.0 << int(Detail::Text);
    QTest::newRow("just readable") << 0.6 << int(Detail::Text);
    QTest::newRow("edges without text") << 0.4 << int(Detail::Edges);
    QTest::newRow("boxes") << 0.15 << int(Detail::Boxes);
    QTest::newRow("bars") << 0.05 << int(Detail::Bars);
    QTest::newRow("heat") << 0.005 << int(Detail::Heat);
}

void TestScene::choosesDetailByZoom()
{
    QFETCH(double, zoom);
    QFETCH(int, detail);
    QCOMPARE(int(detailFor(zoom, 400)), detail);
}

void TestScene::foldsAFlatGraph()
{
    const auto snapshot = sample::flatChain(2000);
    const Scene scene = sceneOf(*snapshot);
    QVERIFY(scene.strips().empty());
    QVERIFY(scene.outer().boxes.size() <= kMostOuterBoxes);
    size_t ops = 0;
    for (const OuterBox& box : scene.outer().boxes)
        ops += box.forward.size();
    QCOMPARE(ops, size_t{2000});
    for (size_t i = 0; i < scene.outer().boxes.size(); ++i)
        for (size_t j = i + 1; j < scene.outer().boxes.size(); ++j)
            QVERIFY(!scene.outer().boxes[i].rect.intersects(scene.outer().boxes[j].rect));
}

void TestScene::keepsThePointUnderThePointerWhenZooming()
{
    Camera camera;
    camera.x = 4.1e7;
    const QPointF pointer(811, 333);
    const double sceneX = camera.toSceneX(pointer.x()), sceneY = camera.toSceneY(pointer.y());
    for (double zoom : {2.0, 0.7, 0.01, 3.0}) {
        camera.zoomAt(pointer, zoom);
        QVERIFY(std::abs(camera.toScreenX(sceneX) - pointer.x()) < 1e-3);
        QVERIFY(std::abs(camera.toScreenY(sceneY) - pointer.y()) < 1e-3);
    }
}

void TestScene::showsWhatAnOpMakesOfItsGradient_data()
{
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("look");
    QTest::addColumn<QString>("badge");
    QTest::addColumn<bool>("stopsForward");
    const auto row = [](const char* name, GradientState state, GradientLook look, const char* badge,
                        bool stopsForward) {
        QTest::newRow(name) << int(state) << int(look) << badge << stopsForward;
    };
    row("zero everywhere", GradientState::ZeroEverywhere, GradientLook::Zero, "0", false);
    row("no rule: runs forward", GradientState::NoRule, GradientLook::Failed, "!", false);
    row("unknown: does not run", GradientState::UnknownOp, GradientLook::Failed, "!", true);
    row("refused: does not run", GradientState::Refused, GradientLook::Failed, "!", true);
    row("not differentiable", GradientState::NotDifferentiable, GradientLook::Lost, "?", false);
    row("cut on purpose", GradientState::CutOnPurpose, GradientLook::Lost, "|", false);
    row("converted", GradientState::Converted, GradientLook::Flows, "", false);
}

void TestScene::showsWhatAnOpMakesOfItsGradient()
{
    QFETCH(int, state);
    QFETCH(int, look);
    QFETCH(QString, badge);
    QFETCH(bool, stopsForward);
    const auto program = sample::foreignOps({"Foreign"})->program;
    const NodeId op = program->nodeIds().front();
    ConversionReport report;
    report.ops[op] = {GradientState(state), Flow::Live};
    Snapshot snapshot;
    snapshot.program = program;
    snapshot.states = std::make_shared<StateMap>(*program, report);
    snapshot.report = std::make_shared<ConversionReport>(report);
    const OpLook shown = lookOf(snapshot, op);
    QCOMPARE(int(shown.look), look);
    QCOMPARE(QString::fromUtf8(badgeOf(shown.mark).data(), int(badgeOf(shown.mark).size())), badge);
    QCOMPARE(shown.stopsForward, stopsForward);
}

QTEST_GUILESS_MAIN(TestScene)
#include "tst_scene.moc"
