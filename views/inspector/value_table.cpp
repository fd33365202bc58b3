#include "views/inspector/value_table.h"

#include "views/plots/heatmap.h"
#include "views/style/fonts.h"
#include "views/style/labels.h"
#include "views/style/palette.h"
#include "views/style/value_text.h"

#include <QHeaderView>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace backstep {

int64_t TensorTableModel::columns() const
{
    const Shape& shape = m_value->tensor.shape();
    return shape.rank() == 0 ? 1 : shape.back();
}

void TensorTableModel::setValue(std::shared_ptr<const ValueSnapshot> value)
{
    beginResetModel();
    m_value = std::move(value);
    endResetModel();
}

int TensorTableModel::rowCount(const QModelIndex& parent) const
{
    if (parent.isValid() || !m_value || m_value->tensor.isNull() || columns() == 0)
        return 0;
    return static_cast<int>(m_value->tensor.count() / columns());
}

int TensorTableModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() || !m_value || m_value->tensor.isNull() ? 0
                                                                    : static_cast<int>(columns());
}

QVariant TensorTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const int64_t element = index.row() * columns() + index.column();
    const bool isText = m_value->tensor.dtype() == DType::String;
    if (role == Qt::TextAlignmentRole)
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::DisplayRole)
        return isText
                   ? QString::fromStdString(m_value->tensor.strings()[static_cast<size_t>(element)])
                   : numberText(m_value->tensor.number(element));
    const double number = isText ? 0 : m_value->tensor.number(element);
    const double limit = std::max(std::abs(m_value->minimum), std::abs(m_value->maximum));
    if (role == Qt::BackgroundRole && !isText && std::isfinite(number))
        return divergingColour(number, limit);
    if (role == Qt::ForegroundRole && !isText && std::isfinite(number))
        return Palette::inkOn(divergingColour(number, limit));
    return {};
}

QVariant TensorTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || !m_value)
        return {};
    if (orientation == Qt::Horizontal)
        return section;
    // Rows are named by all axes but the last: "3" or "0, 3".
    const Shape& shape = m_value->tensor.shape();
    QStringList places;
    int64_t rest = section;
    for (int axis = shape.rank() - 2; axis >= 0; --axis) {
        places.prepend(QString::number(rest % shape[axis]));
        rest /= shape[axis];
    }
    return places.join(QStringLiteral(", "));
}

ValueTable::ValueTable(QWidget* parent)
    : QDialog(parent), m_statistics(quietLabel({}, "second", this)),
      m_model(new TensorTableModel(this)), m_view(new QTableView(this))
{
    m_statistics->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_statistics->setWordWrap(true);
    m_view->setModel(m_model);
    m_view->setFont(monoFont(12));
    m_view->setShowGrid(false);
    m_view->setAccessibleName(tr("Numbers of the value"));
    m_view->verticalHeader()->setDefaultSectionSize(22);
    m_view->verticalHeader()->setMinimumSectionSize(22);
    m_view->horizontalHeader()->setDefaultSectionSize(92);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 16);
    column->setSpacing(10);
    column->addWidget(m_statistics);
    column->addWidget(m_view, 1);
    resize(640, 420);
}

void ValueTable::setValue(const QString& title, std::shared_ptr<const ValueSnapshot> value)
{
    setWindowTitle(title);
    if (!value || value->tensor.dtype() == DType::String)
        m_statistics->setText(value ? QString::fromStdString(value->tensor.type().text())
                                    : tr("Not executed yet"));
    else
        m_statistics->setText(
            tr("%1 · min %2 · max %3 · mean %4 · norm %5 · zeros %6 of %7 · NaN %8 · Inf %9")
                .arg(QString::fromStdString(value->tensor.type().text()),
                     numberText(value->minimum), numberText(value->maximum),
                     numberText(value->mean), numberText(value->norm), countText(value->zeroCount),
                     countText(value->tensor.count()), countText(value->nanCount),
                     countText(value->infCount)));
    m_model->setValue(std::move(value));
}

}
