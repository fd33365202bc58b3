// Products of matrices that lie in memory in every way that a view can show: numbers are small
// integers, so that sums are exact, and the expected ones are added up element by element.

#include "engine/ops/matrix_product.h"

#include <QTest>

#include <functional>
#include <random>

using namespace backstep;

namespace {

/// How the rows and columns of a matrix lie.
struct Layout {
    const char* name;
    std::function<Shape(int64_t rows, int64_t columns)> strides;
};

const std::vector<Layout> kLayouts{
    {"dense",
     [](int64_t, int64_t n) {
         return Shape{n, 1};
     }},
    {"transposed",
     [](int64_t m, int64_t) {
         return Shape{1, m};
     }},
    {"rows with gaps",
     [](int64_t, int64_t n) {
         return Shape{2 * n, 1};
     }},
    {"columns with gaps",
     [](int64_t m, int64_t) {
         return Shape{1, 2 * m};
     }},
    {"every second element",
     [](int64_t, int64_t n) {
         return Shape{2 * n, 2};
     }},
    {"rows reversed",
     [](int64_t, int64_t n) {
         return Shape{-n, 1};
     }},
    {"columns reversed",
     [](int64_t, int64_t n) {
         return Shape{n, -1};
     }},
    {"transposed, reversed",
     [](int64_t m, int64_t) {
         return Shape{1, -m};
     }},
    {"one row",
     [](int64_t, int64_t) {
         return Shape{0, 1};
     }},
    {"one column",
     [](int64_t, int64_t) {
         return Shape{1, 0};
     }},
    {"one element",
     [](int64_t, int64_t) {
         return Shape{0, 0};
     }},
    {"overlapping windows",
     [](int64_t, int64_t) {
         return Shape{1, 1};
     }},
    {"overlapping rows",
     [](int64_t, int64_t n) {
         return Shape{n - 1, 1};
     }},
};

/// A view and what it shows of.
struct Shown {
    Shown(DType dtype, const Shape& shape, const Shape& strides, unsigned seed)
    {
        int64_t first = 0, last = 0;
        for (int axis = 0; axis < shape.rank(); ++axis) {
            const int64_t reach = (shape[axis] - 1) * strides[axis];
            (reach < 0 ? first : last) += reach;
        }
        std::mt19937 random(seed);
        Tensor numbers(TensorType{DType::Float64, {last - first + 1}});
        for (int64_t i = 0; i < numbers.count(); ++i)
            numbers.mutableData<double>()[i] = static_cast<double>(random() % 9) - 4;
        memory = numbers.converted(dtype);
        view = memory.view();
        view.data -= first * static_cast<int64_t>(elementSize(dtype));
        view.shape = shape;
        view.strides = strides;
    }
    Tensor elements() const { return Tensor::copyOf(view); }

    Tensor memory;
    TensorView view;
};

/// Sums over k of a[.., i, k] b[k, j], for a with any number of rows.
std::vector<double> products(const Tensor& a, const Tensor& b)
{
    const int64_t inner = b.shape()[0], columns = b.shape()[1];
    std::vector<double> sums(static_cast<size_t>(a.count() / inner * columns));
    for (size_t at = 0; at < sums.size(); ++at)
        for (int64_t k = 0; k < inner; ++k)
            sums[at] += a.number(static_cast<int64_t>(at) / columns * inner + k) *
                        b.number(k * columns + static_cast<int64_t>(at) % columns);
    return sums;
}

/// Below and above what oneDNN is asked for.
struct Size {
    const char* name;
    int64_t rows, inner, columns;
};
constexpr Size kSizes[]{
    {"small", 3, 4, 5}, {"large", 40, 30, 20}, {"one row", 1, 300, 40}, {"one column", 300, 40, 1}};

}

class ProductsTest : public QObject
{
    Q_OBJECT

private slots:
    void everyLayoutIsMultiplied_data();
    void everyLayoutIsMultiplied();
    void sequencesAreMultiplied_data();
    void sequencesAreMultiplied();

private:
    void compare(const TensorView& found, const std::vector<double>& wanted);
};

void ProductsTest::compare(const TensorView& found, const std::vector<double>& wanted)
{
    const Tensor elements = Tensor::copyOf(found);
    QCOMPARE(elements.count(), static_cast<int64_t>(wanted.size()));
    for (int64_t i = 0; i < elements.count(); ++i)
        QVERIFY2(elements.number(i) == wanted[static_cast<size_t>(i)],
                 qPrintable(QString("element %1: %2, wanted %3")
                                .arg(i)
                                .arg(elements.number(i))
                                .arg(wanted[static_cast<size_t>(i)])));
}

void ProductsTest::everyLayoutIsMultiplied_data()
{
    QTest::addColumn<DType>("dtype");
    QTest::addColumn<Size>("size");
    QTest::addColumn<int>("left");
    QTest::addColumn<int>("right");
    const int dense = 0, count = static_cast<int>(kLayouts.size());
    for (const DType dtype : {DType::Float32, DType::Float64, DType::Int32})
        for (const Size& size : kSizes)
            for (int layout = 0; layout < count; ++layout) {
                const char* type = nameOf(dtype).data();
                const char* name = kLayouts[static_cast<size_t>(layout)].name;
                QTest::addRow("%s, %s, left: %s", type, size.name, name)
                    << dtype << size << layout << dense;
                QTest::addRow("%s, %s, right: %s", type, size.name, name)
                    << dtype << size << dense << layout;
                QTest::addRow("%s, %s, both: %s", type, size.name, name)
                    << dtype << size << layout << layout;
            }
}

void ProductsTest::everyLayoutIsMultiplied()
{
    QFETCH(DType, dtype);
    QFETCH(Size, size);
    QFETCH(int, left);
    QFETCH(int, right);
    const auto shown = [&](int layout, int64_t rows, int64_t columns, unsigned seed) {
        const Shape strides = kLayouts[static_cast<size_t>(layout)].strides(rows, columns);
        return Shown(dtype, {rows, columns}, strides, seed);
    };
    const Shown a = shown(left, size.rows, size.inner, 1);
    const Shown b = shown(right, size.inner, size.columns, 2);
    const std::vector<double> wanted = products(a.elements(), b.elements());
    for (const int layout : {0, 2, 4, 5}) { // the result: dense, with gaps, reversed
        const Shown y = shown(layout, size.rows, size.columns, 3);
        std::vector<double> added = wanted;
        multiply(a.view, b.view, y.view);
        compare(y.view, wanted);
        multiply(a.view, b.view, y.view, 2, true);
        for (double& number : added)
            number *= 3;
        compare(y.view, added);
    }
}

void ProductsTest::sequencesAreMultiplied_data()
{
    QTest::addColumn<int64_t>("steps");
    QTest::addColumn<int64_t>("batch");
    QTest::addColumn<int64_t>("way"); // of time
    for (const int64_t way : {1, -1, 0, 2})
        for (const int64_t steps : {3, 50})
            for (const int64_t batch : {1, 4, 31})
                QTest::addRow("%d timesteps of %d, stride %d", int(steps), int(batch), int(way))
                    << steps << batch << way;
}

void ProductsTest::sequencesAreMultiplied()
{
    // A Scan's sequence may be read backward, hence time strides of every kind.
    QFETCH(int64_t, steps);
    QFETCH(int64_t, batch);
    QFETCH(int64_t, way);
    const int64_t inner = 16, columns = 24;
    const auto sequence = [&](int64_t width, unsigned seed) {
        return Shown(DType::Float32, {steps, batch, width}, {way * batch * width, width, 1}, seed);
    };
    const Shown x = sequence(inner, 1), dy = sequence(columns, 2);
    const Shown w(DType::Float32, {inner, columns}, {columns, 1}, 3);
    const Shown y(DType::Float32, {steps, batch, columns}, {batch * columns, columns, 1}, 4);
    const std::vector<double> wanted = products(x.elements(), w.elements());
    multiplyRows(x.view, w.view, y.view);
    compare(y.view, wanted);
    multiplyBatched(x.view, w.view, y.view);
    compare(y.view, wanted);

    // The gradient of w: the sum over time of x transposed, times dy.
    TensorView turned = x.view;
    std::swap(turned.shape[1], turned.shape[2]);
    std::swap(turned.strides[1], turned.strides[2]);
    const Shown dw(DType::Float32, {inner, columns}, {columns, 1}, 5);
    const Tensor before = dw.elements(), rows = x.elements(), cotangents = dy.elements();
    std::vector<double> sums;
    for (int64_t i = 0; i < inner; ++i)
        for (int64_t j = 0; j < columns; ++j) {
            sums.push_back(before.number(i * columns + j));
            for (int64_t row = 0; row < steps * batch; ++row)
                sums.back() += rows.number(row * inner + i) * cotangents.number(row * columns + j);
        }
    addProducts(turned, dy.view, dw.view);
    compare(dw.view, sums);
}

QTEST_APPLESS_MAIN(ProductsTest)
#include "tst_products.moc"
