#include "engine/formats/onnx_file.h"
#include "engine/session/import_with_data.h"
#include "tests/support/mutations.h"

#include "engine/formats/onnx.pb.h"

#include <QtTest>

using namespace backstep;

class TestMutatedModels : public QObject
{
    Q_OBJECT
private slots:
    /// Models of every framework with single fields changed: each is imported, or refused with a
    /// message; none may crash.
    void importsOrRefuses_data()
    {
        QTest::addColumn<QString>("path");
        for (const char* path :
             {"seed1_sign/model", "seed1_sign/model_loop", "seed1_sign/model_unrolled",
              "torch_seed1_lstm_sign/model", "jax_seed1_lstm_sign/model",
              "seed2_string/lookup/model", "seed2_string/bad_string_lstm", "courses/if_in_loop",
              "courses/if_in_scan", "courses/sequence_in_loop", "courses/while_in_loop",
              "courses/split_to_sequence", "courses/compress", "courses/range_by_data",
              "courses/unique_rows"})
            QTest::newRow(path) << QString(BACKSTEP_TEST_DATA "/models/%1.onnx").arg(path);
    }
    void importsOrRefuses()
    {
        QFETCH(QString, path);
        const Result<FileView> file = FileView::open(path.toStdString());
        QVERIFY(file);
        const auto sound = parseOnnx(*file);
        QVERIFY(sound);
        ImportOptions options;
        options.dimensions = {{"N", 3}, {"H", 4}, {"T", 5}}; // of the courses
        QVERIFY(importWithData(**sound, ".", options, {}));
        Mutator mutator(11);
        for (int round = 0; round < 300; ++round) {
            onnx::ModelProto model = **sound;
            mutator.mutate(model);
            if (round % 3 == 0)
                mutator.mutate(model);
            const Result<ImportedModel> imported = importWithData(model, ".", options, {});
            if (!imported)
                QVERIFY(!imported.error().message.empty());
            else if (const Result<void> verified = imported->graph.verify(); !verified)
                QFAIL(verified.error().text().c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestMutatedModels)
#include "tst_mutated_models.moc"
