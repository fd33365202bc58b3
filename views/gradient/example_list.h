#pragma once

#include <QListWidget>

namespace backstep {

/// Gradients to begin with, in as many columns as show all of them at once.
class ExampleList : public QListWidget
{
    Q_OBJECT
public:
    explicit ExampleList(QWidget* parent = nullptr);

signals:
    void chosen(const QString& expression);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void arrange();
};

}
