// Training, fixes tried beside each other, and a fix that replaces the forward, in the window.
#include "app/actions.h"
#include "app/main_window.h"
#include "views/inspector/fix_section.h"
#include "views/inspector/sharpness_row.h"
#include "views/style/theme.h"
#include "views/training/training_panel.h"
#include "views/training/try_fixes_dialog.h"

#include <QAbstractButton>
#include <QAction>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTableWidget>
#include <QTimer>
#include <QtTest>

#include <algorithm>

using namespace backstep;

class TestTrainingWindow : public QObject
{
    Q_OBJECT
private:
    static void openSign(MainWindow& window)
    {
        window.resize(1600, 900);
        window.show();
        QSignalSpy opened(&window.bridge(), &SessionBridge::documentOpened);
        window.openExample(QStringLiteral("sign"));
        QVERIFY(opened.wait());
        window.actions().proceed->trigger();
        QTRY_VERIFY(window.bridge().pass().cursor > 0);
        window.actions().nextProblem->trigger();
    }
    static QAbstractButton* optionNamed(const MainWindow& window, const QString& name)
    {
        for (QAbstractButton* button :
             window.findChild<FixSection*>()->findChildren<QAbstractButton*>())
            if (button->text() == name)
                return button;
        return nullptr;
    }

private slots:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("BackstepTest"));
        QCoreApplication::setApplicationName(QStringLiteral("tst_training_window"));
        Theme::instance();
    }

    void trainsAndSaysWhatMoved()
    {
        MainWindow window;
        openSign(window);
        window.actions().train->trigger();
        const auto* table = window.findChild<TrainingPanel*>()->findChild<QTableWidget*>();
        QTRY_COMPARE(table->rowCount(), 5);
        QTRY_VERIFY(table->isVisible());
        QCOMPARE(table->item(0, 2)->text(), "did not move: only zeros");
        QVERIFY(table->isColumnHidden(1)); // nothing was fixed: there is no before
        QVERIFY(window.bridge().snapshot()->undoTitles.empty());
    }

    void pausesAndContinues()
    {
        MainWindow window;
        openSign(window);
        auto& panel = *window.findChild<TrainingPanel*>();
        panel.findChild<QSpinBox*>()->setValue(400); // steps
        const auto button = [&](const QString& text) {
            for (QPushButton* each : panel.findChildren<QPushButton*>())
                if (each->text() == text)
                    return each;
            return static_cast<QPushButton*>(nullptr);
        };
        window.actions().train->trigger();
        QTRY_VERIFY(button("Pause") && button("Pause")->isEnabled());
        button("Pause")->click();
        QTRY_VERIFY_WITH_TIMEOUT(button("Continue") && button("Continue")->isEnabled(), 20'000);
        const auto says = [&](const QString& words) {
            const QList<QLabel*> labels = panel.findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](const QLabel* label) {
                return label->text().contains(words);
            });
        };
        QVERIFY(says("Paused."));
        window.actions().into->trigger(); // the session is free meanwhile
        button("Continue")->click();
        QTRY_VERIFY_WITH_TIMEOUT(says("in 400 steps"), 60'000);
        QVERIFY(!button("Continue"));
    }

    void replacesTheForwardAndTrainsBesideTheOld()
    {
        MainWindow window;
        openSign(window);
        QTRY_VERIFY(optionNamed(window, "tanh(k x)"));
        optionNamed(window, "tanh(k x)")->click();
        auto* row = window.findChild<SharpnessRow*>();
        QVERIFY(row->isVisible());
        auto* slider = row->findChild<QSlider*>();
        slider->setValue(slider->maximum());
        QCOMPARE(row->fix().forward->text, std::string("tanh(50 * x)"));
        const auto isTold = [row] {
            const QList<QLabel*> labels = row->findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
                return label->text().contains("is off by at most");
            });
        };
        QTRY_VERIFY(isTold());
        optionNamed(window, "Apply")->click();
        QTRY_COMPARE(window.bridge().snapshot()->document->forwards.size(), size_t(1));
        QVERIFY(window.bridge().snapshot()->findings->empty());
        QVERIFY(window.bridge().isModified());
        window.actions().train->trigger();
        const auto* table = window.findChild<TrainingPanel*>()->findChild<QTableWidget*>();
        QTRY_VERIFY(table->isVisible());
        QCOMPARE(table->item(0, 1)->text(), "did not move: only zeros");
        QCOMPARE(table->item(0, 3)->text(), "woke up");
        window.actions().undo->trigger();
        QTRY_VERIFY(window.bridge().snapshot()->document->forwards.empty());
    }

    void triesAllFixesAndAppliesTheWinner()
    {
        MainWindow window;
        openSign(window);
        QTRY_VERIFY(window.actions().tryFixes->isEnabled());
        QString best;
        QTimer watch; // the dialog has an event loop of its own
        connect(&watch, &QTimer::timeout, this, [&] {
            auto* dialog = window.findChild<TryFixesDialog*>();
            auto* table = dialog ? dialog->findChild<QTableWidget*>() : nullptr;
            if (!table || table->currentRow() < 1)
                return;
            watch.stop();
            best = table->item(table->currentRow(), 0)->text();
            QTest::keyClick(table, Qt::Key_Return);
        });
        watch.start(10);
        window.actions().tryFixes->trigger();
        QVERIFY(best.contains("(best)"));
        QTRY_COMPARE(window.bridge().snapshot()->undoTitles.size(), size_t(1));
        QVERIFY(window.bridge().snapshot()->findings->empty());
    }
};

QTEST_MAIN(TestTrainingWindow)
#include "tst_training_window.moc"
