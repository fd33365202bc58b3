#pragma once

#include <QTimer>
#include <QWidget>

namespace backstep {

class Actions;
class GraphView;
class OverviewStrip;
class Selection;
class SessionBridge;
class TimeRail;

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

signals:
    /// A layout that takes a while; an empty title ends it.
    void layoutProgressed(const QString& title);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void takeDocument();
    void takePass();
    void takeLayout(int done, int total);
    void follow();

    SessionBridge& m_bridge;
    Selection& m_selection;
    GraphView* m_graph;
    OverviewStrip* m_overview;
    TimeRail* m_rail;
    QTimer m_slowLayout; ///< nobody is told of quick ones
    int m_opsToLayOut = 0;
    bool m_isTelling = false; ///< the selection comes from the graph: it must not scroll
};

}
