#pragma once

#include "engine/diagnostics/finding.h"
#include "engine/session/observer.h"

#include <QWidget>

class QButtonGroup;
class QComboBox;
class QLabel;
class QPushButton;
class QVBoxLayout;

namespace backstep {

class SectionHead;
class SharpnessRow;
class SessionBridge;

/// What can be done about the selected op: known surrogates and forwards, one's own
/// gradient, ops before it, or nothing.
class FixSection : public QWidget
{
    Q_OBJECT
public:
    explicit FixSection(SessionBridge& bridge, QWidget* parent = nullptr);
    /// kNoNode hides the section.
    void setOp(NodeId node);
    /// The keys go to the choice of fixes.
    void focusChoice();

signals:
    /// "Write my own…": the gradient editor takes over.
    void editorWanted();
    /// "Say what it computes…": the forward editor takes over.
    void forwardWanted();
    /// "As code…" of the gradient that is attached.
    void codeWanted();

protected:
    /// Return on a choice applies it.
    void keyPressEvent(QKeyEvent* event) override;

private:
    /// A choice holds for the op that it was made for.
    void addScope(const QString& words, GradientTarget::Scope scope);
    void rebuildOptions(const std::vector<Fix>& fixes, bool keepsChoice);
    void addGroup(const QString& kind);
    void updateChoice();
    void apply();
    void remove();

    SessionBridge& m_bridge;
    NodeId m_node = kNoNode;
    SectionHead* m_head;
    QWidget* m_attached;
    QLabel* m_attachedText;
    QPushButton* m_code;
    QLabel* m_precedence; ///< who is in force for the op, the losers struck out
    QVBoxLayout* m_optionColumn;
    QButtonGroup* m_options;
    QList<QLabel*> m_groups; ///< heads of the kinds
    SharpnessRow* m_sharpness;
    QLabel* m_hint;
    QComboBox* m_scope;
    QPushButton* m_apply;
    std::string m_givenFor;   ///< the op whose forward was given; "" where the file's own stands
    int m_forwardOption = -1; ///< of the option for the forward editor
    std::vector<Fix> m_fixes; ///< by option; plain ones for the editor and for nothing
};

}
