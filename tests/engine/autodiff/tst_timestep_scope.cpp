// Gradients that stand at some timesteps alone (SEMANTICS R15b).

#include "engine/autodiff/differentiate.h"
#include "engine/execution/executor.h"
#include "engine/graph/timestep_set.h"
#include "engine/ops/scan_builder.h"

#include <QTest>

#include <cmath>

using namespace backstep;

namespace {

const std::vector<double> kInputs{1, 4, 0, 9};
constexpr int64_t T = 4;

/// h_t = f(w x_t) or, recurrent, h_t = f(w x_t + h_{t-1}) with h_{-1} = 0; the loss is the sum of
/// all h_t.
struct Program {
    Graph graph;
    ValueId w = kNoValue;
    NodeId op = kNoNode;
};

Program recurrence(const std::string& f, bool isRecurrent)
{
    Program program;
    GraphBuilder b(program.graph, kTopRegion, {.name = "op"});
    ValueInfo weight;
    weight.kind = ValueKind::Weight;
    weight.type = {DType::Float64, {}};
    weight.content = Tensor::scalar(1, DType::Float64);
    const Value w = b.declare(weight), x = b.constant(Tensor::of<double>({T}, kInputs));
    program.w = w.id();
    ScanBuilder scan(b, T, Direction::Forward, {.name = "scan"});
    const Value h = scan.carry(b.constant(Tensor::scalar(0, DType::Float64)));
    const Value product = scan.body().use(w.id()) * scan.stepInput(x);
    const Value next = scan.body().add(f, {isRecurrent ? product + h : product});
    program.op = program.graph.value(next.id()).producer;
    scan.setNext(h, next);
    const auto results = scan.close({next});
    program.graph.loss = b.add("ReduceSum", {results.stacked[0]}, {{"keepdims", int64_t(0)}}).id();
    return program;
}

/// dx = factor dy
CustomGradient scaled(double factor, const std::string& steps)
{
    CustomGradient gradient;
    gradient.gives = {true};
    gradient.build = [factor](GradientScope& g) {
        return std::vector<Value>{g.cotangent(0) * factor};
    };
    if (!steps.empty())
        gradient.steps = std::make_shared<const TimestepSet>(*TimestepSet::parse(steps));
    return gradient;
}

struct Attached {
    double factor;
    const char* steps; ///< "" for all
};

GradientTable tableOf(const Program& program, const std::vector<Attached>& all)
{
    GradientTable table;
    for (const Attached& each : all)
        table.attach(program.op, scaled(each.factor, each.steps), T);
    return table;
}

struct Run {
    std::shared_ptr<const Plan> plan;
    std::unique_ptr<Executor> executor;
    FlowAnalysis flow;
    ValueId cotangent = kNoValue;
};

Run run(const Program& program, const GradientTable& table)
{
    Run run;
    const std::vector<ValueId> targets{program.w};
    run.flow = analyseFlow(program.graph, program.graph.loss, targets, table);
    IdBook book;
    auto whole = differentiate(program.graph, program.graph.loss, targets, run.flow, table, book);
    if (!whole || !whole->graph.verify())
        qFatal("the program cannot be differentiated");
    run.cotangent = whole->cotangents.at(program.w);
    run.plan = std::make_shared<const Plan>(std::make_shared<const Graph>(whole->graph));
    run.executor = std::make_unique<Executor>(*Recording::make(run.plan, {}));
    if (run.executor->run(run.plan->size()).reason != Stop::Reached)
        qFatal("the run stopped");
    return run;
}

double gradientOf(Run& run)
{
    return run.executor->value({run.cotangent, {}}, run.plan->size())->number(0);
}

}

Q_DECLARE_METATYPE(std::vector<Attached>)

class TimestepScopeTest : public QObject
{
    Q_OBJECT
private slots:
    void readsTimesteps_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("again"); // "" where it is refused
        QTest::addColumn<int>("column");
        QTest::newRow("one") << "7"
                             << "7" << -1;
        QTest::newRow("a range") << "3-5"
                                 << "3-5" << -1;
        QTest::newRow("a list, in any order") << "9, 0-2,1-3"
                                              << "0-3,9" << -1;
        QTest::newRow("neighbours become one") << "1,2,3"
                                               << "1-3" << -1;
        QTest::newRow("nothing") << ""
                                 << "" << 0;
        QTest::newRow("backwards") << "5-3"
                                   << "" << 3;
        QTest::newRow("a name") << "first"
                                << "" << 0;
        QTest::newRow("an open end") << "3-"
                                     << "" << 2;
        QTest::newRow("a negative one") << "-1"
                                        << "" << 0;
        QTest::newRow("too large") << "99999999999999999999"
                                   << "" << 0;
        QTest::newRow("another separator") << "1;2"
                                           << "" << 1;
    }
    void readsTimesteps()
    {
        QFETCH(QString, text);
        QFETCH(QString, again);
        QFETCH(int, column);
        const Result<TimestepSet> set = TimestepSet::parse(text.toStdString());
        QCOMPARE(bool(set), !again.isEmpty());
        if (set)
            QCOMPARE(QString::fromStdString(set->text()), again);
        else
            QCOMPARE(set.error().column, column);
    }

    void takesAway_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("left");
        QTest::newRow("the middle") << "0-9"
                                    << "3-5"
                                    << "0-2,6-9";
        QTest::newRow("both ends") << "0-9"
                                   << "0,9"
                                   << "1-8";
        QTest::newRow("over a gap") << "0-2,6-9"
                                    << "2-7"
                                    << "0-1,8-9";
        QTest::newRow("nothing in common") << "0-2"
                                           << "5"
                                           << "0-2";
        QTest::newRow("all") << "3-5"
                             << "0-9"
                             << "";
    }
    void takesAway()
    {
        QFETCH(QString, from);
        QFETCH(QString, what);
        QFETCH(QString, left);
        const TimestepSet set = TimestepSet::parse(from.toStdString())
                                    ->without(*TimestepSet::parse(what.toStdString()));
        QCOMPARE(QString::fromStdString(set.text()), left);
    }

    // Expected by hand. Relu of positive sums has slope 1, so d h_t / d w = x_t + d h_{t-1} / d w;
    // a factor k at step t multiplies what reaches w through h_t. Without recurrence
    // dL/dw = sum of k_t x_t over t with x_t > 0, or over all t where k_t is custom.
    void givesTheGradientOfItsTimesteps_data()
    {
        QTest::addColumn<QString>("op");
        QTest::addColumn<bool>("isRecurrent");
        QTest::addColumn<std::vector<Attached>>("attached");
        QTest::addColumn<double>("expected");
        using All = std::vector<Attached>;
        QTest::newRow("nothing given") << "Relu" << false << All{} << 14.0;
        QTest::newRow("at all timesteps") << "Relu" << false << All{{3, ""}} << 42.0;
        QTest::newRow("at one") << "Relu" << false << All{{3, "1"}} << 1.0 + 3 * 4 + 9;
        QTest::newRow("two beside each other")
            << "Relu" << false << All{{3, "1"}, {5, "3"}} << 1.0 + 3 * 4 + 5 * 9;
        QTest::newRow("the later one wins where both stand")
            << "Relu" << false << All{{3, "0-1"}, {5, "1"}} << 3.0 + 5 * 4 + 9;
        QTest::newRow("over one for all")
            << "Relu" << false << All{{3, ""}, {5, "1"}} << 3.0 + 5 * 4 + 3 * 9;
        QTest::newRow("all by ranges")
            << "Relu" << false << All{{3, "0-1"}, {5, "2-3"}} << 3.0 + 3 * 4 + 5 * 9;
        // Sign: zero everywhere where nothing is given.
        QTest::newRow("over a zero gradient") << "Sign" << false << All{{2, "0,3"}} << 2.0 + 2 * 9;
        // By hand, back from t = 3: c_t = k_t (1 + c_{t+1}), and the sum of c_t x_t.
        QTest::newRow("within a recurrence")
            << "Relu" << true << All{{3, "2"}} << 1 * 9.0 + 3 * 2 * 0.0 + 7 * 4.0 + 8 * 1.0;
        QTest::newRow("the last step of a recurrence")
            << "Relu" << true << All{{3, "3"}} << 3 * 9.0 + 0.0 + 5 * 4.0 + 6 * 1.0;
        // The slope of a root at 0 is infinite; 1/2 + 4/4 + 9/6 without it.
        QTest::newRow("where the op's own rule gives inf")
            << "Sqrt" << false << All{{1, "2"}} << 3.0;
    }
    void givesTheGradientOfItsTimesteps()
    {
        QFETCH(QString, op);
        QFETCH(bool, isRecurrent);
        QFETCH(std::vector<Attached>, attached);
        QFETCH(double, expected);
        const Program program = recurrence(op.toStdString(), isRecurrent);
        Run found = run(program, tableOf(program, attached));
        QCOMPARE(gradientOf(found), expected);
        QCOMPARE(found.flow.report.targets.at(program.w).flow, Flow::Live);
    }

    void doesNotRunElsewhere()
    {
        const Program program = recurrence("Sqrt", false);
        Run found = run(program, tableOf(program, {{1, "2"}}));
        const Graph& graph = found.plan->graph();
        int64_t runs = 0, rests = 0;
        for (const NodeId id : graph.nodeIds()) {
            const Node& node = graph.node(id);
            if (!node.onlyAt)
                continue;
            for (int64_t t = 0; t < T; ++t) {
                const auto value = found.executor->value({node.outputs[0], TimestepPath().then(t)},
                                                         found.plan->size());
                QCOMPARE(bool(value), node.onlyAt->contains(t));
                if (value) {
                    QVERIFY(std::isfinite(value->number(0)));
                    ++runs;
                } else {
                    QCOMPARE(QString::fromStdString(value.error().code), QString("not-run"));
                    ++rests;
                }
            }
        }
        QVERIFY(runs > 0 && rests > 0);
    }

    void tellsWhatIsLeft()
    {
        const Program program = recurrence("Sign", false);
        const Run found = run(program, tableOf(program, {{1, "1-2"}}));
        const OpReport& report = found.flow.report.at(program.op);
        QCOMPARE(report.state, GradientState::Custom);
        QCOMPARE(report.elsewhere, GradientState::ZeroEverywhere);
        QCOMPARE(QString::fromStdString(report.elsewhereAt->text()), QString("0,3"));
        QVERIFY(found.flow.report.opsIn(GradientState::ZeroEverywhere).size() == 1);
    }
};

QTEST_APPLESS_MAIN(TimestepScopeTest)
#include "tst_timestep_scope.moc"
