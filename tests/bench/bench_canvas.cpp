// What the canvas costs: from a loaded LSTM(64) of 10,000 timesteps to the first frame, and a frame
// while panning at 1600 x 900. CPU time is the figure to compare; wall time depends on the machine.

#include "tests/views/canvas/sample_program.h"
#include "views/canvas/graph_view.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <QPainter>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

using namespace backstep;

namespace {

double cpuMs()
{
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

void layOut(GraphView& view)
{
    while (view.isLayingOut())
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

void pan(GraphView& view, QImage& frame, const char* level)
{
    constexpr int kFrames = 100;
    std::vector<double> costs;
    const double step = 23 / view.camera().zoom;
    double x = view.visibleScene().x + view.visibleScene().width / 2;
    for (int i = 0; i < kFrames; ++i) {
        const double before = cpuMs();
        view.centreOn(x += step);
        view.viewport()->render(&frame);
        costs.push_back(cpuMs() - before);
    }
    std::sort(costs.begin(), costs.end());
    std::printf("pan, %-18s median %5.2f ms CPU, p95 %5.2f ms CPU\n", level, costs[kFrames / 2],
                costs[kFrames * 95 / 100]);
}

}

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication app(argc, argv);
    const int64_t stepCount = argc > 1 ? std::atoll(argv[1]) : 10000;
    const auto snapshot = sample::lstmSign(stepCount);
    GraphView view;
    view.resize(1600, 900);
    QImage frame(1600, 900, QImage::Format_ARGB32_Premultiplied);
    view.viewport()->render(&frame); // fonts are loaded with the window, not with the model

    QElapsedTimer wall;
    wall.start();
    const double before = cpuMs();
    view.setSnapshot(snapshot);
    layOut(view);
    view.viewport()->render(&frame);
    std::printf("T = %lld: first frame after loading %lld ms wall, %.1f ms CPU\n",
                static_cast<long long>(stepCount), static_cast<long long>(wall.elapsed()),
                cpuMs() - before);

    view.setPassState(sample::pausedAtGradientOf(*snapshot, "Sign", stepCount / 2));
    pan(view, frame, "text 100 %");
    for (const auto& [zoom, level] :
         {std::pair(0.45, "boxes and edges"), {0.2, "boxes"}, {0.05, "bars"}}) {
        while (view.camera().zoom > zoom * 1.1)
            view.zoomOut();
        pan(view, frame, level);
    }
    view.fitAll();
    pan(view, frame, "whole graph");
    return 0;
}
