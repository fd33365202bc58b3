// Gradients that travel in the file beside its graph (SEMANTICS R17).

#include "engine/exporters/gradient_functions.h"
#include "engine/exporters/gradient_notes.h"
#include "engine/session/gradient_verdicts.h"
#include "tests/support/small_models.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace backstep;

namespace {

const std::string kText = "dy * (1 - tf.math.tanh(x)**2)";

onnx::ModelProto parsed(const std::string& bytes)
{
    onnx::ModelProto model;
    model.ParseFromString(bytes);
    return model;
}

std::string contentOf(const std::string& path)
{
    const Result<FileView> file = FileView::open(path);
    return file ? std::string(file->bytes()) : std::string();
}

}

class KeptGradientsTest : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    std::string at(const char* name) const { return m_folder.filePath(name).toStdString(); }

    /// x -> Sign 'f' -> MatMul -> y, with a gradient attached to 'f' and saved.
    std::string saved(const GradientChoice& choice)
    {
        SmallModel model;
        model.input("x", {2, 3})
            .weight("W", {3, 2})
            .node("Sign", {"x"}, {"h"}, "f")
            .node("MatMul", {"h", "W"}, {"y"}, "product")
            .output("y", {2, 2});
        DebugSession session;
        if (!writeFile(at("bare.onnx"), model.bytes()) || !session.open(at("bare.onnx")) ||
            !session.attach(choice) || !session.save(at("kept.onnx")))
            return {};
        return contentOf(at("kept.onnx"));
    }

private slots:
    void comesBack_data()
    {
        QTest::addColumn<int>("scope");
        QTest::addColumn<QString>("name");
        QTest::newRow("a node") << int(GradientTarget::Scope::Node) << "f";
        QTest::newRow("a type") << int(GradientTarget::Scope::OpType) << "Sign";
    }
    void comesBack()
    {
        QFETCH(int, scope);
        QFETCH(QString, name);
        const GradientChoice choice{{static_cast<GradientTarget::Scope>(scope), name.toStdString()},
                                    kText,
                                    "binary",
                                    "2026-03-01",
                                    0.5};
        QVERIFY(!saved(choice).empty());
        DebugSession session;
        QVERIFY(session.open(at("kept.onnx")));
        const Document& document = *session.snapshot()->document;
        QCOMPARE(document.gradients.size(), size_t(1));
        QVERIFY(document.gradients.front() == choice);
        QVERIFY(document.orphans.empty());
        QVERIFY(std::any_of(
            session.snapshot()->assumptions.begin(), session.snapshot()->assumptions.end(),
            [](const std::string& told) { return told.find("applied") != std::string::npos; }));
    }

    // The answer was given for a difference; more than ten times as much, or less, is another
    // question (SEMANTICS R14). Of Sign with dx = dy * x the difference is the largest |x|.
    void isAskedAgain_data()
    {
        QTest::addColumn<double>("then"); // x when it was accepted and saved
        QTest::addColumn<double>("now");
        QTest::addColumn<QString>("verdict");
        QTest::newRow("the same data") << 0.5 << 0.5 << "surrogate";
        QTest::newRow("eight times as much") << 0.5 << 4.0 << "surrogate";
        QTest::newRow("twelve times as much") << 0.5 << 6.0 << "differs";
        QTest::newRow("an eighth") << 4.0 << 0.5 << "surrogate";
        QTest::newRow("a twelfth") << 6.0 << 0.5 << "differs";
    }
    void isAskedAgain()
    {
        QFETCH(double, then);
        QFETCH(double, now);
        const auto finish = [&](DebugSession& session, const char* file, double x) {
            OpenOptions options;
            options.inputs.given["x"] =
                Tensor::of<float>({2, 3}, std::vector<float>(6, static_cast<float>(x)));
            session.setStopsAtBreaks(false);
            return session.open(at(file), options) &&
                   session.step(StepKind::Continue).reason == StopReason::End;
        };
        QVERIFY(!saved({{GradientTarget::Scope::Node, "f"}, "dy * x"}).empty());
        DebugSession before, after;
        QVERIFY(finish(before, "bare.onnx", then));
        QVERIFY(
            before.attach({{GradientTarget::Scope::Node, "f"}, "dy * x", "why not", "2026-03-01"}));
        QVERIFY(before.save(at("kept.onnx")));
        QVERIFY(finish(after, "kept.onnx", now));
        QCOMPARE(after.snapshot()->document->gradients.at(0).acceptedDifference, then);
        const JudgedGradient judged = verdictsOf(after).at(0);
        const bool isAsked = judged.sentence.find("asked again") != std::string::npos;
        QTEST(QString::fromUtf8(nameOf(judged.verdict.verdict).data()), "verdict");
        QCOMPARE(isAsked, judged.verdict.verdict == Verdict::Differs);
    }

    void isAFunctionThatNoNodeCalls()
    {
        const std::string bytes = saved({{GradientTarget::Scope::Node, "f"}, kText});
        QVERIFY(bytes.starts_with(contentOf(at("bare.onnx")))); // every other byte as it was
        const onnx::ModelProto model = parsed(bytes);
        QCOMPARE(model.functions_size(), 1);
        const onnx::FunctionProto& function = model.functions(0);
        QCOMPARE(function.domain(), std::string(kGradientDomain));
        QCOMPARE(QString::fromStdString(function.name()), "gradient_0_Sign");
        const auto names = [](const auto& list) {
            QStringList all;
            for (const std::string& name : list)
                all << QString::fromStdString(name);
            return all.join(' ');
        };
        QCOMPARE(names(function.input()), "x y dy");
        QCOMPARE(names(function.output()), "dx");
        for (const onnx::NodeProto& node : model.graph().node())
            QVERIFY(node.domain() != kGradientDomain);
    }

    void saysWhyItIsAnOrphan_data()
    {
        QTest::addColumn<QString>("change"); // made to the saved file: node f or the note
        QTest::addColumn<QString>("why");    // "" where it is applied all the same
        QTest::newRow("nothing") << ""
                                 << "";
        QTest::newRow("another op") << "op"
                                    << "is not the op that it was made for";
        QTest::newRow("another name") << "name"
                                      << "no op is named so";
        QTest::newRow("another attribute") << "attribute"
                                           << "is not the op that it was made for";
        QTest::newRow("another opset's text") << "text"
                                              << "There is no function 'no_such'";
        QTest::newRow("a file of before") << "hashes"
                                          << "";
    }
    void saysWhyItIsAnOrphan()
    {
        QFETCH(QString, change);
        QFETCH(QString, why);
        onnx::ModelProto model = parsed(saved({{GradientTarget::Scope::Node, "f"}, kText}));
        onnx::NodeProto& node = *model.mutable_graph()->mutable_node(0);
        std::string& note = *model.mutable_metadata_props(0)->mutable_value();
        Result<std::vector<GradientNote>> notes = notesFromJson(note);
        QVERIFY(notes);
        if (change == "op")
            node.set_op_type("Tanh");
        if (change == "name")
            node.set_name("g");
        if (change == "attribute") {
            node.set_op_type("Elu");
            notes->front().madeFor = {"0123456789abcdef"};
        }
        if (change == "text")
            notes->front().text = "no_such(dy)";
        if (change == "hashes")
            notes->front().madeFor.clear();
        note = notesAsJson(*notes);
        QVERIFY(writeFile(at("changed.onnx"), serialize(model)));
        DebugSession session;
        QVERIFY(session.open(at("changed.onnx")));
        const Document& document = *session.snapshot()->document;
        QCOMPARE(document.orphans.empty(), why.isEmpty());
        QCOMPARE(document.gradients.empty(), !why.isEmpty());
        if (why.isEmpty())
            return;
        QVERIFY2(QString::fromStdString(document.orphans.front().why).contains(why),
                 document.orphans.front().why.c_str());
        QVERIFY(std::any_of(
            session.snapshot()->findings->begin(), session.snapshot()->findings->end(),
            [](const Finding& finding) { return finding.kind->code == "custom-lost"; }));
        // it is not lost by saving
        QVERIFY(session.save(at("again.onnx")));
        const onnx::ModelProto again = parsed(contentOf(at("again.onnx")));
        QCOMPARE(again.functions_size(), 0);
        QVERIFY(*notesFromJson(again.metadata_props(0).value()) == *notes);
    }

    void asksAgainWhenTheDifferenceIsAnother_data()
    {
        QTest::addColumn<double>("then");
        QTest::addColumn<QString>("verdict");
        // sign at 2 with dy: 1 against 0, so the difference is 1
        QTest::newRow("the same") << 1.0 << "surrogate";
        QTest::newRow("five times") << 0.2 << "surrogate";
        QTest::newRow("twenty times") << 0.05 << "differs";
        QTest::newRow("a twentieth") << 20.0 << "differs";
        QTest::newRow("not known") << 0.0 << "surrogate";
    }
    void asksAgainWhenTheDifferenceIsAnother()
    {
        QFETCH(double, then);
        const GradientChoice choice{
            {GradientTarget::Scope::Node, "f"}, "dy", "straight through", "2026-03-01", then};
        QVERIFY(!saved(choice).empty());
        DebugSession session;
        QVERIFY(session.open(at("kept.onnx")));
        const JudgedGradient given =
            verdictOn(session, session.snapshot()->document->gradients.front());
        QTEST(QString::fromStdString(std::string(nameOf(given.verdict.verdict))), "verdict");
    }
};

QTEST_APPLESS_MAIN(KeptGradientsTest)
#include "tst_kept_gradients.moc"
