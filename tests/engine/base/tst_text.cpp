#include "engine/base/text.h"

#include <QtTest>

using namespace backstep;
using namespace std::string_literals;

class TestText : public QObject
{
    Q_OBJECT
private slots:
    void findsTheClosestWord_data()
    {
        QTest::addColumn<QByteArray>("word");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("exact") << QByteArray("LSTM") << QByteArray("LSTM");
        QTest::newRow("case only") << QByteArray("lstm") << QByteArray("LSTM");
        QTest::newRow("two swapped") << QByteArray("tahn") << QByteArray("tanh");
        QTest::newRow("one missing") << QByteArray("Dens") << QByteArray("Dense");
        QTest::newRow("too far") << QByteArray("Conv") << QByteArray("");
        QTest::newRow("too short to guess") << QByteArray("ta") << QByteArray("");
        QTest::newRow("far too long") << QByteArray(100000, 'a') << QByteArray("");
    }
    void findsTheClosestWord()
    {
        QFETCH(QByteArray, word);
        QFETCH(QByteArray, expected);
        const std::vector<std::string> known{"LSTM", "Dense", "tanh", "sigmoid"};
        QCOMPARE(QByteArray::fromStdString(closestWord(word.toStdString(), known)), expected);
    }

    void makesBytesPrintable_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("expected");
        QTest::addColumn<bool>("utf8");
        QTest::newRow("plain") << QByteArray("lstm/W") << QByteArray("lstm/W") << true;
        QTest::newRow("umlaut") << QByteArray("\xc3\xa4") << QByteArray("\xc3\xa4") << true;
        QTest::newRow("lines") << QByteArray("a\n\tb") << QByteArray("a\\n\\tb") << true;
        QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray("a\\x00b") << true;
        QTest::newRow("right-to-left")
            << QByteArray("\xe2\x80\xae") << QByteArray("\\u202e") << true;
        QTest::newRow("invalid") << QByteArray("\xff\xfe") << QByteArray("\\xff\\xfe") << false;
        QTest::newRow("overlong") << QByteArray("\xc0\x80") << QByteArray("\\xc0\\x80") << false;
        QTest::newRow("surrogate")
            << QByteArray("\xed\xa0\x80") << QByteArray("\\xed\\xa0\\x80") << false;
        QTest::newRow("cut off") << QByteArray("\xe2\x80") << QByteArray("\\xe2\\x80") << false;
    }
    void makesBytesPrintable()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, expected);
        QFETCH(bool, utf8);
        QCOMPARE(QByteArray::fromStdString(printable(bytes.toStdString())), expected);
        QCOMPARE(isUtf8(bytes.toStdString()), utf8);
    }

    void countsWithItsNoun()
    {
        QCOMPARE(counted(1, "timestep"), "1 timestep"s);
        QCOMPARE(counted(12, "timestep"), "12 timesteps"s);
        QCOMPARE(counted(0, "op"), "0 ops"s);
    }

    void splitsJoinsAndTrims()
    {
        const std::vector<std::string> parts = split("a,,b", ',');
        QCOMPARE(parts.size(), size_t(3));
        QCOMPARE(join(parts, "-"), "a--b"s);
        QCOMPARE(split("", ',').size(), size_t(1));
        QCOMPARE(std::string(trimmed(" \t a b \n")), "a b"s);
        QCOMPARE(std::string(trimmed("  ")), ""s);
    }
};

QTEST_APPLESS_MAIN(TestText)
#include "tst_text.moc"
