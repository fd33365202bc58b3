#pragma once

#include <QWidget>

class QLabel;
class QSlider;

namespace backstep {

/// The sharpness k of a smooth form: a slider that is even on a logarithmic scale, and its number
/// to two digits.
class SharpnessSlider : public QWidget
{
    Q_OBJECT
public:
    explicit SharpnessSlider(QWidget* parent = nullptr);
    /// Hidden where `sharpness` is 0: the form has none. Does not tell of the change.
    void setForm(double sharpness, double least, double most);
    double sharpness() const { return m_sharpness; }

signals:
    void moved(double sharpness);

private:
    double notchValue() const;
    void setSharpness(double sharpness);

    double m_least = 1, m_most = 1;
    double m_sharpness = 1; ///< as it was set, until the slider moves
    QSlider* m_slider;
    QLabel* m_number;
};

}
