// The window before and around a document: first page, keys, panels, both sizes.
#include "app/actions.h"
#include "app/main_window.h"
#include "views/canvas/graph_view.h"
#include "views/gradient/expression_edit.h"
#include "views/gradient/gradient_editor.h"
#include "views/gradient/function_plot.h"
#include "views/inspector/fix_section.h"
#include "views/style/palette.h"
#include "views/style/theme.h"
#include "views/welcome/welcome_page.h"

#include <QAction>
#include <QDockWidget>
#include <QPushButton>
#include <QSet>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTest>
#include <QToolBar>
#include <QToolButton>

using namespace backstep;

class TestWindow : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("BackstepTest"));
        QCoreApplication::setApplicationName(QStringLiteral("tst_window"));
        Theme::instance();
    }
    void init() { QSettings().clear(); }

    void everyActionIsNamedAndExplained()
    {
        MainWindow window;
        QSet<QString> keys;
        for (const QAction* action : window.actions().all()) {
            if (!action)
                continue;
            QVERIFY(!action->text().isEmpty());
            QVERIFY2(!action->toolTip().isEmpty(), qPrintable(action->text()));
            for (const QKeySequence& key : action->shortcuts()) {
                QVERIFY2(!keys.contains(key.toString()), qPrintable(key.toString()));
                keys.insert(key.toString());
            }
        }
    }

    void nothingIsCutOffInTheToolBar_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::newRow("wide") << QSize(1600, 900);
        QTest::newRow("narrow") << QSize(1280, 720);
        QTest::newRow("smallest layout") << QSize(1024, 700);
    }
    void nothingIsCutOffInTheToolBar()
    {
        QFETCH(QSize, size);
        MainWindow window;
        window.resize(size);
        window.show();
        QSignalSpy opened(&window.bridge(), &SessionBridge::documentOpened);
        window.openExample(QStringLiteral("sign"));
        QVERIFY(opened.wait());
        QCOMPARE(window.size(), size);
        auto* bar = window.findChild<QToolBar*>(QStringLiteral("mainToolBar"));
        QTRY_VERIFY(bar->isVisible());
        for (QAction* action : bar->actions())
            if (const auto* button = qobject_cast<QToolButton*>(bar->widgetForAction(action)))
                QVERIFY2(button->isVisible(), qPrintable(action->text()));
    }

    void aTimestepAndItsFixesNeedNoScrolling_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<QString>("file");
        const QString models = QStringLiteral(BACKSTEP_SOURCE_DIR "/tests/data/models/seed1_sign/");
        QTest::newRow("example") << QSize(1280, 720) << QString();
        QTest::newRow("example, wide") << QSize(1600, 900) << QString();
        QTest::newRow("LSTM of a file") << QSize(1280, 720) << models + "model.onnx";
        QTest::newRow("Loop of a file") << QSize(1280, 720) << models + "model_loop.onnx";
    }
    void aTimestepAndItsFixesNeedNoScrolling()
    {
        QFETCH(QSize, size);
        QFETCH(QString, file);
        MainWindow window;
        window.resize(size);
        window.show();
        QSignalSpy opened(&window.bridge(), &SessionBridge::documentOpened);
        file.isEmpty() ? window.openExample(QStringLiteral("sign")) : window.openFile(file);
        QVERIFY(opened.wait());
        auto& graph = *window.findChild<GraphView*>();
        QTRY_VERIFY(graph.state().scene && !graph.isLayingOut());
        window.actions().proceed->trigger();
        QTRY_VERIFY(window.bridge().pass().cursor > 0);
        const SceneRect cell = graph.state().scene->timelineBounds(Bands::Both);
        QTRY_VERIFY(graph.visibleScene().y <= cell.y + 1);
        QVERIFY(graph.visibleScene().y + graph.visibleScene().height >= cell.y + cell.height - 1);
        QVERIFY(graph.camera().zoom >= kTextZoom);

        const auto* fixes = window.findChild<FixSection*>();
        QTRY_VERIFY(fixes->isVisible());
        for (const QAbstractButton* button : fixes->findChildren<QAbstractButton*>())
            if (button->isVisible())
                QCOMPARE(button->visibleRegion().boundingRect(), button->rect());
        window.actions().editGradient->trigger();
        auto& editor = *window.findChild<GradientEditor*>();
        QTRY_VERIFY(editor.isVisible() && editor.height() > size.height() / 2);
        QVERIFY(!graph.isVisible());
        GradientForm& form = editor.form();
        for (const QWidget* part :
             {static_cast<QWidget*>(&editor.edit()), static_cast<QWidget*>(&form.attachButton()),
              static_cast<QWidget*>(&form.revertButton()), static_cast<QWidget*>(&form.verdict()),
              static_cast<QWidget*>(&editor.plot())})
            QTRY_COMPARE(part->visibleRegion().boundingRect(), part->rect());
        QTRY_VERIFY(editor.plot().hasCurves());
        window.actions().maximizePanel->trigger();
        QTRY_VERIFY(graph.isVisible());
    }

    void panelsShowFocusAndHideByKey()
    {
        MainWindow window;
        window.show();
        QVERIFY(QTest::qWaitForWindowActive(&window));
        QSignalSpy opened(&window.bridge(), &SessionBridge::documentOpened);
        window.openExample(QStringLiteral("sign"));
        QVERIFY(opened.wait());
        auto* dock = window.findChild<QDockWidget*>(QStringLiteral("modelDock"));
        QTRY_VERIFY(dock->isVisible());
        QTest::keyClick(&window, Qt::Key_1, Qt::ControlModifier);
        QTRY_VERIFY(dock->isAncestorOf(window.focusWidget()));
        QTest::keyClick(&window, Qt::Key_1, Qt::ControlModifier);
        QTRY_VERIFY(!dock->isVisible());
        QTest::keyClick(&window, Qt::Key_1, Qt::ControlModifier);
        QTRY_VERIFY(dock->isVisible());
        dock->hide();
        window.actions().resetLayout->trigger();
        QTRY_VERIFY(dock->isVisible());
    }

    void themeIsSwitchedAndKept()
    {
        {
            MainWindow window;
            window.actions().themeDark->trigger();
            QVERIFY(Palette::current().isDark);
        }
        MainWindow again;
        QVERIFY(Palette::current().isDark);
        again.actions().themeLight->trigger();
        QVERIFY(!Palette::current().isDark);
    }
};

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
