#pragma once

#include "views/inspector/op_facts.h"
#include "views/models/gradcheck_model.h"

#include <QScrollArea>

class QStackedWidget;
class QVBoxLayout;

namespace backstep {

class BodySection;
class CheckLine;
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
    /// The keys go to the fixes of the op.
    void focusFix();
    /// What the check of all gradients says of each op.
    void setChecks(std::shared_ptr<const OpCheckMarks> checks);
    /// False while the title stands elsewhere, in the bar over the panel.
    void setShowsTitle(bool isShown);

signals:
    void weightsWanted(const std::vector<ValueId>& weights);
    void editorWanted();
    void forwardWanted();
    void codeWanted();
    void titleChanged(const QString& title); ///< of what is shown; empty for nothing

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void fitHeight();
    QWidget* makePage();
    QWidget* makeScrolled(QWidget* page);
    QWidget* makeEmptyPage();
    void refresh();
    void show(const OpFacts& facts);
    void showNothing();
    void followLink();
    void showCheck();

    SessionBridge& m_bridge;
    Selection& m_selection;
    OpFacts m_facts;
    QStackedWidget* m_pages;
    ElidedLabel* m_title;
    ElidedLabel* m_subtitle;
    QVBoxLayout* m_blocks;
    StateCard* m_card;
    CheckLine* m_check;
    std::shared_ptr<const OpCheckMarks> m_checks;
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
