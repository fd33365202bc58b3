#pragma once

#include <QStringList>
#include <QWidget>

namespace backstep {

/// Where one is: file > layer > op @ t; at the right what is wrong with the whole model.
class BreadcrumbBar : public QWidget
{
    Q_OBJECT
public:
    explicit BreadcrumbBar(QWidget* parent = nullptr);
    void setPlace(const QStringList& parts);
    void setSummary(const QString& summary);
    const QStringList& place() const { return m_parts; }
    const QString& summary() const { return m_summary; }
    QSize sizeHint() const override { return {400, 29}; }

protected:
    void paintEvent(QPaintEvent*) override;

private:
    QStringList m_parts;
    QString m_summary;
};

}
