#include "views/gradient/example_list.h"

#include "engine/diagnostics/surrogates.h"
#include "views/models/gradient_targets.h"
#include "views/style/row_delegate.h"

namespace backstep {

namespace {

constexpr int kRowHeight = 20;
constexpr int kExpressionRole = Qt::UserRole;

}

ExampleList::ExampleList(QWidget* parent) : QListWidget(parent)
{
    setAccessibleName(tr("Example gradients"));
    setItemDelegate(new RowDelegate(RowDelegate::Form::Tree, kRowHeight, this));
    setMouseTracking(true);
    setFlow(QListView::TopToBottom);
    setWrapping(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setResizeMode(QListView::Adjust);
    for (const Surrogate& row : surrogates()) {
        const QString expression = QString::fromUtf8(row.gradient.data());
        auto* item = new QListWidgetItem(QString::fromUtf8(row.title.data()), this);
        item->setData(DetailRole, readingText(std::string(row.gradient)));
        item->setData(kExpressionRole, expression);
        item->setToolTip(expression);
    }
    const auto choose = [this](const QListWidgetItem* item) {
        emit chosen(item->data(kExpressionRole).toString());
    };
    connect(this, &QListWidget::itemClicked, this, choose);
    connect(this, &QListWidget::itemActivated, this, choose);
}

void ExampleList::resizeEvent(QResizeEvent* event)
{
    arrange();
    QListWidget::resizeEvent(event);
}

void ExampleList::arrange()
{
    const int rows = std::max(1, height() / kRowHeight);
    const int columns = std::max(1, (count() + rows - 1) / rows);
    setGridSize({viewport()->width() / columns - 1, kRowHeight});
}

}
