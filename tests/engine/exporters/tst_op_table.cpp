#include "engine/exporters/op_table.h"

#include <QTest>

using namespace backstep;

class OpTableTest : public QObject
{
    Q_OBJECT
private slots:
    void hasARowForEachOperator_data();
    void hasARowForEachOperator();
    void everyOperatorIsDocumented();
    void noOperatorIsWithoutAWordOnItsGradient();
};

void OpTableTest::hasARowForEachOperator_data()
{
    QTest::addColumn<QString>("row"); // by hand, from the records
    QTest::newRow("a rule") << "| [Tanh](#tanh) | kernel | rule | floating | 13 |";
    QTest::newRow("a view") << "| [Transpose](#transpose) | view | rule | ";
    QTest::newRow("a body") << "| [ReduceL2](#reducel2) | through its body | through its body | ";
    QTest::newRow("zero") << "| [Sign](#sign) | kernel | zero almost everywhere | ";
    QTest::newRow("none") << "| [Equal](#equal) | kernel | declared none | ";
    QTest::newRow("a list")
        << "| [SequenceAt](#sequenceat) | a list of values, on opening | through "
           "its elements | ";
    QTest::newRow("a graph") << "| Scan | region | a Scan the other way | 25 |";
    QTest::newRow("a helper")
        << "| [backstep:TanhGrad](#backsteptanhgrad) | kernel | rule | floating | - |";
}

void OpTableTest::hasARowForEachOperator()
{
    QFETCH(QString, row);
    const QString table = QString::fromStdString(operatorsAsMarkdown(operators()));
    QVERIFY2(table.contains("\n" + row), qPrintable(table.left(4000)));
}

void OpTableTest::everyOperatorIsDocumented()
{
    const QString text = QString::fromStdString(operatorsAsMarkdown(operators()));
    QStringList missing;
    for (const OpDef* def : operators().all()) {
        const std::string name = def->domain.empty() ? def->name : def->domain + ":" + def->name;
        if (def->doc.empty() || !text.contains(QString("\n## %1\n").arg(name.c_str())))
            missing += name.c_str();
    }
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join(", ")));
}

// One of the four states, or what stands for a rule.
void OpTableTest::noOperatorIsWithoutAWordOnItsGradient()
{
    QStringList missing;
    for (const OpDef* def : operators().all())
        if (gradientWord(*def) == "missing")
            missing += def->name.c_str();
    QVERIFY2(missing.isEmpty(), qPrintable(missing.join(", ")));
}

QTEST_APPLESS_MAIN(OpTableTest)
#include "tst_op_table.moc"
