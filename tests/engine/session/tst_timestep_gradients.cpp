// Gradients for some timesteps of an op, in a session (SEMANTICS R15b).

#include "engine/session/exported_fix.h"
#include "engine/session/gradient_choices.h"
#include "engine/session/gradient_verdicts.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace backstep;

namespace {

const std::string kSign = BACKSTEP_TEST_DATA "/models/seed1_sign/model.onnx"; // 12 timesteps
const std::string kRound = BACKSTEP_TEST_DATA "/models/jax_lstm_round/model.onnx";
const std::string kOp = "seed1_sign_1/mid_1/Sign";
const std::string kText = "dy * (1 - tf.math.tanh(x)**2)";

GradientChoice choice(const std::string& steps, const std::string& text = kText)
{
    return {*targetAtTimesteps(kOp + "@" + steps), text};
}

/// The gradients of all weights after a run with these gradients attached.
std::map<std::string, Tensor> gradientsWith(const std::vector<GradientChoice>& choices)
{
    DebugSession session;
    OpenOptions options;
    options.widened = {DType::Float32};
    if (const auto opened = session.open(kSign, options); !opened)
        qFatal("%s", opened.error().text().c_str());
    for (const GradientChoice& each : choices)
        if (const auto attached = session.attach(each); !attached)
            qFatal("%s", attached.error().text().c_str());
    session.setStopsAtBreaks(false);
    session.step(StepKind::Continue);
    std::map<std::string, Tensor> gradients;
    const auto snapshot = session.snapshot();
    for (const ValueId weight : snapshot->program->valuesOfKind(ValueKind::Weight))
        gradients[snapshot->program->value(weight).name] =
            session.value({snapshot->cotangents.at(weight), {}}).tensor;
    return gradients;
}

}

class TimestepGradientsTest : public QObject
{
    Q_OBJECT
private slots:
    // What reaches a weight is a sum over the timesteps of the Sign, which stands outside the
    // recurrence: the parts of disjoint timesteps add up.
    void partsAddUp()
    {
        const auto all = gradientsWith({{{GradientTarget::Scope::Node, kOp}, kText}});
        const auto first = gradientsWith({choice("0-4,9")});
        const auto second = gradientsWith({choice("5-8,10-11")});
        const auto both = gradientsWith({choice("0-4,9"), choice("5-8,10-11")});
        bool isMore = false;
        for (const auto& [name, gradient] : all) {
            double largest = 0;
            for (int64_t i = 0; i < gradient.count(); ++i)
                largest = std::max(largest, std::abs(gradient.number(i)));
            QVERIFY(largest > 0);
            for (int64_t i = 0; i < gradient.count(); ++i) {
                const double parts = first.at(name).number(i) + second.at(name).number(i);
                const bool isBehind = first.at(name).number(i) == second.at(name).number(i);
                if (!isBehind) { // weights behind the Sign get the same from both
                    QVERIFY(std::abs(parts - gradient.number(i)) <= 1e-12 * largest);
                    isMore = true;
                }
                QVERIFY(std::abs(both.at(name).number(i) - gradient.number(i)) <= 1e-12 * largest);
            }
        }
        QVERIFY(isMore);
    }

    void refusesWhatDoesNotFit_data()
    {
        QTest::addColumn<QString>("op");
        QTest::addColumn<QString>("steps");
        QTest::addColumn<QString>("says");
        QTest::newRow("past the end") << QString::fromStdString(kOp) << "10-14"
                                      << "runs at 12 timesteps, 0 to 11: it has no timestep 12-14";
        QTest::newRow("no such op") << "Sgn"
                                    << "1"
                                    << "No op is named 'Sgn'";
        QTest::newRow("an op that runs once") << "node_Reshape_6"
                                              << "0"
                                              << "stands in no loop: it runs once";
    }
    void refusesWhatDoesNotFit()
    {
        QFETCH(QString, op);
        QFETCH(QString, steps);
        QFETCH(QString, says);
        DebugSession session;
        QVERIFY(session.open(op.startsWith("node_") ? kRound : kSign));
        const auto target = targetAtTimesteps((op + "@" + steps).toStdString());
        QVERIFY(target);
        const auto attached = session.attach({*target, "dy"});
        QVERIFY(!attached);
        QVERIFY2(attached.error().message.find(says.toStdString()) != std::string::npos,
                 attached.error().message.c_str());
        QVERIFY(session.snapshot()->document->gradients.empty());
    }

    void findingsNameTheRest()
    {
        DebugSession session;
        QVERIFY(session.open(kSign));
        QVERIFY(session.attach(choice("0-2,7")));
        const auto snapshot = session.snapshot();
        const auto found = std::find_if(
            snapshot->findings->begin(), snapshot->findings->end(),
            [](const Finding& finding) { return finding.kind->code == "zero-gradient"; });
        QVERIFY(found != snapshot->findings->end());
        QCOMPARE(QString::fromStdString(TimestepSet(found->timesteps).text()), QString("3-6,8-11"));
        QVERIFY(found->weights.empty()); // each is reached through the others
    }

    void isJudgedAtItsTimesteps()
    {
        DebugSession session;
        QVERIFY(session.open(kSign));
        session.step(StepKind::ForwardEnd);
        const auto all = verdictOn(session, {{GradientTarget::Scope::Node, kOp}, kText});
        const auto some = verdictOn(session, choice("3-5"));
        QCOMPARE(all.verdict.placeCount, int64_t(12));
        QCOMPARE(some.verdict.placeCount, int64_t(3));
        QVERIFY(some.verdict.fromDerivative.at.at.innermost() >= 3 &&
                some.verdict.fromDerivative.at.at.innermost() <= 5);
    }

    void isKeptInTheFile()
    {
        QTemporaryDir folder;
        const std::string path = folder.filePath("kept.onnx").toStdString();
        const GradientChoice given = choice("0-2,7");
        {
            DebugSession session;
            QVERIFY(session.open(kSign) && session.attach(given) && session.save(path));
        }
        DebugSession session;
        QVERIFY(session.open(path));
        QCOMPARE(session.snapshot()->document->gradients.size(), size_t(1));
        QVERIFY(session.snapshot()->document->gradients.front() == given);
    }

    void isNotWrittenAsCode()
    {
        DebugSession session;
        QVERIFY(session.open(kSign));
        QVERIFY(session.attach(choice("3-5")));
        const auto snapshot = session.snapshot();
        const NodeId op = nodesOf(*snapshot->document->graph, choice("3").target).front();
        const auto fix = fixOf(session, op, {});
        QVERIFY(!fix);
        QVERIFY(fix.error().message.find("at timesteps 3-5 alone") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TimestepGradientsTest)
#include "tst_timestep_gradients.moc"
