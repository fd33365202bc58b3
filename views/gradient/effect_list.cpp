#include "views/gradient/effect_list.h"

#include "views/style/badge.h"
#include "views/style/fonts.h"
#include "views/style/icons.h"
#include "views/style/labels.h"
#include "views/style/palette.h"
#include "views/style/theme.h"
#include "views/style/value_text.h"

#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace backstep {

namespace {

constexpr int kRowHeight = 25;

enum EffectRole { ShapeRole = Qt::UserRole, BeforeRole, AfterRole, NormRole, ShareRole };

class EffectDelegate : public QStyledItemDelegate
{
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override
    {
        return {200, kRowHeight};
    }
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override
    {
        const Palette& palette = Palette::current();
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRectF row(option.rect);
        const double nameWidth = 0.22 * row.width(), shapeWidth = 0.18 * row.width();
        const auto text = [&](double left, double width, const QString& words) {
            painter->drawText(QRectF(left, row.top(), width - 8, row.height()), Qt::AlignVCenter,
                              painter->fontMetrics().elidedText(words, Qt::ElideMiddle,
                                                                static_cast<int>(width - 8)));
        };
        painter->setFont(uiFont(13, QFont::Medium));
        painter->setPen(palette.text);
        text(row.left(), nameWidth, index.data().toString());
        painter->setFont(uiFont(12));
        painter->setPen(palette.second);
        text(row.left() + nameWidth, shapeWidth, index.data(ShapeRole).toString());
        double left = row.left() + nameWidth + shapeWidth;
        const double middle = row.center().y() + 0.5;
        paintBadge(*painter, QRectF(left, middle - 7, 14, 14),
                   index.data(BeforeRole).value<Badge>());
        inkIcon(QStringLiteral("chevron"), Ink::Second)
            .paint(painter,
                   QRect(static_cast<int>(left) + 20, static_cast<int>(middle) - 6, 12, 12));
        paintBadge(*painter, QRectF(left + 38, middle - 7, 14, 14),
                   index.data(AfterRole).value<Badge>());
        left += 66;
        const QVariant norm = index.data(NormRole);
        painter->setFont(monoFont(12));
        painter->setPen(palette.text);
        constexpr double kNumberWidth = 74;
        if (norm.isValid())
            painter->drawText(
                QRectF(row.right() - kNumberWidth, row.top(), kNumberWidth, row.height()),
                Qt::AlignRight | Qt::AlignVCenter, numberText(norm.toDouble()));
        const double room = row.right() - kNumberWidth - 12 - left;
        if (const double share = index.data(ShareRole).toDouble(); share > 0) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(palette.backward);
            painter->drawRoundedRect(QRectF(left, middle - 3.5, std::max(3.0, share * room), 7),
                                     3.5, 3.5);
        }
        painter->restore();
    }
};

/// By the logarithm: five decades below the largest are shown.
double shareOf(double norm, double largest)
{
    if (!(norm > 0) || !(largest > 0) || !std::isfinite(largest))
        return 0;
    return std::clamp(1 + std::log10(norm / largest) / 5, 0.02, 1.0);
}

}

EffectList::EffectList(QWidget* parent)
    : QWidget(parent), m_head(new SectionHead(tr("With this gradient"), this)),
      m_rows(new QListWidget(this))
{
    m_rows->setAccessibleName(tr("Weights with this gradient"));
    m_rows->setItemDelegate(new EffectDelegate(m_rows));
    m_rows->setSelectionMode(QAbstractItemView::NoSelection);
    m_rows->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_head);
    column->addWidget(m_rows, 1);
    // Badges hold the colours of their theme.
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        if (m_rows->count() > 0)
            rebuild();
    });
}

void EffectList::setTitle(const QString& title)
{
    m_head->setTitle(title);
    m_rows->setAccessibleName(title);
}

void EffectList::setWaiting(const QString& words)
{
    m_rows->clear();
    m_head->setRemark(words);
}

void EffectList::setEffect(const GradientEffect& effect, bool isAttached)
{
    m_effect = effect;
    m_isAttached = isAttached;
    rebuild();
}

void EffectList::rebuild()
{
    const GradientEffect& effect = m_effect;
    m_rows->clear();
    if (effect.error)
        return setWaiting(tr("it does not fit"));
    m_head->setRemark(m_isAttached ? tr("attached") : tr("preview, nothing attached yet"));
    double largest = 0;
    for (const WeightEffect& weight : effect.weights)
        largest = std::max(largest, weight.norm.value_or(0));
    for (const WeightEffect& weight : effect.weights) {
        const Badge before = badgeOfWeight(weight.before.flow, weight.before.isIncomplete),
                    after = badgeOfWeight(weight.after.flow, weight.after.isIncomplete);
        const QString name = QString::fromStdString(weight.name);
        auto* item = new QListWidgetItem(name, m_rows);
        item->setData(ShapeRole, QString::fromStdString(weight.shape.text()));
        item->setData(BeforeRole, QVariant::fromValue(before));
        item->setData(AfterRole, QVariant::fromValue(after));
        if (weight.norm) {
            item->setData(NormRole, *weight.norm);
            item->setData(ShareRole, shareOf(*weight.norm, largest));
        }
        const QString words =
            tr("%1: before %2, with this gradient %3").arg(name, before.word, after.word);
        item->setToolTip(words);
        item->setData(Qt::AccessibleTextRole, words);
    }
}

}
