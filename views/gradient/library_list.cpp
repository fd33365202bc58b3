#include "views/gradient/library_list.h"

#include "views/gradient/library_delegate.h"
#include "views/inspector/sharpness_slider.h"
#include "views/style/labels.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

namespace backstep {

namespace {

QVariantList asList(const std::vector<double>& numbers)
{
    QVariantList list;
    for (const double number : numbers)
        list << number;
    return list;
}

}

LibraryList::LibraryList(const QString& title, const QString& remark, bool isOfGradients,
                         QWidget* parent)
    : QWidget(parent), m_head(new QWidget(this)), m_filter(new QLineEdit(this)),
      m_rows(new QListWidget(this)), m_absence(quietLabel({}, "second", this)),
      m_sharpness(new SharpnessSlider(this))
{
    auto* name = new QLabel(title, m_head);
    name->setStyleSheet(QStringLiteral("font-size: 15px; font-weight: 600;"));
    auto* head = new QHBoxLayout(m_head);
    head->setContentsMargins(0, 0, 0, 0);
    head->addWidget(name);
    head->addStretch(1);
    head->addWidget(quietLabel(remark, "second", m_head));

    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(tr("Filter the list"));
    connect(m_filter, &QLineEdit::textChanged, this, &LibraryList::applyFilter);
    m_rows->setAccessibleName(title);
    m_rows->setItemDelegate(new LibraryDelegate(isOfGradients, m_rows));
    m_rows->setMouseTracking(true);
    m_rows->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_rows->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    const auto choose = [this](const QListWidgetItem* item) {
        emit chosen(item->data(ExpressionRole).toString());
    };
    connect(m_rows, &QListWidget::itemClicked, this, choose);
    connect(m_rows, &QListWidget::itemActivated, this, choose);
    connect(m_sharpness, &SharpnessSlider::moved, this, &LibraryList::sharpen);
    m_sharpness->setForm(0, 1, 1);
    m_absence->setWordWrap(true);
    m_absence->hide();

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 10);
    column->setSpacing(8);
    column->addWidget(m_head);
    column->addWidget(m_filter);
    column->addWidget(m_absence);
    column->addWidget(m_rows, 1);
    column->addWidget(m_sharpness);
}

void LibraryList::addFoot(QWidget* foot)
{
    m_feet << foot;
    auto* row = new QHBoxLayout;
    row->addWidget(foot);
    row->addStretch(1);
    static_cast<QVBoxLayout*>(layout())->addLayout(row);
}

void LibraryList::setLow(bool isLow)
{
    for (QWidget* part : QList<QWidget*>{m_head, m_filter} + m_feet)
        part->setHidden(isLow);
    layout()->setContentsMargins(12, isLow ? 4 : 12, 12, isLow ? 4 : 10);
}

void LibraryList::setAbsence(const QString& words)
{
    m_absence->setText(words);
    m_absence->setHidden(words.isEmpty());
}

void LibraryList::setRows(std::vector<LibraryRow> rows)
{
    m_library = std::move(rows);
    m_taken = -1;
    m_rows->clear();
    for (const LibraryRow& row : m_library) {
        auto* item = new QListWidgetItem(row.title, m_rows);
        item->setData(ExpressionRole, row.text);
        item->setData(CurveRole, asList(row.curve));
        item->setData(ShareRole, row.share);
        item->setToolTip(row.toolTip);
        item->setData(Qt::AccessibleTextRole, QStringLiteral("%1: %2").arg(row.title, row.text));
    }
    applyFilter();
    setCurrent(m_current);
}

void LibraryList::applyFilter()
{
    const QString words = m_filter->text().trimmed();
    for (int row = 0; row < m_rows->count(); ++row) {
        QListWidgetItem* item = m_rows->item(row);
        const bool isMeant =
            item->text().contains(words, Qt::CaseInsensitive) ||
            item->data(ExpressionRole).toString().contains(words, Qt::CaseInsensitive);
        item->setHidden(!isMeant);
    }
}

bool LibraryList::isMarked() const
{
    return m_taken >= 0;
}

double LibraryList::sharpness() const
{
    return m_sharpness->sharpness();
}

void LibraryList::setCurrent(const QString& text)
{
    m_current = text;
    const bool isSharpened = m_taken >= 0 && text == m_sharpened;
    if (isSharpened)
        return; // the row stays the one whose slider made the text
    m_sharpened.clear();
    m_taken = -1;
    for (int row = 0; row < m_rows->count() && m_taken < 0; ++row)
        if (m_rows->item(row)->data(ExpressionRole).toString() == text.trimmed())
            m_taken = row;
    mark(m_taken, m_taken < 0 ? 0 : m_library[static_cast<size_t>(m_taken)].sharpness);
}

void LibraryList::take(int row, double sharpness)
{
    const LibraryRow& taken = m_library[static_cast<size_t>(row)];
    m_taken = row;
    m_sharpened = taken.textAt ? taken.textAt(sharpness) : taken.text;
    mark(row, sharpness);
}

void LibraryList::mark(int row, double sharpness)
{
    m_rows->setCurrentRow(row);
    if (row < 0)
        m_rows->clearSelection();
    const LibraryRow marked = row < 0 ? LibraryRow() : m_library[static_cast<size_t>(row)];
    m_sharpness->setForm(marked.textAt ? sharpness : 0, marked.least, marked.most);
}

void LibraryList::sharpen(double sharpness)
{
    if (m_taken < 0)
        return;
    m_sharpened = m_library[static_cast<size_t>(m_taken)].textAt(sharpness);
    emit sharpened(m_sharpened);
}

}
