#pragma once

#include <QLabel>
#include <QStyle>
#include <QWidget>

class QPushButton;

namespace backstep {

/// One line that is elided at its end when it does not fit; the whole text is the tool tip.
class ElidedLabel : public QLabel
{
public:
    explicit ElidedLabel(const QString& text = {}, QWidget* parent = nullptr);
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent*) override;
};

/// A section head: small capitals at the left, a quiet remark at the right.
class SectionHead : public QWidget
{
public:
    explicit SectionHead(const QString& title, QWidget* parent = nullptr);
    void setTitle(const QString& title);
    void setRemark(const QString& remark);

private:
    QLabel* m_title;
    ElidedLabel* m_remark;
};

/// A label in a quieter colour: "second" or "third".
QLabel* quietLabel(const QString& text, const char* tone = "second", QWidget* parent = nullptr);
/// A 1 px line across.
QWidget* ruleLine(QWidget* parent = nullptr);
/// A key as it is printed on a keyboard.
QLabel* keyCap(const QString& key, QWidget* parent = nullptr);
/// Sets a style property ("primary", "link", "small" ...); the style looks at it at once.
template<class W> W* styled(W* widget, const char* property)
{
    widget->setProperty(property, true);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    return widget;
}

/// One of our icons by itself; follows the theme, as a pixmap would not.
class IconLabel : public QWidget
{
public:
    IconLabel(const QString& name, int size, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent*) override;

private:
    QString m_name;
};

}
