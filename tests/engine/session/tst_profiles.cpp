// What TensorFlow (in both modes), PyTorch and JAX would give for every weight of every exported
// model, against what they did give: status.json beside each model.

#include "engine/session/debug_session.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

using namespace backstep;

namespace {

const QString kModels = BACKSTEP_TEST_DATA "/models/";

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Files whose export removed what stopped the gradient in the framework: weights for which the
/// framework gave no value are not compared.
QString whatExportRemoved(const QString& file)
{
    static const std::map<QString, QString> reasons{
        {"jax_cut_missing_rule/model.onnx", "nextafter is written as sign, floor and arithmetic"},
        {"jax_unused_missing_rule/model.onnx", "the unused nextafter is left out"},
        {"jax_missing_rule/model.onnx", "igamma_grad_a is written as a series"},
        {"jax_lstm_stopgrad/model.onnx", "stop_gradient is written as Identity"},
        {"lstm_break_stopgradient/model.onnx", "StopGradient is left out"},
        {"tf_cell_stopgradient_carry/model.onnx", "StopGradient is left out"},
        {"tf_cell_stopgradient_outside/model.onnx", "StopGradient is left out"},
        {"tf_cell_stopgradient_weight/model.onnx", "StopGradient is left out"},
        {"torch_floor_divide/model_legacy.onnx", "floor_divide is written as Div and two Casts"},
    };
    const auto found = reasons.find(file);
    return found == reasons.end() ? QString() : found->second;
}

QString saysFor(const QString& status)
{
    if (status == "None" || status == "zero")
        return status;
    if (status.startsWith("ok") || status.startsWith("nonfinite"))
        return "value";
    return "raises";
}

/// What the framework gave for the weights, by their names there.
class Given
{
public:
    Given(const QString& file, bool isEager)
    {
        const QString folder = file.section('/', 0, 0);
        m_root = QJsonDocument::fromJson(contentOf(kModels + folder + "/status.json")).object();
        m_mode = isEager ? "eager" : "graph";
        if (m_root.contains("variants")) { // strings: by what stands before the Embedding
            m_root = m_root["variants"].toObject()[file.section('/', 1, 1)].toObject();
            m_mode = "eager"; // measured in this mode alone
        }
    }
    QString framework() const
    {
        const QString name = m_root["framework"].toString();
        return name.startsWith("torch") ? "pytorch" : name.startsWith("jax") ? "jax" : "tensorflow";
    }
    QString says(const QString& weight) const
    {
        if (framework() == "tensorflow")
            return saysFor(
                m_root[m_mode].toObject()["g/" + weight].toObject()["status"].toString());
        if (m_root["f32.backward"].isObject()) {
            // PyTorch's backward leaves .grad as it is behind the op: asked for alone, it raises.
            return framework() == "jax" ? "raises"
                                        : saysFor(m_root["alone"].toObject()[weight].toString());
        }
        return saysFor(m_root["f32.gradients"].toObject()[weight].toString());
    }

private:
    QJsonObject m_root;
    QString m_mode;
};

}

class TestProfiles : public QObject
{
    Q_OBJECT
private slots:
    void saysWhatTheFrameworkDid_data();
    void saysWhatTheFrameworkDid();
    void comparesEveryModel();
    void raisesForTextInEveryFramework_data();
    void raisesForTextInEveryFramework();

private:
    QMap<QString, QMap<QString, QStringList>> m_weights; ///< file to initializer to weights
    void readWeights();
};

void TestProfiles::readWeights()
{
    for (const QByteArray& line : contentOf(kModels + "weight_names.tsv").split('\n')) {
        const QList<QByteArray> parts = line.split('\t');
        if (parts.size() == 3 && !line.startsWith('#'))
            m_weights[parts[0]][parts[1]] = QString(parts[2]).split(' ');
    }
}

void TestProfiles::saysWhatTheFrameworkDid_data()
{
    readWeights();
    QTest::addColumn<QString>("file");
    QTest::addColumn<bool>("isEager");
    for (const QString& file : m_weights.keys()) {
        const bool isTensorFlow = Given(file, false).framework() == "tensorflow";
        QTest::addRow("%s%s", qPrintable(file), isTensorFlow ? ", graph" : "") << file << false;
        if (isTensorFlow)
            QTest::addRow("%s, eager", qPrintable(file)) << file << true;
    }
}

void TestProfiles::saysWhatTheFrameworkDid()
{
    QFETCH(QString, file);
    QFETCH(bool, isEager);
    const Given given(file, isEager);
    DebugSession session;
    QVERIFY(session.open((kModels + file).toStdString()));
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    const Graph& graph = *snapshot->document->graph;
    const Framework framework = profileNamed(given.framework().toStdString())->framework.value();
    const FrameworkAnswer& answer = snapshot->frameworks->of(framework, isEager);
    int compared = 0;
    for (const ValueId id : graph.valuesOfKind(ValueKind::Weight)) {
        const QString name = QString::fromStdString(graph.value(id).name);
        const QStringList weights = m_weights[file].value(name);
        for (const QString& weight : weights) {
            const QString wanted = given.says(weight);
            if (!whatExportRemoved(file).isEmpty() && wanted != "value")
                continue;
            const QString says = QString::fromUtf8(wordOf(answer.says.at(id)).data());
            QVERIFY2(says == wanted, qPrintable(name + " (" + weight + "): " + says +
                                                ", the framework: " + wanted));
            ++compared;
        }
        QVERIFY2(!weights.isEmpty(), qPrintable("no weight of the framework for " + name));
    }
    QVERIFY(compared > 0 || !whatExportRemoved(file).isEmpty());
}

void TestProfiles::comparesEveryModel()
{
    QDirIterator models(kModels, {"*.onnx"}, QDir::Files, QDirIterator::Subdirectories);
    QStringList missing;
    while (models.hasNext()) {
        const QString file = models.next().mid(kModels.size());
        const bool isByHand =
            file.startsWith("states/") || file.startsWith("courses/") || file.contains("string");
        if (!isByHand && !m_weights.contains(file))
            missing << file;
    }
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join(' ')));
}

// Keras: "dtype='string' is not a valid dtype"; PyTorch has no string tensors; JAX: "not a valid
// JAX array type". All of them before there is a loss.
void TestProfiles::raisesForTextInEveryFramework_data()
{
    QTest::addColumn<QString>("file");
    QTest::newRow("TensorFlow's") << "seed2_string/bad_string_lstm.onnx";
    QTest::newRow("PyTorch's") << "torch_seed2_string/model.onnx";
}

void TestProfiles::raisesForTextInEveryFramework()
{
    QFETCH(QString, file);
    DebugSession session;
    QVERIFY(session.open((kModels + file).toStdString()));
    const std::shared_ptr<const Snapshot> snapshot = session.snapshot();
    for (const Framework framework : kFrameworks)
        for (const auto& [weight, says] : snapshot->frameworks->of(framework, false).says)
            QCOMPARE(wordOf(says), std::string_view("raises"));
}

QTEST_APPLESS_MAIN(TestProfiles)
#include "tst_profiles.moc"
