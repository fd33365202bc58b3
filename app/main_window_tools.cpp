// The tools of the lower panels: editors, checks, training.
#include "app/main_window.h"
#include "app/window_docks.h"
#include "views/gradient/gradcheck_panel.h"
#include "views/gradient/op_editor.h"
#include "views/models/selection.h"
#include "views/training/training_panel.h"
#include "views/training/try_fixes_dialog.h"

namespace backstep {

void MainWindow::train()
{
    m_docks->raise(WindowDocks::Training);
    m_docks->setMaximized(true);
    m_training->start();
}

void MainWindow::tryFixes()
{
    if (const Finding* finding = findingToTry(*m_bridge->snapshot(), m_selection->op().node))
        TryFixesDialog(*m_bridge, Finding(*finding), this).exec();
}

void MainWindow::editGradient(NodeId node, const QString& text)
{
    m_docks->raise(WindowDocks::Gradient);
    m_docks->setMaximized(true);
    m_editor->editGradient(node, text);
}

void MainWindow::checkAll()
{
    m_docks->raise(WindowDocks::Gradcheck);
    m_gradcheck->start();
}

void MainWindow::editForward(NodeId node)
{
    m_docks->raise(WindowDocks::Gradient);
    m_docks->setMaximized(true);
    m_editor->editForward(node);
}

}
