#include "views/gradient/surrogate_list.h"

#include "engine/checks/known_gradient.h"
#include "views/gradient/surrogate_delegate.h"
#include "views/models/own_gradients.h"
#include "views/style/icons.h"
#include "views/style/labels.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
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

QListWidgetItem* addRow(QListWidget& rows, const QString& title, const QString& gradient,
                        const std::vector<double>& slopes, double live, const QString& tip)
{
    auto* item = new QListWidgetItem(title, &rows);
    item->setData(GradientRole, gradient);
    item->setData(SlopesRole, asList(slopes));
    item->setData(LiveRole, live);
    item->setToolTip(tip);
    item->setData(Qt::AccessibleTextRole, QStringLiteral("%1: %2").arg(title, gradient));
    return item;
}

std::vector<double> thumbnail(const QString& gradient)
{
    constexpr int kSamples = 81;
    std::vector<double> x;
    for (int i = 0; i < kSamples; ++i)
        x.push_back(-2 + 4.0 * i / (kSamples - 1));
    const Result<std::vector<double>> slopes = slopesOf(gradient.toStdString(), x);
    return slopes ? *slopes : std::vector<double>();
}

}

SurrogateList::SurrogateList(QWidget* parent)
    : QWidget(parent), m_filter(new QLineEdit(this)), m_rows(new QListWidget(this)),
      m_keep(new QPushButton(inkIcon(QStringLiteral("plus")), tr("Save mine to the list"), this)),
      m_head(new QWidget(this))
{
    auto* title = new QLabel(tr("Surrogates"), m_head);
    title->setStyleSheet(QStringLiteral("font-size: 15px; font-weight: 600;"));
    auto* head = new QHBoxLayout(m_head);
    head->setContentsMargins(0, 0, 0, 0);
    head->addWidget(title);
    head->addStretch(1);
    head->addWidget(quietLabel(tr("live on this data"), "second", m_head));

    m_filter->setPlaceholderText(tr("Filter"));
    m_filter->setClearButtonEnabled(true);
    m_filter->setAccessibleName(tr("Filter the surrogates"));
    connect(m_filter, &QLineEdit::textChanged, this, &SurrogateList::applyFilter);
    m_rows->setAccessibleName(tr("Surrogates"));
    m_rows->setItemDelegate(new SurrogateDelegate(m_rows));
    m_rows->setMouseTracking(true);
    m_rows->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_rows->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    const auto choose = [this](const QListWidgetItem* item) {
        emit chosen(item->data(GradientRole).toString());
    };
    connect(m_rows, &QListWidget::itemClicked, this, choose);
    connect(m_rows, &QListWidget::itemActivated, this, choose);
    m_keep->setToolTip(tr("Keep the gradient of the editor in this list, for other models too"));
    connect(m_keep, &QPushButton::clicked, this, &SurrogateList::keepCurrent);

    auto* foot = new QHBoxLayout;
    foot->addWidget(m_keep);
    foot->addStretch(1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 10);
    column->setSpacing(8);
    column->addWidget(m_head);
    column->addWidget(m_filter);
    column->addWidget(m_rows, 1);
    column->addLayout(foot);
}

void SurrogateList::setLow(bool isLow)
{
    for (QWidget* part : {m_head, static_cast<QWidget*>(m_filter), static_cast<QWidget*>(m_keep)})
        part->setHidden(isLow);
    layout()->setContentsMargins(12, isLow ? 4 : 12, 12, isLow ? 4 : 10);
}

void SurrogateList::setLook(const GradientSubject& look)
{
    m_looks = look.surrogates;
    rebuild();
}

void SurrogateList::rebuild()
{
    m_rows->clear();
    for (const SurrogateLook& look : m_looks) {
        const Surrogate& row = *look.row;
        addRow(*m_rows, QString::fromUtf8(row.title.data()), QString::fromUtf8(row.gradient.data()),
               look.slopes, look.live,
               row.source.empty() ? QString::fromUtf8(row.use.data())
                                  : tr("%1\nSource: %2")
                                        .arg(QString::fromUtf8(row.use.data()),
                                             QString::fromUtf8(row.source.data())));
    }
    for (const OwnGradient& own : ownGradients())
        addRow(*m_rows, own.title, own.gradient, thumbnail(own.gradient), -1,
               tr("Your own: %1").arg(own.gradient));
    applyFilter();
    setCurrent(m_current, m_keep->isEnabled());
}

void SurrogateList::applyFilter()
{
    const QString words = m_filter->text().trimmed();
    for (int row = 0; row < m_rows->count(); ++row) {
        QListWidgetItem* item = m_rows->item(row);
        const bool isMeant =
            item->text().contains(words, Qt::CaseInsensitive) ||
            item->data(GradientRole).toString().contains(words, Qt::CaseInsensitive);
        item->setHidden(!isMeant);
    }
}

void SurrogateList::setCurrent(const QString& gradient, bool isSound)
{
    m_current = gradient;
    int found = -1;
    for (int row = 0; row < m_rows->count() && found < 0; ++row)
        if (m_rows->item(row)->data(GradientRole).toString() == gradient.trimmed())
            found = row;
    m_rows->setCurrentRow(found);
    if (found < 0)
        m_rows->clearSelection();
    m_keep->setEnabled(isSound && found < 0 && !gradient.trimmed().isEmpty());
}

void SurrogateList::keepCurrent()
{
    const QString gradient = m_current.trimmed();
    const size_t number = ownGradients().size() + 1;
    keepOwnGradient({tr("Mine %1").arg(number), gradient});
    rebuild();
}

}
