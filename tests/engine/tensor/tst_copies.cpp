// Copies of elements between views that lie in memory in different ways: every element holds its
// own number in the order of the source, and where it must end up is worked out from its indices.

#include "engine/tensor/strided.h"

#include <QTest>

#include <utility>

using namespace backstep;

class TestCopies : public QObject
{
    Q_OBJECT
private slots:
    void elementsKeepTheirIndices_data();
    void elementsKeepTheirIndices();
    void textIsCopied();
};

namespace {

using Sizes = std::vector<int64_t>;

Tensor numbered(const Shape& shape, DType dtype)
{
    const Tensor tensor(TensorType{dtype, shape});
    for (int64_t i = 0; i < tensor.count(); ++i)
        withNumericType(dtype,
                        [&]<class T>() { tensor.view().as<T>()[i] = static_cast<T>(i % 120); });
    return tensor;
}

/// The source's element at the indices of a result's element, `flat` in the result's own order.
int64_t sourceOf(int64_t flat, const Shape& source, const Sizes& permutation)
{
    Sizes indices(permutation.size());
    for (size_t axis = permutation.size(); axis-- > 0;) {
        const int64_t size = source[static_cast<int>(permutation[axis])];
        indices[static_cast<size_t>(permutation[axis])] = flat % size;
        flat /= size;
    }
    int64_t place = 0;
    for (int axis = 0; axis < source.rank(); ++axis)
        place = place * source[axis] + indices[static_cast<size_t>(axis)];
    return place;
}

}

void TestCopies::elementsKeepTheirIndices_data()
{
    QTest::addColumn<Sizes>("sizes"); // of the source, which is dense
    QTest::addColumn<Sizes>("permutation");
    QTest::addColumn<bool>("isReversed"); // its first axis runs backwards
    const std::vector<std::pair<const char*, std::pair<Sizes, Sizes>>> cases{
        {"one tile", {{8, 16}, {1, 0}}},
        {"less than a tile", {{7, 15}, {1, 0}}},
        {"tiles with rests", {{37, 53}, {1, 0}}},
        {"rows of a power of two", {{64, 256}, {1, 0}}},
        {"a row", {{1, 100}, {1, 0}}},
        {"a column", {{100, 1}, {1, 0}}},
        {"nothing", {{0, 40}, {1, 0}}},
        {"batch of matrices", {{3, 21, 34}, {0, 2, 1}}},
        {"last axis first", {{20, 3, 33}, {2, 0, 1}}},
        {"axes turned round", {{18, 2, 3, 19}, {3, 2, 1, 0}}},
        {"time before batch", {{24, 17, 20}, {1, 0, 2}}},
        {"nothing changes", {{24, 17}, {0, 1}}},
    };
    for (const auto& [name, form] : cases)
        for (bool isReversed : {false, true})
            QTest::addRow("%s%s", name, isReversed ? ", reversed" : "")
                << form.first << form.second << isReversed;
}

void TestCopies::elementsKeepTheirIndices()
{
    QFETCH(Sizes, sizes);
    QFETCH(Sizes, permutation);
    QFETCH(bool, isReversed);
    for (DType dtype : {DType::Float32, DType::Float64, DType::Int8, DType::Int16}) {
        const Tensor source = numbered(Shape(std::span<const int64_t>(sizes)), dtype);
        TensorView seen = source.view();
        if (isReversed && source.count() > 0) {
            seen.data +=
                (sizes[0] - 1) * seen.strides[0] * static_cast<int64_t>(elementSize(dtype));
            seen.strides[0] = -seen.strides[0];
        }
        TensorView turned = seen;
        for (size_t axis = 0; axis < permutation.size(); ++axis) {
            const int from = static_cast<int>(permutation[axis]);
            turned.shape[static_cast<int>(axis)] = seen.shape[from];
            turned.strides[static_cast<int>(axis)] = seen.strides[from];
        }
        const Tensor copy(TensorType{dtype, turned.shape});
        copyElements(turned, copy.view());
        const int64_t inner = sizes[0] == 0 ? 0 : source.count() / sizes[0];
        for (int64_t i = 0; i < copy.count(); ++i) {
            int64_t place = sourceOf(i, Shape(std::span<const int64_t>(sizes)), permutation);
            if (isReversed)
                place = (sizes[0] - 1 - place / inner) * inner + place % inner;
            QCOMPARE(copy.number(i), static_cast<double>(place % 120));
        }
    }
}

void TestCopies::textIsCopied()
{
    const Tensor words = Tensor::ofStrings(Shape{2, 3}, {"a", "b", "c", "d", "e", "f"});
    TensorView turned = words.view();
    std::swap(turned.shape[0], turned.shape[1]);
    std::swap(turned.strides[0], turned.strides[1]);
    const Tensor copy(TensorType{DType::String, turned.shape});
    copyElements(turned, copy.view());
    const std::vector<std::string> wanted{"a", "d", "b", "e", "c", "f"};
    for (size_t i = 0; i < wanted.size(); ++i)
        QCOMPARE(copy.view().as<std::string>()[i], wanted[i]);
}

QTEST_APPLESS_MAIN(TestCopies)
#include "tst_copies.moc"
