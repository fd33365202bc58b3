// Cuts on purpose: the user's, and those that a file holds (SEMANTICS R1, R2, R15, R17).
#include "engine/diagnostics/catalogue.h"
#include "engine/session/cuts.h"
#include "engine/session/fixes.h"
#include "engine/session/gradient_verdicts.h"
#include "tests/support/small_models.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace backstep;

namespace {

/// x [1, 2] -> MatMul W [2, 2] -> op 'f' -> MatMul V [2, 1] -> y; `hasWayAround`: the op's operand
/// is added to its result.
SmallModel chained(const std::string& op, bool hasWayAround = false)
{
    SmallModel model;
    model.input("x", {1, 2}).weight("W", {2, 2}).weight("V", {2, 1});
    model.node("MatMul", {"x", "W"}, {"h"}, "first");
    model.node(op, {"h"}, {"z"}, "f");
    if (hasWayAround)
        model.node("Add", {"h", "z"}, {"s"}, "sum");
    model.node("MatMul", {hasWayAround ? "s" : "z", "V"}, {"y"}, "last");
    return model.output("y", {1, 1});
}

const Finding* findingOf(const DebugSession& session, const DiagnosticKind& kind)
{
    for (const Finding& finding : *session.snapshot()->findings)
        if (finding.kind == &kind)
            return &finding;
    return nullptr;
}

QString statusOf(const DebugSession& session, const std::string& weight)
{
    const auto snapshot = session.snapshot();
    for (const auto& [target, arrival] : snapshot->report->targets)
        if (snapshot->document->graph->value(target).name == weight)
            return QString::fromUtf8(statusWord(arrival.flow).data());
    return "no such weight";
}

QString saysOf(const DebugSession& session, const std::string& weight, Framework framework)
{
    const auto snapshot = session.snapshot();
    for (const auto& [target, says] : snapshot->frameworks->of(framework, false).says)
        if (snapshot->document->graph->value(target).name == weight)
            return QString::fromUtf8(wordOf(says).data());
    return "no such weight";
}

GradientTarget nodeNamed(const char* name)
{
    return {GradientTarget::Scope::Node, name};
}

}

class TestCuts : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    std::string at(const char* name) const { return m_folder.filePath(name).toStdString(); }

    /// W's gradient of the sum of y at x = [1, 2], and W's gradient element by element.
    QList<double> gradientOf(DebugSession& session, const std::string& weight)
    {
        session.setStopsAtBreaks(false);
        session.step(StepKind::Continue);
        const auto snapshot = session.snapshot();
        QList<double> numbers;
        for (const ValueId id : snapshot->program->valuesOfKind(ValueKind::Weight)) {
            const auto found = snapshot->cotangents.find(id);
            if (snapshot->program->value(id).name != weight || found == snapshot->cotangents.end())
                continue;
            const Tensor tensor = session.value({found->second, {}}).tensor;
            for (int64_t i = 0; i < tensor.count(); ++i)
                numbers << tensor.number(i);
        }
        return numbers;
    }

    bool open(DebugSession& session, const SmallModel& model)
    {
        OpenOptions options;
        options.loss.kind = LossKind::Sum;
        options.inputs.given["x"] = Tensor::of<float>({1, 2}, {1, 2});
        return writeFile(at("model.onnx"), model.bytes()) &&
               session.open(at("model.onnx"), options);
    }

private slots:
    // Behind a cut a gradient is absent, behind Sign it is zero, behind an unknown op it is not
    // known: a cut there makes it absent. Around a cut the rest arrives, and nothing is missing.
    void isAbsentAndNotZero_data()
    {
        QTest::addColumn<QString>("op");
        QTest::addColumn<bool>("hasWayAround");
        QTest::addColumn<QString>("before"); // status of W
        QTest::addColumn<QString>("after");
        QTest::newRow("at an op with a rule") << "Tanh" << false << "live"
                                              << "none";
        QTest::newRow("at a zero") << "Sign" << false << "zero"
                                   << "none";
        QTest::newRow("at an unknown op") << "Frobnicate" << false << "blocked"
                                          << "none";
        QTest::newRow("with a way around") << "Tanh" << true << "live"
                                           << "live";
        QTest::newRow("of an incomplete gradient") << "Frobnicate" << true << "live"
                                                   << "live";
    }
    void isAbsentAndNotZero()
    {
        QFETCH(QString, op);
        QFETCH(bool, hasWayAround);
        DebugSession session;
        QVERIFY(open(session, chained(op.toStdString(), hasWayAround)));
        QTEST(statusOf(session, "W"), "before");
        QCOMPARE(statusOf(session, "V"), QString("live"));
        QVERIFY(session.attach({nodeNamed("f"), "None"}));
        QTEST(statusOf(session, "W"), "after");
        QCOMPARE(statusOf(session, "V"), QString("live"));
        const auto snapshot = session.snapshot();
        for (const auto& [target, arrival] : snapshot->report->targets)
            QVERIFY(!arrival.isIncomplete); // a cut is wanted (SEMANTICS R2)
        const Finding* finding = findingOf(session, kinds::cutOnPurpose);
        QVERIFY(finding);
        QCOMPARE(int(finding->severity()), int(Severity::Info));
        const NodeId node = finding->node;
        QCOMPARE(int(snapshot->report->at(node).state), int(GradientState::CutOnPurpose));
        QCOMPARE(int(snapshot->states->mark(node)), int(OpMark::Cut));
        QVERIFY(session.undo());
        QTEST(statusOf(session, "W"), "before");
        QVERIFY(!findingOf(session, kinds::cutOnPurpose));
    }

    // x = [1, 2], V = [0.1, -0.199]: with a way around and f cut, dW = x' V' as without f.
    void lessensTheGradientByItsPart()
    {
        DebugSession session;
        QVERIFY(open(session, chained("Tanh", true)));
        QVERIFY(session.attach({nodeNamed("f"), "None"}));
        const QList<double> found = gradientOf(session, "W"), expected{0.1, -0.199, 0.2, -0.398};
        QCOMPARE(found.size(), expected.size());
        for (int i = 0; i < found.size(); ++i)
            QVERIFY2(std::abs(found[i] - expected[i]) < 1e-6,
                     qPrintable(QString::number(found[i])));
    }

    // What each framework gives for a weight behind tf.stop_gradient, detach, lax.stop_gradient.
    void isWhatFrameworksGive()
    {
        DebugSession session;
        QVERIFY(open(session, chained("Frobnicate")));
        for (const Framework framework : kFrameworks)
            QCOMPARE(saysOf(session, "W", framework), QString("raises"));
        QVERIFY(session.attach({nodeNamed("f"), "None"}));
        QCOMPARE(saysOf(session, "W", Framework::TensorFlow), QString("None"));
        QCOMPARE(saysOf(session, "W", Framework::PyTorch), QString("None"));
        QCOMPARE(saysOf(session, "W", Framework::Jax), QString("zero"));
        QCOMPARE(saysOf(session, "V", Framework::Jax), QString("value"));
    }

    void isOfferedWhereARuleIsMissing()
    {
        DebugSession session;
        QVERIFY(open(session, chained("Frobnicate")));
        const Finding* finding = findingOf(session, kinds::unknownOp);
        QVERIFY(finding);
        const auto cut = std::find_if(finding->fixes.begin(), finding->fixes.end(),
                                      [](const Fix& fix) { return fix.kind == FixKind::Cut; });
        QVERIFY(cut != finding->fixes.end() && cut->canBeApplied());
        QVERIFY(session.applyFix(finding->node, *cut));
        QCOMPARE(statusOf(session, "W"), QString("none"));
        const std::vector<JudgedGradient> judged = verdictsOf(session);
        QCOMPARE(judged.size(), size_t(1));
        QCOMPARE(int(judged[0].verdict.verdict), int(Verdict::Cut));
        const Finding* cutFinding = findingOf(session, kinds::cutOnPurpose);
        QVERIFY(cutFinding && cutFinding->fixes.size() == 1 && cutFinding->fixes[0].canBeApplied());
        QVERIFY(session.applyFix(cutFinding->node, cutFinding->fixes[0]));
        QCOMPARE(statusOf(session, "W"), QString("blocked"));
        QVERIFY(session.undo());
        QCOMPARE(statusOf(session, "W"), QString("none"));
    }

    void staysInTheFile_data()
    {
        QTest::addColumn<int>("scope");
        QTest::addColumn<QString>("name");
        QTest::newRow("at a node") << int(GradientTarget::Scope::Node) << "f";
        QTest::newRow("at a type") << int(GradientTarget::Scope::OpType) << "Tanh";
    }
    void staysInTheFile()
    {
        QFETCH(int, scope);
        QFETCH(QString, name);
        const GradientChoice cut{{static_cast<GradientTarget::Scope>(scope), name.toStdString()},
                                 "None"};
        DebugSession session, again;
        QVERIFY(open(session, chained("Tanh")));
        QVERIFY(session.attach(cut));
        QVERIFY(session.save(at("kept.onnx")));
        QVERIFY(again.open(at("kept.onnx")));
        QCOMPARE(again.snapshot()->document->gradients, std::vector<GradientChoice>{cut});
        QCOMPARE(statusOf(again, "W"), QString("none"));
        const Finding* finding = findingOf(again, kinds::cutOnPurpose);
        QVERIFY(finding);
        const NodeId node = finding->node;
        QVERIFY(again.applyFix(node, takeCutAway()));
        QCOMPARE(statusOf(again, "W"), QString("live"));
        QVERIFY(again.snapshot()->document->gradients.empty());
        const Result<Document> twice = withoutCut(*again.snapshot()->document, node);
        QVERIFY(!twice);
        QCOMPARE(QString::fromStdString(twice.error().message), "The gradient is not cut at 'f'.");
    }

    // StopGradient in any domain, with or without a body: x [1, 2], W live again by dy.
    void isReadFromTheFile_data()
    {
        QTest::addColumn<QString>("domain");
        QTest::newRow("Backstep's") << "backstep.custom";
        QTest::newRow("ONNX's own, where it is none") << "";
        QTest::newRow("somebody's") << "com.acme";
    }
    void isReadFromTheFile()
    {
        QFETCH(QString, domain);
        onnx::ModelProto model;
        QVERIFY(model.ParseFromString(chained("StopGradient").bytes()));
        if (!domain.isEmpty()) {
            onnx::OperatorSetIdProto& own = *model.add_opset_import();
            own.set_domain(domain.toStdString());
            own.set_version(1);
            model.mutable_graph()->mutable_node(1)->set_domain(domain.toStdString());
        }
        QVERIFY(writeFile(at("stops.onnx"), serialize(model)));
        OpenOptions options;
        options.loss.kind = LossKind::Sum;
        options.inputs.given["x"] = Tensor::of<float>({1, 2}, {1, 2});
        DebugSession session;
        QVERIFY(session.open(at("stops.onnx"), options));
        QCOMPARE(statusOf(session, "W"), QString("none"));
        QVERIFY(!findingOf(session, kinds::unknownOp));
        const Finding* finding = findingOf(session, kinds::cutOnPurpose);
        QVERIFY(finding);
        QVERIFY(isCutAt(*session.snapshot()->document, finding->node));
        QVERIFY(session.applyFix(finding->node, finding->fixes.front()));
        QCOMPARE(statusOf(session, "W"), QString("live"));
        QVERIFY(!findingOf(session, kinds::cutOnPurpose));
        const QList<double> expected{0.1, -0.199, 0.2, -0.398}; // x' V'
        const QList<double> found = gradientOf(session, "W");
        QCOMPARE(found.size(), expected.size());
        for (int i = 0; i < found.size(); ++i)
            QVERIFY2(std::abs(found[i] - expected[i]) < 1e-6,
                     qPrintable(QString::number(found[i])));
        QCOMPARE(int(verdictsOf(session).at(0).verdict.verdict), int(Verdict::Exact));
    }

    // h_t = cut at timesteps 2 to 3: what comes from later ones does not get to x at 0 to 3.
    void standsAtSomeTimesteps()
    {
        DebugSession session;
        QVERIFY(session.openText("x: float32[2, 6, 3] -> LSTM(4) -> tanh -> Dense(2) -> mse"));
        std::string name;
        for (const NodeId id : session.snapshot()->document->graph->nodeIds()) {
            const Node& node = session.snapshot()->document->graph->node(id);
            if (node.op.is("Tanh") && node.origin.layer == "tanh")
                name = node.origin.name;
        }
        GradientTarget target{GradientTarget::Scope::Timesteps, name, *TimestepSet::parse("2-3")};
        const Result<void> attached = session.attach({target, "None"});
        QVERIFY2(attached, attached ? "" : attached.error().text().c_str());
        const Finding* finding = findingOf(session, kinds::cutOnPurpose);
        QVERIFY(finding);
        QCOMPARE(finding->timesteps, (std::vector<TimestepRange>{{2, 3}}));
        QCOMPARE(statusOf(session, "lstm/W"), QString("live"));
    }
};

QTEST_APPLESS_MAIN(TestCuts)
#include "tst_cuts.moc"
