// The manual's pages about findings are made from the catalogue: `backstep manual
// resources/manual/findings` writes them again.

#include "engine/diagnostics/catalogue.h"
#include "engine/exporters/manual.h"

#include <QtTest>

using namespace backstep;

class TestManual : public QObject
{
    Q_OBJECT
private slots:
    void isMadeFromTheCatalogue_data()
    {
        QTest::addColumn<QString>("page");
        for (const auto& [name, text] : catalogueManual())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }

    void isMadeFromTheCatalogue()
    {
        QFETCH(QString, page);
        QFile file(kFolder + page);
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.fileName() + " is missing"));
        QCOMPARE(QString::fromUtf8(file.readAll()),
                 QString::fromStdString(catalogueManual().at(page.toStdString())));
    }

    void holdsNoOtherPages()
    {
        const auto pages = catalogueManual();
        for (const QString& name : QDir(kFolder).entryList(QDir::Files))
            QVERIFY2(pages.contains(name.toStdString()), qPrintable(name));
    }

    void hasAPageForEachKind()
    {
        size_t kinds = 0;
        for (const KindFamily& family : kindFamilies())
            kinds += family.kinds.size();
        // The list, surrogates, forwards, functions, operators.
        QCOMPARE(catalogueManual().size(), kinds + 5);
    }

private:
    const QString kFolder = BACKSTEP_SOURCE_DIR "/resources/manual/findings/";
};

QTEST_APPLESS_MAIN(TestManual)
#include "tst_manual.moc"
