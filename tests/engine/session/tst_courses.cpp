// Models whose course the data decide (SEMANTICS R10): loss and gradients against ONNX Runtime's
// values and their central differences (tests/data/make_course_models.py).

#include "engine/session/debug_session.h"
#include "engine/session/training.h"
#include "tests/support/arrays.h"

#include <QTest>

#include <cmath>

using namespace backstep;

namespace {

const QString kCourses = QString(BACKSTEP_TEST_DATA) + "/models/courses/";

std::map<std::string, Tensor> arraysOf(const QString& name)
{
    return arraysIn(kCourses + name + ".npz");
}

OpenOptions optionsFor(const std::map<std::string, Tensor>& arrays)
{
    OpenOptions options;
    options.dimensions = {{"N", 3}, {"H", 4}, {"T", 5}};
    options.loss.kind = LossKind::Sum;
    for (const auto& [name, tensor] : arrays)
        if (name != "loss" && !name.starts_with("grad:"))
            options.inputs.given[name] = tensor;
    return options;
}

double difference(const Tensor& found, const Tensor& wanted)
{
    if (found.isNull() || !(found.shape() == wanted.shape()))
        return INFINITY;
    double largest = 0;
    for (int64_t i = 0; i < wanted.count(); ++i)
        largest = std::max(largest, std::abs(found.number(i) - wanted.number(i)));
    return largest;
}

}

class CoursesTest : public QObject
{
    Q_OBJECT
private slots:
    void lossAndGradientsMatch_data();
    void lossAndGradientsMatch();
    void whatTheDataDecidedIsSaid_data();
    void whatTheDataDecidedIsSaid();
    void theUntakenBranchGetsZeros();
    void trainingStopsWhereAConditionTurns();
    void otherDataTakeAnotherCourse();

private:
    void open(const QString& name, const std::map<std::string, Tensor>& arrays);
    Tensor gradientOf(const std::string& name);

    DebugSession m_session;
    PassState m_end;
};

void CoursesTest::open(const QString& name, const std::map<std::string, Tensor>& arrays)
{
    QVERIFY(m_session.open((kCourses + name + ".onnx").toStdString(), optionsFor(arrays)));
    m_session.setStopsAtBreaks(false);
    m_end = m_session.step(StepKind::Continue);
    QVERIFY2(m_end.reason == StopReason::End, m_end.message.c_str());
}

Tensor CoursesTest::gradientOf(const std::string& name)
{
    const auto snapshot = m_session.snapshot();
    for (const auto& [value, cotangent] : snapshot->cotangents)
        if (snapshot->program->value(value).name == name)
            return m_session.value({cotangent, {}}).tensor;
    return {};
}

void CoursesTest::lossAndGradientsMatch_data()
{
    QTest::addColumn<QString>("absent"); // weights that no result depends on
    for (const char* name : {"if_then",
                             "if_else",
                             "if_in_if",
                             "while",
                             "while_true",
                             "loop_count_is_input",
                             "loop_of_none",
                             "if_in_loop",
                             "if_in_scan",
                             "while_in_loop",
                             "sequence_in_loop",
                             "split_to_sequence",
                             "optional",
                             "compress",
                             "nonzero",
                             "range_by_data",
                             "unique_rows",
                             "scan_8",
                             "if_by_weight",
                             "scan_8_lengths",
                             "einsum_of_four",
                             "gradient_op",
                             "gradient_op_scan",
                             "gradient_op_rnn",
                             "gradient_op_in_body"})
        QTest::newRow(name) << "";
    QTest::newRow("sequence_place_by_data") << "grad:w2"; // its element is erased
    QTest::newRow("gradient_op_elsewhere") << "grad:w1";  // h gets another value than it makes
}

void CoursesTest::lossAndGradientsMatch()
{
    QFETCH(QString, absent);
    const std::map<std::string, Tensor> arrays = arraysOf(QTest::currentDataTag());
    QVERIFY(!arrays.empty());
    open(QTest::currentDataTag(), arrays);
    QVERIFY(m_end.loss);
    QVERIFY(std::abs(*m_end.loss - arrays.at("loss").number(0)) < 1e-5);
    for (const auto& [name, wanted] : arrays) {
        if (!name.starts_with("grad:"))
            continue;
        const Tensor found = gradientOf(name.substr(5));
        if (absent == name.c_str()) {
            QVERIFY(found.isNull());
            QCOMPARE(difference(wanted, Tensor(wanted.type())), 0.0);
            continue;
        }
        const double most = difference(found, wanted);
        QVERIFY2(most < 1e-8, qPrintable(QString("%1: %2").arg(name.c_str()).arg(most)));
    }
}

void CoursesTest::whatTheDataDecidedIsSaid_data()
{
    QTest::addColumn<QString>("sentence");
    QTest::newRow("if_then") << "If 'h': its then_branch is read, which the data at hand take";
    QTest::newRow("if_else") << "If 'h': its else_branch is read, which the data at hand take";
    QTest::newRow("if_in_loop") << "If 'h2': its else_branch is read, which the data at hand take";
    QTest::newRow("while") << "Loop 'h' runs for 4 iterations on the data at hand";
    QTest::newRow("compress") << "Compress gives 'k' as float64 [1, 4] on the data at hand";
}

void CoursesTest::whatTheDataDecidedIsSaid()
{
    QFETCH(QString, sentence);
    open(QTest::currentDataTag(), arraysOf(QTest::currentDataTag()));
    const auto snapshot = m_session.snapshot();
    QStringList all;
    for (const std::string& assumption : snapshot->assumptions)
        all += assumption.c_str();
    QVERIFY2(all.count(sentence) == 1, qPrintable(all.join('\n')));
}

// The greater presence of both branches: the weight learns on other data.
// The condition is that the sum of x w1 is below zero or not; the sum is worked out here.
void CoursesTest::trainingStopsWhereAConditionTurns()
{
    const std::map<std::string, Tensor> arrays = arraysOf("if_by_weight");
    open("if_by_weight", arrays);
    for (const double rate : {1e-6, 0.3}) {
        const TrainingRun run = train(*m_session.snapshot()->document, {Optimizer::Sgd, rate, 40});
        if (rate < 1e-3) { // the weights hardly move
            QVERIFY2(!run.error, run.error ? run.error->text().c_str() : "");
            QCOMPARE(run.steps.size(), size_t(41));
            continue;
        }
        QVERIFY(run.error);
        QCOMPARE(run.error->code, std::string("branch-changed"));
        QVERIFY2(run.error->message.find("If 'h'") != std::string::npos,
                 run.error->message.c_str());
        QVERIFY(!run.steps.empty() && run.steps.size() < 41);
    }
}

void CoursesTest::theUntakenBranchGetsZeros()
{
    open("if_then", arraysOf("if_then"));
    const auto snapshot = m_session.snapshot();
    for (ValueId weight : snapshot->program->valuesOfKind(ValueKind::Weight))
        QVERIFY(snapshot->states->weight(weight) == Flow::Live);
    QCOMPARE(difference(gradientOf("w2"), Tensor(TensorType{DType::Float64, {4, 4}})), 0.0);
}

void CoursesTest::otherDataTakeAnotherCourse()
{
    std::map<std::string, Tensor> arrays = arraysOf("loop_count_is_input");
    const Tensor w1 = arrays.at("grad:w1");
    arrays["n"] = Tensor::of<int64_t>({}, {1});
    open("loop_count_is_input", arrays);
    int64_t steps = 0;
    const auto snapshot = m_session.snapshot();
    for (RegionId region : snapshot->program->regionIds())
        if (region != kTopRegion)
            steps = snapshot->program->stepCount(region);
    QCOMPARE(steps, int64_t(1));
    QVERIFY(difference(gradientOf("w1"), w1) > 1e-3);
}

QTEST_GUILESS_MAIN(CoursesTest)
#include "tst_courses.moc"
