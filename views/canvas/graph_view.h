#pragma once

#include "engine/session/observer.h"
#include "views/canvas/camera.h"
#include "views/canvas/canvas_painter.h"
#include "views/canvas/canvas_state.h"
#include "views/canvas/cell_layout_job.h"
#include "views/canvas/cut_paths.h"

#include <QAbstractScrollArea>

#include <memory>
#include <set>

namespace backstep {

class CanvasHeader;

/// The unrolled graph of a program: every op at every timestep, forward above, backward mirrored
/// below. Draws from a snapshot and the pass's position; holds no object for an op instance.
class GraphView : public QAbstractScrollArea
{
    Q_OBJECT
public:
    explicit GraphView(QWidget* parent = nullptr);
    ~GraphView() override;

    /// Lays out anew if the program changed, on a worker thread; the old picture stays until then.
    /// The camera stays where it is when the timelines are the same.
    void setSnapshot(std::shared_ptr<const Snapshot> snapshot);
    void setPassState(const PassState& pass);
    /// What the check of all gradients said: badges at the boxes.
    void setCheckMarks(std::shared_ptr<const OpCheckMarks> marks);
    /// Selects without telling: for a selection that comes from elsewhere. Does not scroll.
    void select(const OpAddress& address);
    void ensureVisible(const OpAddress& address);
    /// Marks the way from an op that cuts the gradient to the weights that lack it, until another
    /// op is selected.
    void showCutPaths(NodeId cut, const std::vector<ValueId>& weights);
    const CutPaths& cutPaths() const { return m_cutPaths; }

    const CanvasState& state() const { return m_state; }
    const Camera& camera() const { return m_camera; }
    Bands bands() const { return m_bands; }
    OpAddress selection() const;
    const BoxRef& selectedBox() const { return m_selected; }
    /// Whether the selected op is meant at all timesteps (Alt+click).
    bool isSelectedEverywhere() const { return m_isEverywhere; }
    bool isLayingOut() const { return m_job.isRunning(); }
    /// Drops the layout that is being made; `fitAll` begins it anew.
    void cancelLayout();
    /// The part of the scene in view, without what is pinned over it.
    SceneRect visibleScene() const;
    void centreOn(double sceneX);
    /// The timestep that the pass stands at; -1 outside every timeline.
    int64_t currentTimestep() const;

public slots:
    void fitAll();
    void frameSelection();
    void zoomIn();
    void zoomOut();
    void zoom100();
    void setBands(backstep::Bands bands);
    void cycleBands();
    /// Moves the selection to the same op `steps` timesteps later.
    void moveTimestep(int steps);
    void selectTimestep(qint64 t);
    /// Takes over colours and font after a change of theme.
    void refreshPalette();

signals:
    void selectionChanged(const backstep::OpAddress& address, bool everywhere);
    void activated(const backstep::OpAddress& address);
    void cameraChanged();
    void stateChanged(); ///< another scene, other looks, another position of the pass
    void zoomChanged(double zoom);
    void bandsChanged(backstep::Bands bands);
    /// Ops laid out so far; done == total when finished.
    void layoutProgress(int done, int total);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    void startLayout();
    void adopt(std::shared_ptr<const Scene> scene);
    bool isSameTopology(const Scene& other) const;
    void setCamera(const Camera& camera);
    void keepInReach(Camera& camera) const;
    void resetCamera();
    double zoomForHeight() const;
    void updateScrollBars();
    QRectF canvasRect() const; ///< of the viewport, what lies right of and below the pinned parts
    void zoomBy(double factor, QPointF anchor);
    void choose(const BoxRef& box, bool everywhere);
    void setHovered(const BoxRef& box);
    QString tooltipUnder(QPointF at) const;
    void ensureBoxVisible(const BoxRef& box);
    void showWholeCell(Camera& camera, const TimelineStrip& strip) const;
    void walk(int key);
    BoxRef verticalNeighbour(const BoxRef& from, bool downwards) const;
    BoxRef firstVisibleBox() const;
    void activate(const BoxRef& box);
    void updateAccessibleName();
    void paintEmpty(QPainter& painter);

    std::shared_ptr<const Snapshot> m_pending; ///< waits for its layout
    CellLayoutJob m_job;
    CanvasState m_state;
    CanvasPainter m_painter;
    CanvasHeader* m_header;
    std::set<std::string> m_unfolded;
    Camera m_camera;
    Bands m_bands = Bands::Both;
    BoxRef m_selected, m_hovered;
    CutPaths m_cutPaths; ///< empty: none is asked for
    OpAddress m_wanted;  ///< selected before its layout was there
    bool m_isEverywhere = false;
    bool m_isDragging = false, m_hasDragged = false;
    bool m_isUpdatingBars = false;
    bool m_fitsHeight = false; ///< the zoom follows the viewport until the user sets one
    QPointF m_dragFrom;
};

}
