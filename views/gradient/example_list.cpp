#include "views/gradient/example_list.h"

#include "views/models/gradient_targets.h"
#include "views/style/row_delegate.h"

namespace backstep {

namespace {

constexpr int kRowHeight = 20;
constexpr int kExpressionRole = Qt::UserRole;

std::vector<Fix> exampleGradients()
{
    std::vector<Fix> examples = commonSurrogates();
    examples.push_back({ExampleList::tr("Bell").toStdString(), "dy * exp(-x**2)"});
    examples.push_back({ExampleList::tr("Fast sigmoid").toStdString(), "dy / (1 + 5 * abs(x))**2"});
    examples.push_back({ExampleList::tr("Zero").toStdString(), "dy * 0"});
    return examples;
}

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
    for (const Fix& example : exampleGradients()) {
        const QString expression = QString::fromStdString(example.expression);
        auto* item = new QListWidgetItem(QString::fromStdString(example.title), this);
        item->setData(DetailRole, readingText(example.expression));
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
