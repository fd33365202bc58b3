#include "views/search/search_popup.h"

#include "views/search/search_delegate.h"
#include "views/style/icons.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QVBoxLayout>

#include <algorithm>

namespace backstep {

namespace {
constexpr int kWidth = 620, kMostRows = 11, kTop = 44;
}

SearchPopup::SearchPopup(QWidget* window)
    : QFrame(window), m_edit(new QLineEdit(this)), m_list(new QListView(this)),
      m_model(new SearchModel(this))
{
    setProperty("card", true);
    setAccessibleName(tr("Search"));
    m_edit->setPlaceholderText(tr("Ops, layers, weights, commands, help"));
    m_edit->setAccessibleName(tr("What to look for"));
    m_edit->addAction(inkIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
    m_edit->setFixedHeight(34);
    m_edit->installEventFilter(this);
    window->installEventFilter(this);
    m_list->setModel(m_model);
    m_list->setItemDelegate(new SearchDelegate(m_list));
    m_list->setAccessibleName(tr("What was found"));
    m_list->setFocusPolicy(Qt::NoFocus); // typing goes on
    m_list->setMouseTracking(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setUniformItemSizes(true);
    connect(m_edit, &QLineEdit::textChanged, this, [this](const QString& typed) {
        m_model->setTyped(typed);
        mark(0);
        place();
    });
    connect(m_list, &QListView::clicked, this, &SearchPopup::take);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(6);
    column->addWidget(m_edit);
    column->addWidget(m_list, 1);
    hide();
}

void SearchPopup::open(std::vector<SearchEntry> entries)
{
    if (isHidden())
        m_before = window()->focusWidget();
    m_edit->clear();
    m_model->setEntries(std::move(entries));
    mark(0);
    place();
    show();
    raise();
    m_edit->setFocus(Qt::PopupFocusReason);
}

/// At the top of the window, as high as there are rows.
void SearchPopup::place()
{
    const int rows = std::min(kMostRows, m_model->rowCount());
    const int width = std::min(kWidth, parentWidget()->width() - 32);
    const int height =
        m_edit->height() + 16 + (rows > 0 ? rows * SearchDelegate::kRowHeight + 8 : 0);
    setGeometry((parentWidget()->width() - width) / 2, kTop, width,
                std::min(height, parentWidget()->height() - kTop - 16));
    m_list->setVisible(rows > 0);
}

void SearchPopup::mark(int row)
{
    const int last = m_model->rowCount() - 1;
    if (last >= 0)
        m_list->setCurrentIndex(m_model->index(std::clamp(row, 0, last), 0));
}

void SearchPopup::take(const QModelIndex& index)
{
    if (!index.isValid() || !m_model->entry(index.row()).isEnabled)
        return;
    const SearchEntry entry = m_model->entry(index.row());
    dismiss();
    emit chosen(entry);
}

void SearchPopup::dismiss()
{
    hide();
    if (m_before)
        m_before->setFocus(Qt::PopupFocusReason);
}

bool SearchPopup::takesKey(int key)
{
    const int row = m_list->currentIndex().row();
    switch (key) {
    case Qt::Key_Up:
        mark(row - 1);
        return true;
    case Qt::Key_Down:
        mark(row + 1);
        return true;
    case Qt::Key_PageUp:
        mark(row - kMostRows + 1);
        return true;
    case Qt::Key_PageDown:
        mark(row + kMostRows - 1);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        take(m_list->currentIndex());
        return true;
    case Qt::Key_Escape:
        dismiss();
        return true;
    case Qt::Key_Tab:
    case Qt::Key_Backtab:
        return true; // there is nowhere else to go
    default:
        return false;
    }
}

bool SearchPopup::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && !isHidden())
        place();
    if (watched != m_edit)
        return QFrame::eventFilter(watched, event);
    if (event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept(); // before the window takes it
        return true;
    }
    if (event->type() == QEvent::KeyPress)
        return takesKey(static_cast<QKeyEvent*>(event)->key());
    if (event->type() == QEvent::FocusOut && !isHidden())
        hide();
    return QFrame::eventFilter(watched, event);
}

}
