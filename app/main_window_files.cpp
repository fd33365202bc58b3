// Opening, saving and leaving documents.
#include "app/main_window.h"
#include "app/message_bar.h"
#include "app/settings.h"
#include "app/window_docks.h"
#include "views/builder/new_model_dialog.h"

#include <QCloseEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QMimeData>

namespace backstep {

namespace {

QString localFileOf(const QMimeData* mime)
{
    for (const QUrl& url : mime->urls())
        if (url.isLocalFile())
            return url.toLocalFile();
    return {};
}

}

void MainWindow::openFile(const QString& path)
{
    if (mayLeaveDocument())
        m_bridge->open(path);
}

void MainWindow::openExample(const QString& name)
{
    if (mayLeaveDocument())
        m_bridge->openExample(name);
}

void MainWindow::askForFile()
{
    const QString path = QFileDialog::getOpenFileName(this, tr("Open a model"), {},
                                                      tr("Models (*.onnx);;All files (*)"));
    if (!path.isEmpty())
        openFile(path);
}

void MainWindow::askForText()
{
    NewModelDialog dialog(*m_bridge, this);
    if (dialog.exec() == QDialog::Accepted && mayLeaveDocument())
        m_bridge->openText(dialog.text());
}

void MainWindow::saveDocument()
{
    if (m_bridge->savedPath().isEmpty())
        saveDocumentAs();
    else
        m_bridge->save(m_bridge->savedPath());
}

void MainWindow::saveDocumentAs()
{
    QString suggestion = m_bridge->savedPath();
    if (suggestion.isEmpty())
        suggestion = QStringLiteral("model.onnx");
    QString path = QFileDialog::getSaveFileName(this, tr("Save the model"), suggestion,
                                                tr("ONNX models (*.onnx)"));
    if (path.isEmpty()) {
        m_isLeaving = false;
        return;
    }
    if (QFileInfo(path).suffix().isEmpty())
        path += QStringLiteral(".onnx");
    m_bridge->save(path);
}

bool MainWindow::mayLeaveDocument()
{
    if (!m_bridge->isModified())
        return true;
    const QString title = QString::fromStdString(m_bridge->snapshot()->document->source->title);
    const auto answer = QMessageBox::question(
        this, tr("Unsaved changes"),
        tr("%1 has gradients or layers that are not saved. Save them?").arg(title),
        QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, QMessageBox::Save);
    if (answer == QMessageBox::Cancel)
        m_isLeaving = false;
    if (answer == QMessageBox::Save)
        saveDocument();
    // What follows waits behind the saving, so the order is kept; only closing must wait for it.
    return answer == QMessageBox::Discard || (answer == QMessageBox::Save && !m_isLeaving);
}

void MainWindow::leaveAfterSaving()
{
    Settings::addRecentFile(m_bridge->savedPath());
    updateTitle();
    if (m_isLeaving)
        close();
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    m_isLeaving = true;
    if (!mayLeaveDocument()) {
        event->ignore();
        // Saving goes on in the background and closes the window when it has worked.
        return;
    }
    m_bridge->cancel();
    m_docks->setMaximized(false); // the next session begins with the graph
    if (m_bridge->hasDocument())
        Settings::setWindow(saveGeometry(), saveState());
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localFileOf(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    openFile(localFileOf(event->mimeData()));
}

}
