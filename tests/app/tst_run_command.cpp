#include "tests/support/arrays.h"
#include "tests/support/program.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <cmath>

using namespace backstep;

namespace {

const QString kSign = BACKSTEP_TEST_DATA "/models/seed1_sign/model.onnx";
const QString kSignData = BACKSTEP_TEST_DATA "/models/seed1_sign/reference.npz";

}

// `backstep run`: what it computes and saves.
class TestRunCommand : public QObject
{
    Q_OBJECT
private:
    QTemporaryDir m_folder;
    QString at(const char* name) const { return m_folder.filePath(name); }

private slots:
    void savesLossOutputsGradientsAndStatuses()
    {
        const ProgramRun run = runProgram({"run", kSign, "--inputs", kSignData, "--dtype",
                                           "float64", "--save", at("out.npz"), "--json"});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        const auto saved = arraysIn(at("out.npz")), reference = arraysIn(kSignData);
        QVERIFY(saved.contains("loss"));
        const double loss = reference.at("loss64").number(0);
        QVERIFY(std::abs(saved.at("loss").number(0) - loss) < 1e-9 * loss);
        QVERIFY(std::abs(QJsonDocument::fromJson(run.out.toUtf8()).object()["loss"].toDouble() -
                         loss) < 1e-9 * loss);
        int live = 0, zero = 0;
        for (const auto& [name, tensor] : saved) {
            if (!QByteArray::fromStdString(name).startsWith("status:"))
                continue;
            const std::string status = tensor.strings().front();
            QVERIFY(status == "live" || status == "zero");
            (status == "live" ? live : zero) += 1;
            QVERIFY(saved.contains("grad:" + name.substr(7)));
        }
        QCOMPARE(live, 2);
        QCOMPARE(zero, 4); // three of the LSTM and the input
        QVERIFY(std::any_of(saved.begin(), saved.end(), [](const auto& entry) {
            return entry.first.starts_with("output:") && entry.second.shape() == Shape{4, 12, 10};
        }));
    }

    void bringsWeightsAliveByAnAttachedGradient()
    {
        const ProgramRun run =
            runProgram({"run", kSign, "--gradient", "Sign=dy * (1 - tf.math.tanh(x)**2)",
                        "--accept-surrogate", "binary activations", "--json"});
        QVERIFY2(run.exitCode == 0, qPrintable(run.all()));
        const QJsonDocument told = QJsonDocument::fromJson(run.out.toUtf8());
        const QJsonObject gradient = told["gradients"][0].toObject();
        QCOMPARE(gradient["verdict"].toString(), "surrogate");
        QCOMPARE(gradient["reason"].toString(), "binary activations");
        QCOMPARE(gradient["equals"]["function"].toString(), "tanh");
        QCOMPARE(gradient["live"].toDouble(), 1.0);
        for (const QJsonValue& weight : told["weights"].toArray()) {
            QCOMPARE(weight.toObject()["status"].toString(), "live");
            QVERIFY(weight.toObject()["norm"].toDouble() > 0);
        }
    }

    void savesTheLossOfAFloat64ModelInFull()
    {
        const QString course = BACKSTEP_TEST_DATA "/models/courses/gradient_op";
        runProgram({"run", course + ".onnx", "--dim", "N=3", "--dim", "H=4", "--loss", "sum",
                    "--inputs", course + ".npz", "--save", at("double.npz")});
        const auto saved = arraysIn(at("double.npz")), reference = arraysIn(course + ".npz");
        QVERIFY(saved.contains("loss"));
        QVERIFY(saved.at("loss").type().dtype == DType::Float64);
        QVERIFY(std::abs(saved.at("loss").number(0) - reference.at("loss").number(0)) < 1e-12);
    }

    void bindsFreeSizesByOptionOrByData()
    {
        const QString path = at("free.onnx");
        QCOMPARE(
            runProgram({"new", "x: float32[batch, time, 3] -> GRU(4) -> Dense(2)", path}).exitCode,
            0);
        const auto outputShape = [&](QStringList more) {
            runProgram(QStringList{"run", path, "--save", at("free.out.npz")} + more);
            for (const auto& [name, tensor] : arraysIn(at("free.out.npz")))
                if (name.starts_with("output:"))
                    return tensor.shape();
            return Shape{};
        };
        QCOMPARE(outputShape({"--dim", "batch=2", "--dim", "time=6"}), (Shape{2, 6, 2}));
        const Result<std::string> data =
            npzOf({{"input", Tensor(TensorType{DType::Float32, {4, 7, 3}})}});
        QVERIFY(writeFile(at("free.npz").toStdString(), *data));
        QCOMPARE(outputShape({"--inputs", at("free.npz")}), (Shape{4, 7, 2}));
    }
};

QTEST_GUILESS_MAIN(TestRunCommand)
#include "tst_run_command.moc"
