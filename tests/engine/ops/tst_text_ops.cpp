// Operators on text and labels: values by hand from the ONNX specification, patterns as Go's regexp
// (RE2's syntax) matches them.

#include "engine/ops/registry.h"

#include <QElapsedTimer>
#include <QTest>

using namespace backstep;

namespace {

/// The elements as text: "a|b", "5|-1".
QString textOf(const Tensor& tensor)
{
    QStringList parts;
    for (int64_t i = 0; i < tensor.count(); ++i)
        parts += tensor.dtype() == DType::String
                     ? QString::fromStdString(tensor.strings()[size_t(i)])
                     : QString::number(tensor.number(i));
    return parts.join('|');
}

Tensor texts(const QString& text)
{
    std::vector<std::string> all;
    for (const QString& part : text.split('|'))
        all.push_back(part.toStdString());
    return Tensor::ofStrings({int64_t(all.size())}, all);
}

using Strings = std::vector<std::string>;
using Integers = std::vector<int64_t>;
using Reals = std::vector<double>;

}

Q_DECLARE_METATYPE(backstep::Attributes)
Q_DECLARE_METATYPE(backstep::Tensor)

class TextOpsTest : public QObject
{
    Q_OBJECT
private slots:
    void labelsAreEncoded_data();
    void labelsAreEncoded();
    void wholeTextsMatch_data();
    void wholeTextsMatch();
    void aPatternOfNoneIsRefused();
    void aHostilePatternEnds_data();
    void aHostilePatternEnds();
};

void TextOpsTest::labelsAreEncoded_data()
{
    QTest::addColumn<Attributes>("attributes");
    QTest::addColumn<Tensor>("input");
    QTest::addColumn<QString>("expected");
    const Tensor names = texts("Dori|Amy|Sally|Amy");
    QTest::newRow("texts to integers, as in the specification")
        << Attributes{{"keys_strings", Strings{"Amy", "Sally"}},
                      {"values_int64s", Integers{5, 6}},
                      {"default_int64", int64_t{-1}}}
        << names << "-1|5|6|5";
    QTest::newRow("texts to reals, the default left out")
        << Attributes{{"keys_strings", Strings{"Amy", "Sally"}}, {"values_floats", Reals{0.5, 2}}}
        << names << "0|0.5|2|0.5";
    QTest::newRow("texts to texts") << Attributes{{"keys_strings", Strings{"Amy", "Sally"}},
                                                  {"values_strings", Strings{"a", "s"}}}
                                    << names << "_Unused|a|s|a";
    QTest::newRow("integers to texts")
        << Attributes{{"keys_int64s", Integers{3, -4}},
                      {"values_strings", Strings{"three", "minus four"}},
                      {"default_string", std::string("none")}}
        << Tensor::ints({-4, 4, 3}) << "minus four|none|three";
    QTest::newRow("reals to integers, NaN is a key")
        << Attributes{{"keys_floats", Reals{0.5, std::nan("")}}, {"values_int64s", Integers{1, 2}}}
        << Tensor::of<float>({3}, {std::nanf(""), 0.5f, 7.f}) << "2|1|-1";
    QTest::newRow("the last of equal keys counts (version 4)")
        << Attributes{{"keys_int64s", Integers{1, 1}}, {"values_int64s", Integers{10, 20}}}
        << Tensor::ints({1}) << "20";
    QTest::newRow("tensors (version 4)")
        << Attributes{{"keys_tensor", texts("x|y")},
                      {"values_tensor", Tensor::of<double>({2}, {1.5, 2.5})},
                      {"default_tensor", Tensor::of<double>({1}, {-9.0})}}
        << texts("y|z") << "2.5|-9";
    QTest::newRow("classes, texts to places (version 1)")
        << Attributes{{"classes_strings", Strings{"cat", "dog"}}} << texts("dog|cow|cat")
        << "1|-1|0";
    QTest::newRow("classes, places to texts (version 1)")
        << Attributes{{"classes_strings", Strings{"cat", "dog"}},
                      {"default_string", std::string("?")}}
        << Tensor::ints({1, 2, 0}) << "dog|?|cat";
}

void TextOpsTest::labelsAreEncoded()
{
    QFETCH(Attributes, attributes);
    QFETCH(Tensor, input);
    QFETCH(QString, expected);
    const auto result = evaluate({"LabelEncoder", "ai.onnx.ml"}, attributes, {input});
    QVERIFY2(result, result ? "" : result.error().text().c_str());
    QCOMPARE(textOf(result->front()), expected);
}

void TextOpsTest::wholeTextsMatch_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("input");
    QTest::addColumn<QString>("expected");
    QTest::newRow("an address, as in the specification")
        << R"(www.[\w.-]+\.\bcom\b)"
        << "www.google.com|www.facebook.com|www.bbc.co.uk"
        << "1|1|0";
    QTest::newRow("a part alone is no match") << "b+"
                                              << "bbb|abb|"
                                              << "1|0|0";
    QTest::newRow("a class by name, which RE2 has") << R"([[:alpha:]]+\d{2,3})"
                                                    << "ab12|ab1|ab1234"
                                                    << "1|0|0";
    QTest::newRow("letters of Unicode, which RE2 has") << R"(\p{Greek}+)"
                                                       << "αβγ|abc"
                                                       << "1|0";
    QTest::newRow("case by a flag") << "(?i)yes"
                                    << "YES|no"
                                    << "1|0";
}

void TextOpsTest::wholeTextsMatch()
{
    QFETCH(QString, pattern);
    QFETCH(QString, input);
    QFETCH(QString, expected);
    const auto result =
        evaluate({"RegexFullMatch"}, {{"pattern", pattern.toStdString()}}, {texts(input)});
    QVERIFY2(result, result ? "" : result.error().text().c_str());
    QCOMPARE(textOf(result->front()), expected);
}

void TextOpsTest::aPatternOfNoneIsRefused()
{
    const auto result =
        evaluate({"RegexFullMatch"}, {{"pattern", std::string("(a")}}, {texts("a")});
    QVERIFY(!result);
    QVERIFY2(result.error().message.find("missing ): (a") != std::string::npos,
             result.error().message.c_str());
}

// A matcher that goes back takes 2^n steps for these, or one level of its stack a character.
void TextOpsTest::aHostilePatternEnds_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<int>("length");
    QTest::addColumn<bool>("matches");
    QTest::newRow("nested repetition") << "(a+)+b" << 1'000'000 << false;
    QTest::newRow("choices that overlap") << "(a|aa|a?)*c" << 100'000 << false;
    QTest::newRow("a long text") << "(a|b)*" << 1'000'000 << true;
}

void TextOpsTest::aHostilePatternEnds()
{
    QFETCH(QString, pattern);
    QFETCH(int, length);
    QFETCH(bool, matches);
    QElapsedTimer timer;
    timer.start();
    const auto result = evaluate({"RegexFullMatch"}, {{"pattern", pattern.toStdString()}},
                                 {texts(QString(length, 'a'))});
    QVERIFY2(result, result ? "" : result.error().text().c_str());
    QCOMPARE(result->front().integer(0) != 0, matches);
    QVERIFY(timer.elapsed() < 5000);
}

QTEST_APPLESS_MAIN(TextOpsTest)
#include "tst_text_ops.moc"
