#include "engine/expressions/completion.h"

#include <QtTest>

using namespace backstep;

namespace {

/// "dy * tf.math.ex|" cut at the bar: the text and the cursor.
struct Typed {
    explicit Typed(QString marked)
        : cursor(static_cast<int>(marked.indexOf('|'))), text(marked.remove('|').toStdString())
    {}
    int cursor;
    std::string text;
};

}

class TestCompletion : public QObject
{
    Q_OBJECT
private slots:
    void offersWhatFits_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<int>("start");
        QTest::addColumn<QStringList>("has");
        QTest::addColumn<QStringList>("lacks");
        const auto row = [](const char* name, const char* typed, int start, QStringList has,
                            QStringList lacks) {
            QTest::newRow(name) << QString::fromUtf8(typed) << start << has << lacks;
        };
        row("of a module", "dy * tf.math.ex|", 13, {"exp", "expm1"}, {"exp2", "erf"});
        row("all of a module", "tf.nn.|", 6, {"relu", "softmax", "leaky_relu"},
            {"exp", "logsigmoid"});
        row("the long name of a module", "torch.nn.functional.lo|", 20,
            {"logsigmoid", "log_softmax"}, {"log"});
        row("methods of a tensor", "dy * x.cl|", 7, {"clamp", "clip", "clone"}, {"clip_by_value"});
        row("methods of a call", "(x + dy).su|", 9, {"sum", "sum_to_size"}, {"subtract_like"});
        row("modules below one", "tf.ma|", 3, {"math", "matmul"}, {"mean"});
        row("names of the op first", "x|", 0, {"x", "x0"}, {"exp"});
        row("functions without module", "dy * sig|", 5, {"sigmoid"}, {"logistic"});
        row("modules", "dy * jn|", 5, {"jnp"}, {"jax.numpy"});
        row("inside the text", "dy * tf.ta|(x)", 8, {"tan", "tanh"}, {"tanhshrink"});
        row("after letters of two bytes", "# \xc3\xa4\ndy * np.s|", 12, {"sign", "sin"}, {"cos"});
        row("in a comment", "dy # np.ex|", 10, {}, {"exp"});
        row("in a string", "gelu(x, 'ta|", 11, {}, {"tanh"});
        row("in a number", "dy * 1.e|", 7, {}, {"exp"});
    }
    void offersWhatFits()
    {
        QFETCH(QString, typed);
        QFETCH(int, start);
        QFETCH(QStringList, has);
        QFETCH(QStringList, lacks);
        const Typed at(typed);
        const std::vector<std::string> names{"dy", "x", "x0", "y"};
        const CompletionList list = completionsAt(at.text, at.cursor, names);
        QStringList offered;
        for (const Completion& offer : list.offers) {
            offered += QString::fromStdString(offer.name);
            QVERIFY2(!offer.description.empty(), offer.name.c_str());
        }
        for (const QString& name : has)
            QVERIFY2(offered.contains(name), qPrintable(name + " is not in " + offered.join(' ')));
        for (const QString& name : lacks)
            QVERIFY2(!offered.contains(name), qPrintable(name));
        QCOMPARE(list.start, start);
        QCOMPARE(offered.removeDuplicates(), 0);
        QCOMPARE(list.offers.empty(), has.isEmpty());
    }

    void saysWhatACallTakes_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QString>("signature"); // empty: no tip
        QTest::addColumn<QString>("argument");  // the part of it that is being typed
        const auto row = [](const char* name, const char* typed, const char* signature,
                            const char* argument) {
            QTest::newRow(name) << QString(typed) << QString(signature) << QString(argument);
        };
        row("first argument", "dy * tf.math.exp(|", "exp(x)", "x");
        row("second argument", "tf.nn.leaky_relu(x, |", "leaky_relu(features, alpha=0.2)",
            "alpha=0.2");
        row("PyTorch's default", "F.leaky_relu(x, |", "leaky_relu(input, negative_slope=0.01)",
            "negative_slope=0.01");
        row("PyTorch's words", "torch.sum(dy, |", "sum(input, dim=None, keepdim=False)",
            "dim=None");
        row("a method", "dy.sum(|", "sum(dim=None, keepdim=False)", "dim=None");
        row("the inner call", "np.where(np.abs(|", "abs(x)", "x");
        row("the outer call", "np.where(np.abs(x), |", "where(condition, x=None, y=None)",
            "x=None");
        row("commas of a list", "tf.concat([x, y, |", "concat(values, axis)", "values");
        row("a group", "np.maximum((x + |", "maximum(x, y)", "x");
        row("the rest", "x.reshape(2, 3, |", "reshape(*shape)", "*shape");
        row("too many", "np.exp(x, |", "exp(x)", "");
        row("closed", "np.exp(x)|", "", "");
        row("unknown", "np.nosuch(|", "", "");
    }
    void saysWhatACallTakes()
    {
        QFETCH(QString, typed);
        QFETCH(QString, signature);
        QFETCH(QString, argument);
        const Typed at(typed);
        const std::optional<SignatureTip> tip = signatureAt(at.text, at.cursor);
        QCOMPARE(tip ? QString::fromStdString(tip->signature) : QString(), signature);
        if (tip) {
            QCOMPARE(signature.mid(tip->parameterBegin, tip->parameterEnd - tip->parameterBegin),
                     argument);
            QVERIFY(!tip->description.empty() && !tip->derivative.empty());
        }
    }
};

QTEST_APPLESS_MAIN(TestCompletion)
#include "tst_completion.moc"
