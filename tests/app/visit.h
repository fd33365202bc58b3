#pragma once

#include "app/actions.h"
#include "app/main_window.h"
#include "app/message_bar.h"
#include "app/status_line.h"
#include "views/canvas/graph_view.h"
#include "views/diagnostics/problems_panel.h"
#include "views/gradient/expression_edit.h"
#include "views/gradient/gradient_editor.h"
#include "views/inspector/fix_option.h"
#include "views/inspector/fix_section.h"
#include "views/inspector/inspector_panel.h"
#include "views/inspector/value_list.h"
#include "views/inspector/value_row.h"
#include "views/models/op_text.h"
#include "views/models/selection.h"
#include "views/models/weights_model.h"
#include "views/outline/model_panel.h"
#include "views/style/theme.h"
#include "views/welcome/welcome_page.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

namespace backstep {

inline constexpr int kWait = 20'000;
inline const QString kGradient = QStringLiteral("dy * (1 - tf.math.tanh(x)**2)");

/// Before the first test: settings of the test program's own, and dialogs whose widgets it reaches.
inline void prepareWindowTests()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(QStringLiteral("BackstepTest"));
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    Theme::instance();
}

/// A window that has opened the sign example the way a visitor does.
class Visit
{
public:
    Visit()
    {
        window.resize(1600, 900);
        window.show();
    }
    template<class T> T& part() { return *window.findChild<T*>(); }
    const Snapshot& snapshot() { return *window.bridge().snapshot(); }
    bool startsExample()
    {
        if (!QTest::qWaitForWindowActive(&window))
            return false;
        QSignalSpy opened(&window.bridge(), &SessionBridge::documentOpened);
        QTest::keyClick(window.focusWidget(), Qt::Key_Return);
        return opened.wait(kWait);
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(&window, key, modifiers);
    }
    Position cursor() { return window.bridge().pass().cursor; }
    /// Presses a key that moves the pass, and waits until it stands elsewhere.
    bool steps(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        const Position before = cursor();
        press(key, modifiers);
        return movesFrom(before);
    }
    /// Waits until the pass stands elsewhere.
    bool movesFrom(Position before)
    {
        return QTest::qWaitFor(
            [&] { return cursor() != before && !window.bridge().pass().isRunning; }, kWait);
    }
    NodeId op(const char* type)
    {
        for (NodeId id : shownOps(*snapshot().program))
            if (snapshot().program->node(id).op.is(type))
                return id;
        return kNoNode;
    }
    int weightsThat(Flow flow) { return part<ModelPanel>().weights().countOf(flow); }
    MainWindow window;
};

inline QString cell(const QTableView& table, int row, int column)
{
    return table.model()->index(row, column).data().toString();
}

/// Acts on the modal dialog that the next event opens.
template<class Dialog, class Act> void onDialog(Act act)
{
    QTimer::singleShot(0, qApp, [act] {
        if (!QTest::qWaitFor(
                [] { return qobject_cast<Dialog*>(QApplication::activeModalWidget()); }))
            return;
        if (auto* dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget()))
            act(*dialog);
    });
}

inline void typePath(QFileDialog& dialog, const QString& path)
{
    auto* line = dialog.findChild<QLineEdit*>(QStringLiteral("fileNameEdit"));
    line->setText(path); // typed letters would open the completer, which takes the Return
    QTest::keyClick(line, Qt::Key_Return);
}

}
