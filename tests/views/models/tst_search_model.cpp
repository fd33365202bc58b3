// What is typed into the search, and what answers it in which order.
#include "engine/session/debug_session.h"
#include "views/models/search_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace backstep;

namespace {

SearchEntry command(const char* title, const char* detail, const char* keys, bool isEnabled = true)
{
    SearchEntry entry;
    entry.title = QString(title);
    entry.detail = QString(detail);
    entry.keys = QString(keys);
    entry.isEnabled = isEnabled;
    return entry;
}

QStringList titles(const SearchModel& model)
{
    QStringList shown;
    for (int row = 0; row < model.rowCount(); ++row)
        shown << model.index(row, 0).data().toString();
    return shown;
}

}

class TestSearchModel : public QObject
{
    Q_OBJECT
private slots:
    void findsByName_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<QStringList>("found");
        const auto row = [](const char* name, const char* typed, const QStringList& found) {
            QTest::newRow(name) << QString(typed) << found;
        };
        row("nothing typed: the commands", "",
            {"Train", "Step over", "Undo", "Check all gradients"});
        row("the begin of a name", "tra", {"Train"});
        row("another case", "UNDO", {"Undo"});
        row("the begin of a second word", "over", {"Step over"});
        row("in what stands behind it", "float64", {"Check all gradients"});
        row("a key", "ctrl+t", {"Train"});
        row("two words in any order", "gradients check", {"Check all gradients"});
        row("letters in their order", "chkgrd", {"Check all gradients"});
        row("a name before a description", "loss", {"Loss of the model", "Train"});
        row("both words must be there", "train gradients", {});
        row("nothing of the kind", "zzz", {});
        row("two letters are no abbreviation", "tn", {});
    }
    void findsByName()
    {
        QFETCH(QString, typed);
        QFETCH(QStringList, found);
        SearchModel model;
        QAbstractItemModelTester tester(&model,
                                        QAbstractItemModelTester::FailureReportingMode::QtTest);
        SearchEntry help = command("Loss of the model", "", "");
        help.kind = SearchEntry::Kind::Help;
        model.setEntries({command("Train", "Does the loss fall?", "Ctrl+T"),
                          command("Step over", "Run the next op", "F10"),
                          command("Check all gradients", "With differences in float64", "", false),
                          command("Undo", "", "Ctrl+Z"), help});
        model.setTyped(typed);
        QCOMPARE(titles(model), found);
    }

    void whatCannotBeDoneNowIsShownButNotTaken()
    {
        SearchModel model;
        model.setEntries({command("Pause", "", "F6", false), command("Pass on", "", "")});
        model.setTyped(QStringLiteral("pa"));
        QCOMPARE(titles(model), QStringList({"Pass on", "Pause"}));
        QVERIFY(model.flags(model.index(0, 0)) & Qt::ItemIsEnabled);
        QVERIFY(!(model.flags(model.index(1, 0)) & Qt::ItemIsEnabled));
    }

    void knowsThePartsOfAModel_data()
    {
        QTest::addColumn<QString>("typed");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("title");
        QTest::newRow("an op") << "sign" << int(SearchEntry::Kind::Op) << "Sign";
        QTest::newRow("a weight") << "kernel" << int(SearchEntry::Kind::Weight) << "kernel";
        QTest::newRow("a layer") << "lstm" << int(SearchEntry::Kind::Layer) << "lstm";
    }
    void knowsThePartsOfAModel()
    {
        QFETCH(QString, typed);
        QFETCH(int, kind);
        QFETCH(QString, title);
        DebugSession session;
        QVERIFY(session.openText("x: float32[2, 12, 8] -> LSTM(16) -> sign -> Dense(10) -> mse"));
        SearchModel model;
        model.setEntries(entriesOf(*session.snapshot()));
        model.setTyped(typed);
        for (int row = 0; row < model.rowCount(); ++row) {
            const SearchEntry& entry = model.entry(row);
            if (int(entry.kind) != kind)
                continue;
            QCOMPARE(entry.title, title);
            QVERIFY(entry.op != kNoNode || entry.weight != kNoValue);
            return;
        }
        QFAIL("nothing of that kind was found");
    }
};

QTEST_GUILESS_MAIN(TestSearchModel)
#include "tst_search_model.moc"
