#pragma once

#include "tests/views/canvas/sample_program.h"
#include "views/canvas/graph_view.h"

#include <QSignalSpy>
#include <QTest>

namespace backstep {

/// A canvas on the screen, with one snapshot laid out.
class OpenedView : public QObject
{
protected:
    void makeView()
    {
        m_view = std::make_unique<GraphView>();
        m_view->resize(1200, 640);
        m_view->show();
    }
    void open(std::shared_ptr<const Snapshot> snapshot)
    {
        m_snapshot = std::move(snapshot);
        QSignalSpy changed(m_view.get(), &GraphView::stateChanged);
        m_view->setSnapshot(m_snapshot);
        QVERIFY(changed.wait(10000));
        QVERIFY(!m_view->isLayingOut());
    }
    int boxNamed(const std::string& label) const
    {
        const auto& ops = m_view->state().scene->strips()[0].cell->outline.ops;
        for (size_t i = 0; i < ops.size(); ++i)
            if (ops[i].label == label)
                return static_cast<int>(i);
        return -1;
    }
    QPoint pointOf(const BoxRef& box) const
    {
        return m_view->camera().toScreen(m_view->state().scene->rectOf(box)).center().toPoint();
    }

    std::shared_ptr<const Snapshot> m_snapshot;
    std::unique_ptr<GraphView> m_view;
};

}
