#pragma once

#include "views/inspector/op_facts.h"

#include <QScrollArea>

class QLabel;
class QStackedWidget;

namespace backstep {

class BodySection;
class DerivativePlot;
class ElidedLabel;
class FixSection;
class SectionHead;
class Selection;
class SessionBridge;
class StateCard;
class ValueList;

/// The selected op or weight: its state and why, its derivative, its values, and the fixes.
class InspectorPanel : public QWidget
{
    Q_OBJECT
public:
    InspectorPanel(SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);
    ValueList& values() { return *m_values; }

signals:
    void weightsWanted(const std::vector<ValueId>& weights);
    void editorWanted();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void showPlot();
    QWidget* makePage();
    QWidget* makeEmptyPage();
    void refresh();
    void show(const OpFacts& facts);
    void followLink();

    SessionBridge& m_bridge;
    Selection& m_selection;
    OpFacts m_facts;
    QStackedWidget* m_pages;
    QLabel* m_title;
    QLabel* m_subtitle;
    StateCard* m_card;
    DerivativePlot* m_plot;
    QWidget* m_derivativeBlock;
    SectionHead* m_derivativeHead;
    ElidedLabel* m_derivative;
    SectionHead* m_valuesHead;
    ValueList* m_values;
    BodySection* m_body;
    QWidget* m_fixRule;
    FixSection* m_fix;
};

}
