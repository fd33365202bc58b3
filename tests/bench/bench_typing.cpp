// How soon the gradient editor answers a key on a flat graph of 10,000 ops: from the key to the
// errors under the text. Some keys come quickly after each other, some after a rest in which the
// editor tries what becomes of the weights, which must not hold up the next key.

#include "tests/app/visit.h"
#include "tests/support/small_models.h"
#include "views/models/gradient_bench.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace backstep;

namespace {

/// x -> (MatMul, Add, Tanh, Sign) again and again -> y
std::string flatModel(const QTemporaryDir& folder, int opCount)
{
    SmallModel model;
    model.input("x", {4, 8});
    std::string from = "x";
    for (int i = 0; i < opCount; ++i) {
        const std::string number = std::to_string(i), to = "v" + number;
        const bool hasWeight = i % 4 < 2;
        if (hasWeight)
            model.weight("w" + number, i % 4 == 0 ? Shape{8, 8} : Shape{8});
        const char* const ops[]{"MatMul", "Add", "Tanh", "Sign"};
        model.node(ops[i % 4],
                   hasWeight ? std::vector<std::string>{from, "w" + number}
                             : std::vector<std::string>{from},
                   {to}, "op" + number);
        from = to;
    }
    model.node("Identity", {from}, {"y"}, "last").output("y", {4, 8});
    const std::string path = folder.filePath("flat.onnx").toStdString();
    return writeFile(path, model.bytes()) ? path : std::string();
}

/// Milliseconds from the key to the answer.
double answerTime(ExpressionEdit& edit, GradientBench& bench, Qt::Key key, const QString& text)
{
    bool isAnswered = false;
    const auto link =
        QObject::connect(&bench, &GradientBench::textChecked, [&isAnswered] { isAnswered = true; });
    QElapsedTimer clock;
    clock.start();
    QKeyEvent press(QEvent::KeyPress, key, Qt::NoModifier, text);
    QCoreApplication::sendEvent(&edit, &press);
    while (!isAnswered)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    QObject::disconnect(link);
    return static_cast<double>(clock.nsecsElapsed()) / 1e6;
}

void print(const char* name, std::vector<double> times)
{
    std::sort(times.begin(), times.end());
    std::printf("%-24s median %6.1f ms, worst %6.1f ms\n", name, times[times.size() / 2],
                times.back());
}

}

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    QStandardPaths::setTestModeEnabled(true);
    const int opCount = argc > 1 ? std::atoi(argv[1]) : 10'000;
    const QTemporaryDir folder;
    Visit visit;
    QSignalSpy opened(&visit.window.bridge(), &SessionBridge::documentOpened);
    visit.window.openFile(QString::fromStdString(flatModel(folder, opCount)));
    if (!opened.wait(60'000))
        return 1;
    std::printf("%d ops\n", opCount);
    visit.window.selection().selectOp({visit.op("Sign"), {}});
    visit.window.actions().editGradient->trigger();
    auto& editor = visit.part<GradientEditor>();
    auto& bench = *editor.findChild<GradientBench*>();
    QTest::qWait(3000); // the first look is there
    const QString text = QStringLiteral("dy * (1 - tf.math.tanh(x)**2) + 0 * dy * x");
    editor.edit().selectAll();
    std::vector<double> quick, rested;
    for (const QChar letter : text)
        quick.push_back(answerTime(editor.edit(), bench, Qt::Key_A, letter));
    for (const int rest : {300, 350, 400, 500, 600, 900}) {
        QTest::qWait(rest);
        rested.push_back(answerTime(editor.edit(), bench, Qt::Key_Space, QStringLiteral(" ")));
    }
    print("quick keys", quick);
    print("a key after a rest", rested);
    return 0;
}
