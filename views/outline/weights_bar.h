#pragma once

#include <QWidget>

class QLabel;

namespace backstep {

class SectionHead;
class WeightsModel;

/// How many weights learn and how many do not, as one bar of proportions and in words.
class WeightsBar : public QWidget
{
    Q_OBJECT
public:
    explicit WeightsBar(WeightsModel& weights, QWidget* parent = nullptr);
    void refresh();

private:
    class Bar;
    WeightsModel& m_weights;
    Bar* m_bar;
    QLabel* m_words;
};

}
