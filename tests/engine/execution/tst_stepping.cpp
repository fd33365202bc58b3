// Stepping as scripts of commands and expectations; looking values up; editing a paused pass.

#include "engine/session/debug_session.h"

#include <QMap>
#include <QTest>

#include <cmath>

using namespace backstep;

namespace {

/// "backward Sign@4": the phase, the op (of a backward op its primal) and the timestep that stand
/// next.
QString place(const DebugSession& session)
{
    const auto snapshot = session.snapshot();
    const PassState& state = session.state();
    if (state.cursor >= snapshot->plan->size())
        return "end";
    const OpAddress address = snapshot->plan->addressAt(state.cursor);
    const Node& node = snapshot->program->node(address.node);
    const bool isBackward = node.origin.phase == Phase::Backward;
    QString text = isBackward ? "backward " : "forward ";
    text += QString::fromStdString(isBackward && node.origin.primal != kNoNode
                                       ? snapshot->program->node(node.origin.primal).op.type
                                       : node.op.type);
    if (address.at.depth > 0)
        text += QString("@%1").arg(address.at.innermost());
    return text;
}

StepKind kindNamed(const QString& word)
{
    static const QMap<QString, StepKind> kinds{{"continue", StepKind::Continue},
                                               {"over", StepKind::Over},
                                               {"into", StepKind::Into},
                                               {"out", StepKind::Out},
                                               {"back", StepKind::Back},
                                               {"next timestep", StepKind::NextTimestep},
                                               {"previous timestep", StepKind::PreviousTimestep},
                                               {"forward", StepKind::ForwardEnd},
                                               {"restart", StepKind::Restart}};
    return kinds.value(word);
}

void run(DebugSession& session, const QStringList& commands)
{
    for (const QString& command : commands)
        session.step(kindNamed(command));
}

NodeId nodeOfType(const Graph& graph, const std::string& type)
{
    for (NodeId id : graph.nodeIds())
        if (graph.node(id).op.type == type)
            return id;
    return kNoNode;
}

const GradientChoice kSurrogate{
    {GradientTarget::Scope::OpType, "Sign"}, "dy * (1 - tf.math.tanh(x)**2)", "a surrogate"};

}

class SteppingTest : public QObject
{
    Q_OBJECT
private slots:
    void scriptsEndWhereExpected_data();
    void scriptsEndWhereExpected();
    void positionsAndAddressesAreInverse();
    void showsNothingThatIsNotExecuted();
    void replayedValuesEqualRecordedOnes();
    void attachingGoesOnFromTheSameOp();
    void aRunIsTheSameInOneGoAndOpByOp();
    void stopsWhenToldTo();
    void helperOpsOpenToWhatTheyCompute_data();
    void helperOpsOpenToWhatTheyCompute();
};

void SteppingTest::scriptsEndWhereExpected_data()
{
    QTest::addColumn<QStringList>("commands");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char* name, const QStringList& commands, const char* expected) {
        QTest::newRow(name) << commands << QString(expected);
    };
    // The example has five timesteps; the backward pass starts at the last one.
    row("continue stops at the first break", {"continue"}, "backward Sign@4");
    row("continue stops once an op", {"continue", "continue"}, "end");
    row("back undoes into", {"continue", "into", "back"}, "backward Sign@4");
    row("over stays inside the timestep", {"continue", "over"}, "backward Mul@4");
    row("the same op one timestep on", {"continue", "next timestep"}, "backward Sign@3");
    row("and back again", {"continue", "next timestep", "previous timestep"}, "backward Sign@4");
    row("past the last timestep", {"continue", "previous timestep"}, "backward MatMul@4");
    row("out of the timesteps", {"continue", "out"}, "backward Scan");
    row("forward ends where backward begins", {"forward", "into", "back", "back"},
        "forward Transpose");
    row("restart only moves", {"continue", "restart"}, "forward Transpose");
    row("back at the start stays", {"back"}, "forward Transpose");
}

void SteppingTest::scriptsEndWhereExpected()
{
    QFETCH(QStringList, commands);
    DebugSession session;
    QVERIFY(session.openExample("sign"));
    run(session, commands);
    QTEST(place(session), "expected");
}

void SteppingTest::positionsAndAddressesAreInverse()
{
    DebugSession session;
    QVERIFY(session.openExample("sign"));
    const Plan& plan = *session.snapshot()->plan;
    QVERIFY(plan.size() > 100);
    for (Position position = 0; position < plan.size(); ++position)
        QCOMPARE(plan.positionOf(plan.addressAt(position)), position);
}

void SteppingTest::showsNothingThatIsNotExecuted()
{
    DebugSession session;
    QVERIFY(session.openExample("sign"));
    run(session, {"continue", "into"});
    const auto snapshot = session.snapshot();
    const Node& sign = snapshot->program->node(nodeOfType(*snapshot->program, "Sign"));
    const auto at = [](int32_t t) { return TimestepPath{}.then(t); };
    QVERIFY(!session.value({sign.outputs[0], at(0)}).tensor.isNull());
    const ValueId dx = snapshot->cotangents.at(sign.inputs[0]);
    QVERIFY(session.value({dx, at(0)}).tensor.isNull());
    QCOMPARE(session.value({dx, at(0)}).absence, std::string("not executed yet"));
    run(session, {"restart"});
    QVERIFY(session.value({sign.outputs[0], at(0)}).tensor.isNull());
}

void SteppingTest::replayedValuesEqualRecordedOnes()
{
    // What was not kept is computed again from what was; the same kernels give the same bits (R12).
    DebugSession session;
    QVERIFY(session.openExample("sign"));
    const Graph& graph = *session.snapshot()->program;
    const Node& tanh = graph.node(nodeOfType(graph, "Tanh"));
    const TimestepPath at = TimestepPath{}.then(2);
    QVERIFY(session.attach(kSurrogate));
    session.runTo(session.snapshot()->plan->positionOf({tanh.id, at}) + 1);
    const Tensor fresh = session.value({tanh.outputs[0], at}).tensor;
    run(session, {"continue"});
    const Tensor later = session.value({tanh.outputs[0], at}).tensor;
    QVERIFY(!fresh.isNull() && fresh.sameElements(later));
}

void SteppingTest::attachingGoesOnFromTheSameOp()
{
    DebugSession session;
    QVERIFY(session.openExample("sign"));
    const auto liveWeights = [&] {
        int live = 0;
        for (ValueId weight : session.snapshot()->program->valuesOfKind(ValueKind::Weight))
            live += session.snapshot()->states->weight(weight) == Flow::Live;
        return live;
    };
    run(session, {"continue"});
    QCOMPARE(liveWeights(), 2);
    QVERIFY(session.attach(kSurrogate));
    QCOMPARE(place(session), QString("backward Sign@4"));
    QCOMPARE(liveWeights(), 5);
    run(session, {"next timestep"});
    QCOMPARE(place(session), QString("backward Sign@3"));
    QVERIFY(session.undo());
    QCOMPARE(place(session), QString("backward Sign@3"));
    QCOMPARE(liveWeights(), 2);
    QVERIFY(session.redo());
    QCOMPARE(liveWeights(), 5);
    QVERIFY(!session.redo());
    // A gradient that does not fit leaves everything as it was.
    QVERIFY(!session.attach({kSurrogate.target, "dy * (", {}}));
    QCOMPARE(liveWeights(), 5);
}

void SteppingTest::aRunIsTheSameInOneGoAndOpByOp()
{
    DebugSession whole, single;
    for (DebugSession* session : {&whole, &single}) {
        QVERIFY(session->openExample("sign"));
        QVERIFY(session->attach(kSurrogate));
    }
    run(whole, {"continue"});
    const Position end = single.snapshot()->plan->size();
    for (Position position = 0; position < end; ++position)
        run(single, {"into"});
    for (const auto& [value, cotangent] : whole.snapshot()->cotangents) {
        if (whole.snapshot()->program->value(value).region != kTopRegion)
            continue;
        QVERIFY(
            whole.value({cotangent, {}}).tensor.sameElements(single.value({cotangent, {}}).tensor));
    }
}

void SteppingTest::stopsWhenToldTo()
{
    DebugSession session;
    QVERIFY(session.openExample("sign"));
    std::stop_source source;
    source.request_stop();
    const PassState state = session.step(StepKind::Continue, source.get_token());
    QCOMPARE(int(state.reason), int(StopReason::Start)); // nothing was run
    QCOMPARE(int(session.step(StepKind::Continue).reason), int(StopReason::Break));
}

void SteppingTest::helperOpsOpenToWhatTheyCompute_data()
{
    QTest::addColumn<QString>("op");
    QTest::addColumn<QStringList>("lines");
    QTest::newRow("the gradient of Tanh")
        << "TanhGrad" << QStringList{"t1 = y * y", "t2 = 1 - t1", "dx = dy * t2"};
    QTest::newRow("the gradient of Sigmoid")
        << "SigmoidGrad" << QStringList{"t1 = 1 - y", "t2 = y * t1", "dx = dy * t2"};
}

// The last line of the body is the value that the one kernel computed.
void SteppingTest::helperOpsOpenToWhatTheyCompute()
{
    QFETCH(QString, op);
    DebugSession session;
    QVERIFY(session.openExample("sign"));
    QVERIFY(session.attach(kSurrogate));
    const Graph& graph = *session.snapshot()->program;
    const NodeId node = nodeOfType(graph, op.toStdString());
    const OpAddress address{node, TimestepPath{}.then(2)};
    QVERIFY(session.body(address).steps.back().value.tensor.isNull()); // not executed yet
    run(session, {"continue"});
    const BodySnapshot body = session.body(address);
    QStringList lines;
    for (const BodyStep& step : body.steps)
        lines << QString::fromStdString(step.name + " = " + step.text);
    QTEST(lines, "lines");
    const Tensor whole = session.value({graph.node(node).outputs[0], address.at}).tensor;
    const Tensor& opened = body.steps.back().value.tensor;
    QCOMPARE(opened.count(), whole.count());
    for (int64_t i = 0; i < whole.count(); ++i)
        QVERIFY(std::abs(opened.number(i) - whole.number(i)) <= 1e-7);
}

QTEST_APPLESS_MAIN(SteppingTest)
#include "tst_stepping.moc"
