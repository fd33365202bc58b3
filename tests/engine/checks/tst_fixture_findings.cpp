// Findings of the exported models: none where the framework had no complaint, and the seeds'.

#include "engine/diagnostics/catalogue.h"
#include "engine/session/debug_session.h"

#include <QtTest>

using namespace backstep;

namespace {

const QString kModels = BACKSTEP_TEST_DATA "/models/";
constexpr const char* kProfiles[]{"backstep", "tensorflow:graph", "tensorflow:eager", "pytorch",
                                  "jax"};

FindingList findingsOf(const QString& file, const char* profile)
{
    DebugSession session;
    OpenOptions options;
    options.profile = *profileNamed(profile);
    return session.open((kModels + file).toStdString(), options) ? *session.snapshot()->findings
                                                                 : FindingList();
}

QStringList alarmsOf(const QString& file, const char* profile)
{
    QStringList codes;
    for (const Finding& finding : findingsOf(file, profile))
        if (finding.severity() != Severity::Info)
            codes << QString::fromUtf8(finding.kind->code.data());
    codes.removeDuplicates();
    return codes;
}

}

class TestFixtureFindings : public QObject
{
    Q_OBJECT
private slots:
    void isSilentOnHealthyModels_data();
    void isSilentOnHealthyModels();
    void namesTheCause_data();
    void namesTheCause();
    void tellsRankAndTypeInOneFinding();
    void everyFindingOffersAFix_data();
    void everyFindingOffersAFix();
};

// Models of which the framework had nothing to say: every weight ok, no warning (the table of the
// fixtures, break column "none").
void TestFixtureFindings::isSilentOnHealthyModels_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("profile");
    for (const char* name : {"bilstm", "gru_stack", "jax_healthy_scan_gelu", "jax_lstm_plain",
                             "masked_lstm", "seq2seq_attention", "simplernn_char",
                             "tf_healthy_relu_dropout", "torch_bilstm", "torch_cell_plain",
                             "torch_gru_stacked", "torch_healthy_gru_layernorm", "torch_scan_lstm"})
        for (const char* file : {"model.onnx", "model_loop.onnx", "model_legacy.onnx"})
            if (QFile::exists(kModels + name + "/" + file))
                for (const char* profile : kProfiles)
                    QTest::addRow("%s/%s, %s", name, file, profile)
                        << QString("%1/%2").arg(name, file) << QByteArray(profile);
}

void TestFixtureFindings::isSilentOnHealthyModels()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, profile);
    QCOMPARE(alarmsOf(file, profile.constData()), QStringList());
}

// Expected: what the fixtures break on purpose (their table, columns break and outcome).
void TestFixtureFindings::namesTheCause_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("profile");
    QTest::addColumn<QStringList>("codes");
    const auto row = [](const char* file, const char* profile, const QStringList& codes) {
        QTest::addRow("%s, %s", file, profile) << QString(file) << QByteArray(profile) << codes;
    };
    for (const char* profile : kProfiles) // seed 1: silent zeros in all three frameworks
        for (const char* file :
             {"seed1_sign/model.onnx", "seed1_sign/model_loop.onnx",
              "seed1_sign/model_unrolled.onnx", "torch_seed1_lstm_sign/model.onnx",
              "jax_seed1_lstm_sign/model.onnx"})
            row(file, profile, {"zero-gradient"});
    row("lstm_break_round/model.onnx", "backstep", {"zero-gradient"});
    row("lstm_break_round/model.onnx", "tensorflow", {"none-by-rule"});
    row("lstm_break_round/model.onnx", "jax", {"zero-gradient"});
    row("lstm_break_argmax/model.onnx", "tensorflow", {"index-output"});
    row("lstm_break_castint/model.onnx", "tensorflow", {"int-cast"});
    row("lstm_break_bitwise/model.onnx", "tensorflow", {"int-cast"});
    row("lstm_break_lookuperror/model.onnx", "backstep", {"unknown-op"});
    row("lstm_break_lookuperror/model.onnx", "tensorflow", {"missing-gradient"});
    row("lstm_break_numpyfunction/model.onnx", "backstep", {"host-call"});
    row("lstm_break_numpyfunction/model.onnx", "tensorflow", {"host-call"});
    row("lstm_break_pyfunction/model.onnx", "tensorflow", {});
    row("tf_skip_around_break/model.onnx", "tensorflow", {});
    row("tf_skip_around_unregistered/model.onnx", "tensorflow:eager", {"missing-gradient"});
    row("tf_unregistered_behind_round/model.onnx", "tensorflow", {"none-by-rule"});
    row("tf_unregistered_behind_sign/model.onnx", "tensorflow",
        {"missing-gradient", "zero-gradient"});
    row("tf_unregistered_unused/model.onnx", "tensorflow", {});
    row("tf_cell_round/model.onnx", "tensorflow", {"none-by-rule"});
    row("tf_cell_intcast/model.onnx", "tensorflow", {"int-cast"});
    row("torch_floor_divide/model.onnx", "pytorch", {"missing-gradient"});
    row("torch_floor_divide/model.onnx", "backstep", {"zero-gradient"});
    row("jax_skip_sign/model.onnx", "jax", {});
    row("jax_while_rnn/model.onnx", "jax", {"loop-not-reversible"});
    row("seed2_string/bad_string_lstm.onnx", "tensorflow", {"string-input"});
}

void TestFixtureFindings::namesTheCause()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, profile);
    QStringList codes = alarmsOf(file, profile.constData());
    codes.sort();
    QTEST(codes, "codes");
}

// Seed 2 as written: LSTM(64)(["hello", "world"]) is of rank 1 and of strings.
void TestFixtureFindings::tellsRankAndTypeInOneFinding()
{
    DebugSession session;
    QVERIFY(session.openExample("words"));
    QStringList messages;
    for (const Finding& finding : *session.snapshot()->findings)
        if (finding.kind == &kinds::stringInput) {
            messages << QString::fromStdString(finding.message);
            QCOMPARE(finding.fixes.size(), size_t(4)); // characters, words, one-hot, numbers
            for (const Fix& fix : finding.fixes)
                QVERIFY(fix.insertion); // ids, Embedding and axes at once
            QCOMPARE(QString::fromStdString(finding.fixes[3].refusal), "'hello' is no number");
        }
    QCOMPARE(messages.size(), 1);
    QVERIFY2(messages[0].contains("string [2]") && messages[0].contains("the rank is 1, wanted 3"),
             qPrintable(messages[0]));
}

void TestFixtureFindings::everyFindingOffersAFix_data()
{
    QTest::addColumn<QString>("file");
    QDirIterator models(kModels, {"*.onnx"}, QDir::Files, QDirIterator::Subdirectories);
    while (models.hasNext()) {
        const QString file = models.next().mid(kModels.size());
        QTest::newRow(qPrintable(file)) << file;
    }
}

void TestFixtureFindings::everyFindingOffersAFix()
{
    QFETCH(QString, file);
    for (const char* profile : {"backstep", "tensorflow:graph", "pytorch"})
        for (const Finding& finding : findingsOf(file, profile)) {
            QVERIFY2(!finding.fixes.empty(), finding.message.c_str());
            QVERIFY(!finding.message.empty());
            QVERIFY(finding.node == kNoNode || !finding.kind->code.empty());
        }
}

QTEST_APPLESS_MAIN(TestFixtureFindings)
#include "tst_fixture_findings.moc"
