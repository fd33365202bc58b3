// Functions and pasted gradients against the frameworks that they are written for: values and
// cotangents of PyTorch, NumPy and JAX (tests/data/expression_cases.json, made by
// make_expression_cases.py), and of TensorFlow and Keras (tensorflow_cases.json, made by
// make_tensorflow_cases.py).
#include "tests/engine/expressions/lowered_text.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <cmath>

using namespace backstep;

namespace {

double numberOf(const QJsonValue& value)
{
    return value.isDouble() ? value.toDouble() : value.toString().toDouble();
}

Tensor tensorOf(const QJsonObject& packed)
{
    Shape shape;
    for (const QJsonValue size : packed["shape"].toArray())
        shape.append(size.toInteger());
    std::vector<double> values;
    for (const QJsonValue value : packed["values"].toArray())
        values.push_back(numberOf(value));
    return Tensor::of<double>(shape, values);
}

/// Where two tensors differ, or nothing: shapes are the same, NaN stands where NaN is wanted, and
/// numbers agree to `rtol` of themselves (or of 1 where they are small).
QString difference(const Tensor& found, const Tensor& wanted, double rtol)
{
    if (!(found.shape() == wanted.shape()))
        return QString("shape %1, wanted %2")
            .arg(found.shape().text().c_str(), wanted.shape().text().c_str());
    for (int64_t i = 0; i < wanted.count(); ++i) {
        const double a = found.number(i), b = wanted.number(i);
        const bool isSame = std::isnan(b)   ? std::isnan(a)
                            : std::isinf(b) ? a == b
                                            : std::abs(a - b) <= rtol * std::max(1.0, std::abs(b));
        if (!isSame)
            return QString("element %1 is %2, wanted %3")
                .arg(i)
                .arg(a, 0, 'g', 17)
                .arg(b, 0, 'g', 17);
    }
    return {};
}

}

class TestExpressionCases : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        m_cases = objectIn("expression_cases.json");
        m_tensorflowCases = objectIn("tensorflow_cases.json");
        QVERIFY(m_cases["values"].toArray().size() > 500);
        QVERIFY(m_cases["gradients"].toArray().size() > 20);
        QVERIFY(m_tensorflowCases["values"].toArray().size() > 500);
    }

    void computesWhatTheFrameworkComputes_data()
    {
        addRows(m_cases["values"], "text");
        for (const QJsonValue value : m_tensorflowCases["values"].toArray())
            QTest::newRow(qPrintable("TensorFlow: " + value.toObject()["text"].toString()))
                << value.toObject();
    }
    void computesWhatTheFrameworkComputes()
    {
        QFETCH(QJsonObject, row);
        LoweredText text;
        Bindings bindings;
        const QJsonObject inputs = m_cases["inputs"].toObject();
        for (const QString& name : inputs.keys()) {
            Tensor content = tensorOf(inputs[name].toObject());
            if (name == "n")
                content = content.converted(DType::Int64);
            bindings[name.toStdString()] = text.input(content);
        }
        const Result<Expression> expression = parse(row["text"].toString().toStdString());
        QVERIFY2(bool(expression), expression ? "" : expression.error().text().c_str());
        const Result<std::vector<Value>> values = lower(*expression, bindings, text.builder);
        QVERIFY2(bool(values), values ? "" : values.error().text().c_str());
        QCOMPARE(values->size(), size_t(1));
        const Result<Tensor> found = text.run(values->front());
        QVERIFY2(bool(found), found ? "" : found.error().text().c_str());
        const QString off = difference(*found, tensorOf(row), row["rtol"].toDouble(1e-12));
        QVERIFY2(off.isEmpty(), qPrintable(off));
    }

    void givesTheCotangentsThatTheFrameworkGives_data() { addRows(m_cases["gradients"], "name"); }
    void givesTheCotangentsThatTheFrameworkGives()
    {
        QFETCH(QJsonObject, row);
        LoweredText text;
        OpValues op;
        for (const QJsonValue input : row["inputs"].toArray()) {
            op.inputNames.push_back("x" + std::to_string(op.inputs.size()));
            op.inputs.push_back(text.input(tensorOf(input.toObject())));
        }
        op.cotangents = {text.input(tensorOf(row["dy"].toObject()))};
        const Result<Expression> expression = parse(row["text"].toString().toStdString());
        QVERIFY2(bool(expression), expression ? "" : expression.error().text().c_str());
        const Result<LoweredGradient> gradient = lowerGradient(*expression, op, text.builder);
        QVERIFY2(bool(gradient), gradient ? "" : gradient.error().text().c_str());
        const QJsonArray wanted = row["gradients"].toArray();
        QCOMPARE(gradient->cotangents.size(), size_t(wanted.size()));
        for (int i = 0; i < wanted.size(); ++i) {
            const Value& cotangent = gradient->cotangents[size_t(i)];
            QCOMPARE(cotangent.isPresent(), !wanted[i].isNull());
            if (wanted[i].isNull())
                continue;
            const Result<Tensor> found = text.run(cotangent);
            QVERIFY2(bool(found), found ? "" : found.error().text().c_str());
            const QString off = difference(*found, tensorOf(wanted[i].toObject()), 1e-12);
            QVERIFY2(off.isEmpty(), qPrintable(QString("dx%1: ").arg(i) + off));
        }
    }

private:
    static QJsonObject objectIn(const char* name)
    {
        QFile file(QString(BACKSTEP_TEST_DATA "/") + name);
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object()
                                              : QJsonObject();
    }

    static void addRows(const QJsonValue& list, const char* name)
    {
        QTest::addColumn<QJsonObject>("row");
        for (const QJsonValue value : list.toArray())
            QTest::newRow(qPrintable(value.toObject()[name].toString())) << value.toObject();
    }

    QJsonObject m_cases, m_tensorflowCases;
};

QTEST_APPLESS_MAIN(TestExpressionCases)
#include "tst_expression_cases.moc"
