#pragma once

#include <QAbstractButton>

namespace backstep {

/// A large button on the first page: a drawing, a title, two lines of text, a chip and an action.
class LessonCard : public QAbstractButton
{
    Q_OBJECT
public:
    enum class Drawing : uint8_t {
        ZeroInTheMiddle, ///< an op that makes zeros of the gradient
        TextAtTheStart,  ///< text that an LSTM does not take
        LostInTheMiddle, ///< an op of the user's own without its gradient
    };
    struct Content {
        Drawing drawing;
        QString title, lesson, chip, action;
    };
    LessonCard(Content content, QWidget* parent = nullptr);
    QSize sizeHint() const override { return {250, 236}; }

protected:
    void paintEvent(QPaintEvent*) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void paintDrawing(QPainter& painter, const QRectF& area) const;

    Content m_content;
};

}
