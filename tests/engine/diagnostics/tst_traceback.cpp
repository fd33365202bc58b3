// The forms of messages that Backstep knows, and texts that look like them and are not.

#include "engine/checks/locate.h"
#include "engine/diagnostics/catalogue.h"
#include "engine/session/debug_session.h"

#include <QElapsedTimer>
#include <QtTest>

using namespace backstep;

namespace {

QStringList codesOf(const QByteArray& text)
{
    QStringList codes;
    for (const TracebackCause& cause : causesOf(text.toStdString()))
        codes << QString::fromUtf8(cause.pattern->kind->code.data());
    return codes;
}

}

class TestTraceback : public QObject
{
    Q_OBJECT
private slots:
    void knowsRealMessagesAndNoOthers_data();
    void knowsRealMessagesAndNoOthers();
    void tellsTheCausesOfOneMessageApart_data();
    void tellsTheCausesOfOneMessageApart();
    void findsTheOpInTheOpenGraph_data();
    void findsTheOpInTheOpenGraph();
    void staysQuickOnHostileText_data();
    void staysQuickOnHostileText();
};

void TestTraceback::knowsRealMessagesAndNoOthers_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("code");  // of the first cause; "-": none must fit
    QTest::addColumn<QString>("named"); // an op or a name that the cause must carry, or "-"
    QFile file(BACKSTEP_TEST_DATA "/tracebacks.tsv");
    QVERIFY(file.open(QIODevice::ReadOnly));
    int known = 0, others = 0;
    for (const QByteArray& line : file.readAll().split('\n')) {
        QList<QByteArray> columns = line.split('\t');
        if (columns.size() != 4)
            continue;
        columns[3].replace("\\n", "\n").replace("\\e[", "\x1b[");
        (columns[1] == "-" ? others : known)++;
        QTest::newRow(columns[0].constData())
            << columns[3] << QString(columns[1]) << QString(columns[2]);
    }
    QVERIFY(known >= 60 && others >= 20);
}

void TestTraceback::knowsRealMessagesAndNoOthers()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, code);
    QFETCH(QString, named);
    const std::vector<TracebackCause> causes = causesOf(text.toStdString());
    QCOMPARE(causes.empty() ? QString("-")
                            : QString::fromUtf8(causes[0].pattern->kind->code.data()),
             code);
    if (named == "-")
        return;
    QStringList words;
    for (const std::vector<std::string>& each : {causes[0].ops, causes[0].names})
        for (const std::string& word : each)
            words << QString::fromStdString(word);
    QVERIFY2(words.contains(named), qPrintable(words.join(' ')));
}

// One message with several causes: what else the traceback holds tells them apart.
void TestTraceback::tellsTheCausesOfOneMessageApart_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("codes"); // ranked
    const auto row = [](const char* name, const char* text, const QStringList& codes) {
        QTest::newRow(name) << QByteArray(text) << codes;
    };
    row("old TensorFlow, new NumPy",
        "  File \"keras/layers/recurrent.py\", line 2926, in get_initial_state\n"
        "  File \"tensorflow/python/ops/array_ops.py\", line 2819, in _constant_if_small\n"
        "  File \"<__array_function__ internals>\", line 5, in prod\n"
        "NotImplementedError: Cannot convert a symbolic Tensor (lstm/strided_slice:0) to a numpy "
        "array.",
        {"numpy-version", "numpy-in-layer"});
    row("a NumPy call of the user",
        "  in user code:\n    return np.tanh(x)\nNotImplementedError: Cannot convert a symbolic "
        "Tensor (dense/BiasAdd:0) to a numpy array.",
        {"numpy-in-layer", "numpy-version"});
    row("the same, new wording",
        "NotImplementedError: Cannot convert a symbolic tf.Tensor (dense/BiasAdd:0) to a numpy "
        "array.",
        {"numpy-in-layer"});
    row("a Keras Input", "ValueError: A KerasTensor is symbolic: it's a placeholder",
        {"numpy-on-input"});
    row("a method", "AttributeError: 'SymbolicTensor' object has no attribute 'numpy'",
        {"numpy-method"});
    row("a Python number", "TypeError: 'SymbolicTensor' object cannot be interpreted as an integer",
        {"tensor-as-python"});
    row("a detached loss, with an argmax",
        "    best = h.argmax(-1)\nRuntimeError: element 0 of tensors does not require grad and "
        "does not have a grad_fn",
        {"int-cast", "not-tracked", "cut-on-purpose"});
    row("two exceptions of one kind",
        "LookupError: gradient registry has no entry for: Unique\nDuring handling of the above "
        "exception, another exception occurred:\nLookupError: gradient registry has no entry for: "
        "TruncateMod",
        {"missing-gradient"});
}

void TestTraceback::tellsTheCausesOfOneMessageApart()
{
    QFETCH(QByteArray, text);
    QTEST(codesOf(text), "codes");
}

void TestTraceback::findsTheOpInTheOpenGraph_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("op"); // "" where the text names none of the graph
    const auto row = [](const char* name, const char* file, const char* text, const char* op) {
        QTest::newRow(name) << QString(file) << QByteArray(text) << QString(op);
    };
    row("by its type", "lstm_break_lookuperror/model.onnx",
        "LookupError: gradient registry has no entry for: TruncateMod",
        "lstm_break_lookuperror_1/mid_1/TruncateMod");
    row("by the op that it was translated from", "torch_floor_divide/model.onnx",
        "RuntimeError: derivative for aten::floor_divide is not implemented", "node_Div_80");
    row("by a tensor's name", "lstm_break_round/model.onnx",
        "NotImplementedError: Cannot convert a symbolic tf.Tensor (lstm_break_round/mid/Round:0) "
        "to a numpy array.",
        "lstm_break_round_1/mid_1/Round");
    row("an op that is not there", "seed1_sign/model.onnx",
        "LookupError: gradient registry has no entry for: TruncateMod", "");
}

void TestTraceback::findsTheOpInTheOpenGraph()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, text);
    DebugSession session;
    QVERIFY(session.open((QStringLiteral(BACKSTEP_TEST_DATA "/models/") + file).toStdString()));
    const Graph& graph = *session.snapshot()->document->graph;
    const std::vector<NodeId> places = opsNamedBy(causesOf(text.toStdString()).at(0), graph);
    QTEST(places.empty() ? QString() : QString::fromStdString(graph.node(places[0]).origin.name),
          "op");
}

void TestTraceback::staysQuickOnHostileText_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("the start of a pattern, over and over")
        << QByteArray("Cannot convert a symbolic Tensor (").repeated(100'000);
    QTest::newRow("a gap that never ends") << QByteArray("Num gradients ").repeated(100'000);
    QTest::newRow("one endless word")
        << QByteArray("gradient registry has no entry for: ") + QByteArray(4'000'000, 'x');
    QTest::newRow("colours alone") << QByteArray("\x1b[1m").repeated(1'000'000);
    QTest::newRow("bytes of any kind") << QByteArray(4'000'000, '\xff');
    QTest::newRow("zero bytes") << QByteArray(4'000'000, '\0');
    QTest::newRow("blanks") << QByteArray(4'000'000, ' ');
    QTest::newRow("one letter that many patterns start with") << QByteArray(4'000'000, 'C');
}

// Less than a second in an unoptimized build; a matcher that backtracks takes hours.
void TestTraceback::staysQuickOnHostileText()
{
    QFETCH(QByteArray, text);
    QElapsedTimer timer;
    timer.start();
    causesOf(std::string(text.constData(), size_t(text.size())));
    QVERIFY2(timer.elapsed() < 10'000, qPrintable(QString::number(timer.elapsed())));
}

QTEST_APPLESS_MAIN(TestTraceback)
#include "tst_traceback.moc"
