#pragma once

#include <QAbstractButton>

namespace backstep {

/// A large button on the first page: a drawing, a title, two lines of text, a chip and an action.
class LessonCard : public QAbstractButton
{
    Q_OBJECT
public:
    enum class Drawing : uint8_t { ZeroInTheMiddle, TextToModel };
    struct Content {
        Drawing drawing;
        QString title, lesson, chip, action;
    };
    LessonCard(Content content, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {380, 250}; }

protected:
    void paintEvent(QPaintEvent*) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void paintZero(QPainter& painter, const QRectF& area) const;
    void paintText(QPainter& painter, const QRectF& area) const;

    Content m_content;
};

}
