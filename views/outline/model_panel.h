#pragma once

#include "engine/graph/ids.h"

#include <QWidget>

#include <vector>

class QTreeView;

namespace backstep {

class GraphTreeModel;
class Selection;
class SessionBridge;
class WatchList;
class WeightsBar;
class WeightsModel;

/// What the model is: layers with their weights and ops, and how many weights learn.
class ModelPanel : public QWidget
{
    Q_OBJECT
public:
    ModelPanel(SessionBridge& bridge, Selection& selection, QWidget* parent = nullptr);
    QTreeView& tree() { return *m_tree; }
    WatchList& watches() { return *m_watches; }
    const WeightsModel& weights() const { return *m_weightsModel; }
    /// Opens and selects the rows of these weights.
    void showWeights(const std::vector<ValueId>& weights);

private:
    void makeTree();
    void refresh();
    void openAtStart();
    void follow();
    void choose(const QModelIndex& index);

    SessionBridge& m_bridge;
    Selection& m_selection;
    GraphTreeModel* m_model;
    WeightsModel* m_weightsModel;
    QTreeView* m_tree;
    WeightsBar* m_weightsBar;
    WatchList* m_watches;
    bool m_isFollowing = false;
};

}
