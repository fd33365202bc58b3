#pragma once

#include <QWidget>

namespace backstep {

class Actions;
class GraphView;
class Selection;
class SessionBridge;

/// The graph with its overview and its time rail, on one selection and one pass.
class CanvasPage : public QWidget
{
    Q_OBJECT
public:
    CanvasPage(SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);
    /// Single letters act only while the graph has the focus.
    void connectActions(const Actions& actions);
    void showWhole();
    GraphView& graph() { return *m_graph; }

private:
    void takeDocument();
    void takePass();
    void follow();

    SessionBridge& m_bridge;
    Selection& m_selection;
    GraphView* m_graph;
    bool m_isTelling = false; ///< the selection comes from the graph: it must not scroll
};

}
