#include "views/style/row_delegate.h"

#include "views/style/badge.h"
#include "views/style/fonts.h"
#include "views/style/icons.h"
#include "views/style/palette.h"

#include <QMouseEvent>
#include <QPainter>

#include <algorithm>

namespace backstep {

namespace {
constexpr int kBadge = 14;
constexpr int kIcon = 16;
constexpr int kButtonHeight = 22;

/// The whole text, or as many of its clauses as fit when these fill the better part of the room,
/// else what fits and an ellipsis.
QString fittedText(const QString& text, const QFontMetrics& metrics, int room)
{
    if (metrics.horizontalAdvance(text) <= room)
        return text;
    for (qsizetype end = text.size() - 1; end > 0; --end) {
        if (text[end] != QLatin1Char(' ') || !QStringLiteral(",.;").contains(text[end - 1]))
            continue;
        const QString clauses = text.left(end - 1);
        const int width = metrics.horizontalAdvance(clauses);
        if (width <= room && width * 2 >= room)
            return clauses;
    }
    return metrics.elidedText(text, Qt::ElideRight, room);
}

}

RowDelegate::RowDelegate(Form form, int rowHeight, QObject* parent)
    : QStyledItemDelegate(parent), m_form(form), m_rowHeight(rowHeight)
{}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    return {QStyledItemDelegate::sizeHint(option, index).width(), m_rowHeight};
}

QRect RowDelegate::buttonRect(const QRect& cell, const QString& text) const
{
    const int width = QFontMetrics(uiFont(12, QFont::DemiBold)).horizontalAdvance(text) + 18;
    return {cell.right() - width - 11, cell.center().y() - kButtonHeight / 2 + 1, width,
            kButtonHeight};
}

void RowDelegate::paintBackground(QPainter& painter, const QStyleOptionViewItem& option,
                                  const QModelIndex& index) const
{
    const Palette& palette = Palette::current();
    const bool isSelected = option.state & QStyle::State_Selected;
    if (isSelected)
        painter.fillRect(option.rect, palette.tint);
    else if (option.state & QStyle::State_MouseOver)
        painter.fillRect(option.rect, palette.raised);
    if (m_form != Form::Table)
        return;
    painter.fillRect(QRect(option.rect.left(), option.rect.bottom(), option.rect.width(), 1),
                     palette.rule);
    if (isSelected && index.column() == 0)
        painter.fillRect(QRect(option.rect.left(), option.rect.top(), 3, option.rect.height()),
                         palette.accent);
}

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                        const QModelIndex& index) const
{
    const Palette& palette = Palette::current();
    const bool isSelected = option.state & QStyle::State_Selected;
    painter->save();
    paintBackground(*painter, option, index);

    const QString button = index.data(ButtonRole).toString();
    if (!button.isEmpty()) {
        const QRectF box = QRectF(buttonRect(option.rect, button)).adjusted(0.5, 0.5, -0.5, -0.5);
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(isSelected ? palette.accent : palette.controlBorder);
        painter->setBrush(isSelected ? palette.accent : palette.panel);
        painter->drawRoundedRect(box, 5, 5);
        painter->setFont(uiFont(12, QFont::DemiBold));
        painter->setPen(isSelected ? palette.onAccent : palette.text);
        painter->drawText(box, Qt::AlignCenter, button);
        painter->restore();
        return;
    }

    QRect rest = option.rect.adjusted(m_form == Form::Table ? 8 : 4, 0, -8, 0);
    const Badge badge = index.data(BadgeRole).value<Badge>();
    if (!badge.isEmpty() && m_form == Form::Table) {
        paintBadge(*painter,
                   QRectF(rest.left() + 6, rest.center().y() - kBadge / 2.0 + 1, kBadge, kBadge),
                   badge);
        rest.setLeft(rest.left() + kBadge + 16);
    } else if (!badge.isEmpty()) {
        paintBadge(
            *painter,
            QRectF(rest.right() - kBadge, rest.center().y() - kBadge / 2.0 + 1, kBadge, kBadge),
            badge);
        rest.setRight(rest.right() - kBadge - 6);
    }
    const QString iconName = index.data(IconNameRole).toString();
    if (!iconName.isEmpty()) {
        inkIcon(iconName, Ink::Second)
            .paint(painter, QRect(rest.left(), rest.center().y() - kIcon / 2 + 1, kIcon, kIcon));
        rest.setLeft(rest.left() + kIcon + 6);
    }

    const bool isMono = index.data(MonoRole).toBool();
    QFont font =
        isMono ? monoFont(12)
               : uiFont(13, isSelected && index.column() == 0 ? QFont::DemiBold : QFont::Normal);
    const QVariant ownFont = index.data(Qt::FontRole);
    if (ownFont.isValid() && !isMono)
        font = ownFont.value<QFont>();
    painter->setFont(font);
    painter->setPen(isMono ? palette.second : palette.text);
    const QFontMetrics metrics(font);
    const QString text = fittedText(index.data(Qt::DisplayRole).toString(), metrics, rest.width());
    const QVariant alignment = index.data(Qt::TextAlignmentRole);
    painter->drawText(rest,
                      alignment.isValid() ? alignment.toInt()
                                          : static_cast<int>(Qt::AlignVCenter | Qt::AlignLeft),
                      text);

    const QString detail = index.data(DetailRole).toString();
    const int used = metrics.horizontalAdvance(text) + 7;
    // A detail that would be cut to a few letters says nothing.
    const int wanted = QFontMetrics(uiFont(12)).horizontalAdvance(detail);
    if (!detail.isEmpty() && rest.width() - used >= std::min(wanted, 60)) {
        painter->setFont(uiFont(12));
        painter->setPen(palette.second);
        const QRect place = rest.adjusted(used, 0, 0, 0);
        painter->drawText(
            place, Qt::AlignVCenter | Qt::AlignLeft,
            QFontMetrics(uiFont(12)).elidedText(detail, Qt::ElideRight, place.width()));
    }
    painter->restore();
}

bool RowDelegate::editorEvent(QEvent* event, QAbstractItemModel* model,
                              const QStyleOptionViewItem& option, const QModelIndex& index)
{
    const QString button = index.data(ButtonRole).toString();
    if (!button.isEmpty() && event->type() == QEvent::MouseButtonRelease) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() == Qt::LeftButton &&
            buttonRect(option.rect, button).contains(mouse->pos())) {
            emit buttonClicked(index);
            return true;
        }
    }
    return QStyledItemDelegate::editorEvent(event, model, option, index);
}

}
