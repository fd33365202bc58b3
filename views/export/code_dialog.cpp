#include "views/export/code_dialog.h"

#include "engine/exporters/code/python_text.h"
#include "engine/formats/file_view.h"
#include "engine/session/exported_fix.h"
#include "views/export/python_highlighter.h"
#include "views/models/op_text.h"
#include "views/models/session_bridge.h"
#include "views/style/fonts.h"
#include "views/style/labels.h"
#include "views/style/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QVBoxLayout>

namespace backstep {

namespace {

QString tabTitle(Framework framework)
{
    switch (framework) {
    case Framework::TensorFlow:
        return CodeDialog::tr("&Keras");
    case Framework::PyTorch:
        return CodeDialog::tr("&PyTorch");
    case Framework::Jax:
        break;
    }
    return CodeDialog::tr("&JAX");
}

}

CodeDialog::CodeDialog(SessionBridge& bridge, const ExportSubject& subject, QWidget* parent)
    : QDialog(parent), m_bridge(bridge), m_words(quietLabel(tr("Writing…"), "second", this)),
      m_tabs(new QTabWidget(this)), m_copy(new QPushButton(tr("&Copy"), this)),
      m_save(new QPushButton(tr("&Save…"), this))
{
    setWindowTitle(tr("Export as code"));
    resize(820, 640);
    const Graph& program = subject.graph(*bridge.snapshot());
    const NodeId op = subject.node;
    m_name = QString::fromStdString(functionName(program.node(op).op.type));
    auto* title = new QLabel(tr("The fix of %1 as code").arg(opText(program, op)), this);
    title->setStyleSheet(QStringLiteral("font-size: 16px; font-weight: 600;"));
    m_words->setWordWrap(true);
    for (const Framework framework : kFrameworks) {
        auto* text = new QPlainTextEdit(m_tabs);
        text->setReadOnly(true);
        // Read-only text can be walked through and chosen from by keyboard, too.
        text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        text->setFont(monoFont(12));
        text->setLineWrapMode(QPlainTextEdit::NoWrap);
        text->setTabChangesFocus(true);
        text->setAccessibleName(tr("Code for %1").arg(tabTitle(framework).remove(u'&')));
        auto* highlighter = new PythonHighlighter(text->document());
        connect(&Theme::instance(), &Theme::changed, highlighter, &QSyntaxHighlighter::rehighlight);
        m_tabs->addTab(text, tabTitle(framework));
    }
    m_copy->setToolTip(tr("Put this code on the clipboard"));
    m_save->setToolTip(tr("Write this code to a file"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->addButton(m_copy, QDialogButtonBox::ActionRole);
    buttons->addButton(m_save, QDialogButtonBox::ActionRole);
    m_copy->setDefault(true);
    connect(m_copy, &QPushButton::clicked, this, &CodeDialog::copy);
    connect(m_save, &QPushButton::clicked, this, &CodeDialog::askForFile);
    connect(m_tabs, &QTabWidget::currentChanged, this, &CodeDialog::updateButtons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(8);
    column->addWidget(title);
    column->addWidget(m_words);
    column->addWidget(m_tabs, 1);
    column->addWidget(buttons);
    updateButtons();
    ask(subject);
}

QPlainTextEdit& CodeDialog::text(Framework framework) const
{
    return *static_cast<QPlainTextEdit*>(m_tabs->widget(static_cast<int>(framework)));
}

void CodeDialog::ask(const ExportSubject& subject)
{
    m_bridge.ask<Codes>(
        QStringLiteral("code"), this,
        [subject](DebugSession& session, std::stop_token stop) {
            const Snapshot& snapshot = *session.snapshot();
            const Result<FixToExport> fix = subject.before ? Result<FixToExport>(Error{})
                                                           : fixOf(session, subject.node, {}, stop);
            const auto in = [&](Framework framework) {
                return fix ? codeOf(*snapshot.program, *fix, framework)
                           : insertionCodeOf(subject.before ? *subject.before : *snapshot.document,
                                             subject.node, subject.insertion, framework);
            };
            return Codes{in(Framework::TensorFlow), in(Framework::PyTorch), in(Framework::Jax)};
        },
        [this](const Codes& codes) { fill(codes); });
}

void CodeDialog::fill(const Codes& codes)
{
    m_isFilled = true;
    for (const Framework framework : kFrameworks) {
        const auto index = static_cast<size_t>(framework);
        const Result<std::string>& code = codes[index];
        m_hasCode[index] = static_cast<bool>(code);
        text(framework).setPlainText(QString::fromStdString(code ? *code : code.error().text()));
    }
    m_words->setText(tr("With a test that fails without it: run the file, or pytest, where the "
                        "framework is installed."));
    updateButtons();
    m_tabs->currentWidget()->setFocus();
}

void CodeDialog::updateButtons()
{
    const bool hasCode = m_hasCode[static_cast<size_t>(m_tabs->currentIndex())];
    m_copy->setEnabled(hasCode);
    m_save->setEnabled(hasCode);
}

QString CodeDialog::code() const
{
    const int index = m_tabs->currentIndex();
    return m_hasCode[static_cast<size_t>(index)] ? text(static_cast<Framework>(index)).toPlainText()
                                                 : QString();
}

void CodeDialog::copy()
{
    QApplication::clipboard()->setText(code());
    m_words->setText(tr("Copied."));
}

void CodeDialog::askForFile()
{
    const QString word = m_tabs->tabText(m_tabs->currentIndex()).remove(u'&').toLower();
    const QString path = QFileDialog::getSaveFileName(this, tr("Save the code"),
                                                      QStringLiteral("%1_%2.py").arg(m_name, word),
                                                      tr("Python (*.py);;All files (*)"));
    if (!path.isEmpty())
        saveTo(path);
}

void CodeDialog::saveTo(const QString& path)
{
    const Result<void> written = writeFile(path.toStdString(), code().toStdString());
    m_words->setText(written ? tr("Saved to %1.").arg(path)
                             : QString::fromStdString(written.error().text()));
}

}
