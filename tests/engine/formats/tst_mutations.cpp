#include "engine/exporters/gradient_notes.h"
#include "engine/expressions/expression.h"
#include "engine/formats/npz.h"
#include "engine/formats/onnx_file.h"
#include "engine/importers/text_model.h"
#include "tests/support/mutations.h"

#include "engine/formats/onnx.pb.h"

#include <QtTest>

using namespace backstep;

namespace {

constexpr int kRounds = 3000;

/// What fails must say why; what does not fail must not crash: that is all that is asked here, and
/// what the sanitizers look at.
template<class Read> void tryMutations(const std::string& sound, uint32_t seed, const Read& read)
{
    QVERIFY(!sound.empty());
    Mutator mutator(seed);
    for (int round = 0; round < kRounds; ++round) {
        const Error error = read(mutator.mutated(sound));
        QVERIFY2(error.code.empty() || !error.message.empty(), error.code.c_str());
    }
}

}

class TestMutations : public QObject
{
    Q_OBJECT
private slots:
    void readsAnyModel()
    {
        const auto model =
            modelFromText("x: float32[2, 3, 4] -> LSTM(3) -> sign -> Dense(2) -> mse");
        tryMutations(serialize(*model->model), 1, [](const std::string& bytes) {
            const auto model = parseOnnx(FileView::ofBytes("m.onnx", bytes));
            if (!model)
                return model.error();
            for (const onnx::TensorProto& tensor : (*model)->graph().initializer())
                if (const Result<Tensor> read = tensorOf(tensor, "."); !read)
                    return read.error();
            return withGradientNotes(bytes, {}) ? Error{} : Error{"broken", "by the mutation"};
        });
    }

    void readsAnyArchive()
    {
        std::map<std::string, Tensor> arrays{{"a", Tensor::ints({1, 2, 3})},
                                             {"b", Tensor::ofStrings({2}, {"ab", "c"})}};
        for (const NpzPacking packing : {NpzPacking::Stored, NpzPacking::Deflated})
            tryMutations(*npzOf(arrays, packing), 2, [](const std::string& bytes) {
                const auto read = readNpz(FileView::ofBytes("a.npz", bytes));
                return read ? Error{} : read.error();
            });
    }

    void readsAnyExpression()
    {
        tryMutations("dx = dy * (1 - tf.math.tanh(x)**2) & ~(x <= -1.5e-3), None # as typed", 3,
                     [](const std::string& text) {
                         const Result<Expression> read = parse(text);
                         return read ? Error{} : read.error();
                     });
    }

    void readsAnyModelText()
    {
        tryMutations("x: float32[batch, 5, 8] -> LSTM(4, return_sequences=True) -> Dense(3, "
                     "activation='relu') -> cross-entropy",
                     4, [](const std::string& text) {
                         const Result<TextModel> read = modelFromText(text);
                         return read ? Error{} : read.error();
                     });
    }
};

QTEST_APPLESS_MAIN(TestMutations)
#include "tst_mutations.moc"
