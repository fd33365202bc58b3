#include "views/models/gradcheck_model.h"

#include "views/models/op_text.h"
#include "views/style/badge.h"
#include "views/style/row_delegate.h"
#include "views/style/value_text.h"

#include <algorithm>

namespace backstep {

namespace {

/// The worst comes first; surrogates, which differ on purpose, behind what was not decided.
int orderOf(CheckMark mark)
{
    switch (mark) {
    case CheckMark::Fails:
        return 0;
    case CheckMark::NotDecided:
        return 1;
    case CheckMark::Surrogate:
        return 2;
    case CheckMark::Passes:
        return 3;
    case CheckMark::None:
        break;
    }
    return 4;
}

bool hasError(const OpGradcheck& check)
{
    return check.isChecked &&
           (check.report.differing > 0 || check.report.agreeing > check.report.zero);
}

double errorOf(const OpGradcheck& check)
{
    return hasError(check) ? check.report.worst.relativeError : 0;
}

}

QString errorText(const OpGradcheck& check)
{
    return hasError(check) ? numberText(check.report.worst.relativeError) : QString();
}

QString elementText(const OpGradcheck& check)
{
    if (!hasError(check))
        return {};
    // Where there are too many to go one by one, all are weighed and looked at together.
    const bool areAllOutputs = check.report.worst.output.value == kNoValue;
    const bool areAllInputs = check.report.worst.input.value == kNoValue;
    if (areAllOutputs && areAllInputs)
        return GradcheckModel::tr("all elements together");
    const QString output = QString::fromStdString(check.worstOutput);
    const QString input = QString::fromStdString(check.worstInput);
    return GradcheckModel::tr("%1 by %2")
        .arg(areAllOutputs ? GradcheckModel::tr("all outputs") : output,
             areAllInputs ? GradcheckModel::tr("all inputs") : input);
}

QString remarkText(const OpGradcheck& check)
{
    const JacobianEntry& worst = check.report.worst;
    if (check.isChecked && check.report.differing > 0)
        return GradcheckModel::tr("gradient %1, slope %2")
            .arg(numberText(worst.gradient), numberText(worst.slope));
    if (!check.remark.empty())
        return QString::fromStdString(check.remark);
    if (check.isChecked && check.report.verdict == GradcheckVerdict::NotDecided)
        return GradcheckModel::tr("all slopes are zero or below the noise");
    return {};
}

GradcheckModel::GradcheckModel(QObject* parent) : QAbstractTableModel(parent) {}

void GradcheckModel::setRows(std::shared_ptr<const Snapshot> snapshot,
                             std::vector<OpGradcheck> rows)
{
    beginResetModel();
    m_snapshot = std::move(snapshot);
    m_rows = std::move(rows);
    std::stable_sort(m_rows.begin(), m_rows.end(), [](const auto& a, const auto& b) {
        return std::pair(orderOf(markOf(a)), -errorOf(a)) <
               std::pair(orderOf(markOf(b)), -errorOf(b));
    });
    endResetModel();
}

int GradcheckModel::countOf(CheckMark mark) const
{
    return static_cast<int>(
        std::count_if(m_rows.begin(), m_rows.end(),
                      [mark](const OpGradcheck& row) { return markOf(row) == mark; }));
}

OpAddress GradcheckModel::address(int index) const
{
    return row(index).at;
}

int GradcheckModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int GradcheckModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString GradcheckModel::text(const OpGradcheck& check, int column) const
{
    const bool isOp = check.node != kNoNode && m_snapshot && m_snapshot->program->has(check.node);
    switch (column) {
    case OpColumn:
        return isOp ? opText(*m_snapshot->program, check.node) : tr("(whole model)");
    case LayerColumn:
        return isOp ? layerText(*m_snapshot->program, check.node) : QString();
    case VerdictColumn:
        return QString::fromStdString(check.verdict);
    case ErrorColumn:
        return errorText(check);
    case PlaceColumn: {
        if (!hasError(check))
            return {};
        const QString at = timestepText(check.at.at);
        return (at.isEmpty() ? QString() : at + QLatin1Char(' ')) + elementText(check);
    }
    case RemarkColumn:
        return remarkText(check);
    default:
        return {};
    }
}

QVariant GradcheckModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const OpGradcheck& check = row(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::ToolTipRole:
        return text(check, index.column());
    case BadgeRole:
        if (index.column() == OpColumn)
            return QVariant::fromValue(badgeOfCheck(markOf(check)));
        return {};
    case MonoRole:
        return index.column() == ErrorColumn || index.column() == PlaceColumn;
    case Qt::AccessibleTextRole: {
        QStringList words;
        for (int column = 0; column < ColumnCount; ++column)
            if (const QString cell = text(check, column); !cell.isEmpty())
                words << cell;
        return words.join(QStringLiteral(", "));
    }
    default:
        return {};
    }
}

QVariant GradcheckModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    const QString names[]{tr("Op"),          tr("Layer"), tr("Verdict"),
                          tr("Worst error"), tr("Where"), tr("Remark")};
    return section < ColumnCount ? names[section] : QVariant();
}

}
