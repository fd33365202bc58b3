#pragma once

#include "views/canvas/scene.h"

#include <QObject>
#include <QThreadPool>

#include <atomic>
#include <memory>
#include <set>
#include <string>

namespace backstep {

/// Lays a graph out on one worker thread: libgvc has global state. The newest request wins.
class CellLayoutJob : public QObject
{
    Q_OBJECT
public:
    explicit CellLayoutJob(QObject* parent = nullptr);
    ~CellLayoutJob() override;

    /// `textWidth` is called on the worker: it must hold all that it needs.
    void start(std::shared_ptr<const Graph> graph, const std::set<std::string>& unfolded,
               const TextWidth& textWidth);
    /// Drops what is being laid out; `finished` does not come.
    void cancel();
    bool isRunning() const { return m_isRunning; }

signals:
    void finished(std::shared_ptr<const backstep::Scene> scene);

private:
    QThreadPool m_worker;
    std::atomic<uint64_t> m_newest = 0;
    bool m_isRunning = false;
};

}
