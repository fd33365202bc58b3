// Ctrl+K by keys and by mouse: commands run, ops and weights are selected, help opens.
#include "tests/app/visit.h"

#include "app/manual_page.h"
#include "views/search/search_popup.h"

#include <QListView>
#include <QMenuBar>

using namespace backstep;

class TestSearch : public QObject
{
    Q_OBJECT
private:
    static SearchPopup& opens(Visit& visit, const char* typed)
    {
        visit.press(Qt::Key_K, Qt::ControlModifier);
        auto& search = visit.part<SearchPopup>();
        QTest::keyClicks(&search.edit(), QString(typed));
        return search;
    }
    static QString firstTitle(const SearchPopup& search)
    {
        return search.found().rowCount() > 0 ? search.found().entry(0).title : QString();
    }

private slots:
    void initTestCase() { prepareWindowTests(); }
    void init() { QSettings().clear(); }

    void returnRunsACommand()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        SearchPopup& search = opens(visit, "forward to");
        QVERIFY(search.isVisible() && search.edit().hasFocus());
        QCOMPARE(firstTitle(search), QStringLiteral("Forward to the loss"));
        QTest::keyClick(&search.edit(), Qt::Key_Return);
        QVERIFY(!search.isVisible());
        QTRY_COMPARE_WITH_TIMEOUT(visit.cursor(), visit.snapshot().plan->backwardStart(), kWait);
        QVERIFY(visit.part<GraphView>().hasFocus()); // where the keys were
    }

    void everyCommandShowsItsKey()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        SearchPopup& search = opens(visit, "train");
        QCOMPARE(firstTitle(search), QStringLiteral("Train"));
        QCOMPARE(search.found().entry(0).keys, QStringLiteral("Ctrl+T"));
    }

    void anOpIsSelectedAtTheTimestepThatIsLookedAt()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        visit.window.selection().selectOp({visit.op("Tanh"), TimestepPath{}.then(2)});
        SearchPopup& search = opens(visit, "sign");
        QCOMPARE(firstTitle(search), QStringLiteral("Sign"));
        QTest::keyClick(&search.edit(), Qt::Key_Return);
        const OpAddress sign{visit.op("Sign"), TimestepPath{}.then(2)};
        QCOMPARE(visit.window.selection().op(), sign);
    }

    void aWeightIsTakenByMouse()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        QVERIFY(visit.window.selection().weight() == kNoValue);
        auto* field = visit.window.menuBar()->cornerWidget();
        QVERIFY(field && field->isVisible());
        QTest::mouseClick(field, Qt::LeftButton);
        auto& search = visit.part<SearchPopup>();
        QTRY_VERIFY(search.edit().hasFocus());
        QTest::keyClicks(&search.edit(), QStringLiteral("kernel dense"));
        QCOMPARE(search.found().entry(0).kind, SearchEntry::Kind::Weight);
        const QRect row = search.list().visualRect(search.list().model()->index(0, 0));
        QTest::mouseClick(search.list().viewport(), Qt::LeftButton, {}, row.center());
        QVERIFY(visit.window.selection().weight() != kNoValue);
        QVERIFY(!search.isVisible());
    }

    void helpIsFoundAndReadBeforeAnythingIsOpen()
    {
        Visit visit;
        QVERIFY(QTest::qWaitForWindowActive(&visit.window));
        SearchPopup& search = opens(visit, "zero-gradient");
        QString shown;
        onDialog<ManualPage>([&](ManualPage& page) {
            shown = page.shown();
            page.reject();
        });
        QTest::keyClick(&search.edit(), Qt::Key_Return);
        QTRY_COMPARE(shown, QStringLiteral("zero-gradient.md"));
    }

    void escGoesBackAndLeavesTheRestAlone()
    {
        Visit visit;
        QVERIFY(visit.startsExample());
        visit.window.selection().selectOp({visit.op("Sign"), TimestepPath{}.then(2)});
        visit.press(Qt::Key_G, Qt::ControlModifier); // an editor over the whole window
        auto& edit = visit.part<GradientEditor>().edit();
        QTRY_VERIFY(edit.hasFocus());
        SearchPopup& search = opens(visit, "x");
        QTest::keyClick(&search.edit(), Qt::Key_Escape);
        QVERIFY(!search.isVisible());
        QVERIFY(edit.hasFocus() && edit.isVisible());
    }
};

QTEST_MAIN(TestSearch)
#include "tst_search.moc"
