#include "views/builder/new_model_dialog.h"

#include "views/models/session_bridge.h"
#include "views/style/fonts.h"
#include "views/style/labels.h"
#include "views/style/row_delegate.h"

#include <QDialogButtonBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

namespace backstep {

NewModelDialog::NewModelDialog(SessionBridge& bridge, QWidget* parent)
    : QDialog(parent), m_bridge(bridge),
      m_line(new QLineEdit(
          QStringLiteral("x: float32[2, 12, 8] -> LSTM(16) -> sign -> Dense(10) -> mse"), this)),
      m_caret(new QLabel(this)), m_message(new QLabel(this)), m_layers(new QListWidget(this)),
      m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this))
{
    setWindowTitle(tr("New model"));
    auto* title = new QLabel(tr("Build a model from text"), this);
    title->setStyleSheet(QStringLiteral("font-size: 16px; font-weight: 600;"));
    auto* hint = quietLabel(
        tr("An input with its type and sizes [batch, time, features], then layers, then the loss."),
        "second", this);
    m_line->setFont(monoFont(13));
    m_line->setAccessibleName(tr("Model as text"));
    m_line->setMinimumWidth(620);
    m_caret->setFont(monoFont(13));
    m_caret->setContentsMargins(10, 0, 0, 0);
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText);
    m_message->setMinimumHeight(36);
    m_message->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_layers->setItemDelegate(new RowDelegate(RowDelegate::Form::Tree, 24, m_layers));
    m_layers->setSelectionMode(QAbstractItemView::NoSelection);
    m_layers->setFocusPolicy(Qt::NoFocus);
    m_layers->setAccessibleName(tr("Layers of the model"));
    m_layers->setFixedHeight(132);
    m_buttons->button(QDialogButtonBox::Ok)->setText(tr("Build"));
    styled(m_buttons->button(QDialogButtonBox::Ok), "primary");

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 20, 24, 20);
    column->setSpacing(6);
    column->addWidget(title);
    column->addWidget(hint);
    column->addSpacing(8);
    column->addWidget(m_line);
    column->addWidget(m_caret);
    column->addWidget(m_message);
    column->addWidget(m_layers);
    column->addSpacing(6);
    column->addWidget(m_buttons);

    connect(m_line, &QLineEdit::textChanged, this, &NewModelDialog::check);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &NewModelDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(&bridge, &SessionBridge::textPreviewReady, this, &NewModelDialog::take);
    m_line->setFocus();
    check();
}

QString NewModelDialog::text() const
{
    return m_line->text();
}

void NewModelDialog::check()
{
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(true);
    m_reading = Reading::Pending;
    m_isAccepting = false;
    m_asked = m_bridge.requestTextPreview(m_line->text());
}

void NewModelDialog::accept()
{
    m_isAccepting = m_reading == Reading::Pending;
    if (m_reading == Reading::Good)
        QDialog::accept();
}

void NewModelDialog::take(Ticket ticket, const TextPreview& preview)
{
    if (ticket != m_asked)
        return;
    const bool isGood = !preview.error;
    m_reading = isGood ? Reading::Good : Reading::Bad;
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(isGood);
    m_layers->clear();
    m_caret->clear();
    if (isGood) {
        m_message->setText(tr("This makes:"));
        for (const QString& line : preview.layers) {
            auto* item = new QListWidgetItem(line.section(QLatin1String(": "), 0, 0), m_layers);
            item->setData(DetailRole, line.section(QLatin1String(": "), 1));
            item->setData(IconNameRole, QStringLiteral("layers"));
        }
        if (m_isAccepting)
            accept();
        return;
    }
    const Error& error = *preview.error;
    if (error.column >= 0)
        m_caret->setText(QString(error.column, QLatin1Char(' ')) + QLatin1Char('^'));
    m_message->setText(QString::fromStdString(
        error.hint.empty() ? error.message : error.message + "\n" + error.hint));
}

}
