#include "views/canvas/dot.h"

#include <graphviz/gvc.h>

#include <cassert>
#include <memory>
#include <mutex>
#include <string>

namespace backstep {

namespace {

struct ContextCloser {
    void operator()(GVC_t* context) const { gvFreeContext(context); }
};

int swallowMessage(char*)
{
    return 0;
}

/// One context for the process: opening it loads Graphviz's plugins. Callers hold the lock.
GVC_t* sharedContext()
{
    static const std::unique_ptr<GVC_t, ContextCloser> context = [] {
        agseterrf(swallowMessage);
        return std::unique_ptr<GVC_t, ContextCloser>(gvContext());
    }();
    return context.get();
}

/// The C interface takes its constant strings as char*.
char* text(const char* constant)
{
    return const_cast<char*>(constant);
}

void set(void* object, const char* name, const std::string& value)
{
    agsafeset(object, text(name), text(value.c_str()), text(""));
}

std::string inches(float units)
{
    return std::to_string(units / 72.0f);
}

struct DotDrawing {
    Agraph_t* graph;
    std::vector<Agnode_t*> nodes;
    std::vector<Agedge_t*> edges;
};

DotDrawing build(const DotRequest& request)
{
    DotDrawing drawing{agopen(text("g"), Agdirected, nullptr), {}, {}};
    set(drawing.graph, "rankdir", "LR");
    set(drawing.graph, "nodesep", inches(request.nodeGap));
    set(drawing.graph, "ranksep", inches(request.rankGap));
    set(drawing.graph, "newrank", "true");
    set(drawing.graph, "nslimit", "4");
    set(drawing.graph, "mclimit", "2");
    for (size_t i = 0; i < request.nodes.size(); ++i) {
        Agnode_t* node = agnode(drawing.graph, std::to_string(i).data(), 1);
        set(node, "shape", "box");
        set(node, "label", "");
        set(node, "fixedsize", "true");
        set(node, "width", inches(request.nodes[i].width));
        set(node, "height", inches(request.nodes[i].height));
        drawing.nodes.push_back(node);
    }
    for (const DotRequest::Edge& edge : request.edges) {
        Agedge_t* made = agedge(drawing.graph, drawing.nodes[static_cast<size_t>(edge.from)],
                                drawing.nodes[static_cast<size_t>(edge.to)], nullptr, 1);
        set(made, "weight", std::to_string(edge.weight));
        set(made, "arrowhead", "none");
        drawing.edges.push_back(made);
    }
    for (size_t i = 0; i < request.sameRank.size(); ++i) {
        const std::string name = "same" + std::to_string(i);
        Agraph_t* rank = agsubg(drawing.graph, text(name.c_str()), 1);
        set(rank, "rank", "same");
        for (int node : request.sameRank[i])
            agsubnode(rank, drawing.nodes[static_cast<size_t>(node)], 1);
    }
    return drawing;
}

CubicPath splineOf(Agedge_t* edge, double height)
{
    CubicPath path;
    const splines* drawn = ED_spl(edge);
    if (!drawn || drawn->size == 0)
        return path;
    const bezier& curve = drawn->list[0];
    for (int i = 0; i < curve.size; ++i)
        path.push_back(
            {static_cast<float>(curve.list[i].x), static_cast<float>(height - curve.list[i].y)});
    return path;
}

}

DotResult runDot(const DotRequest& request)
{
    assert(request.nodes.size() <= kMostDotNodes);
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    DotResult result;
    GVC_t* context = sharedContext();
    const DotDrawing drawing = build(request);
    gvLayout(context, drawing.graph, "dot");
    const boxf bounds = GD_bb(drawing.graph);
    result.width = static_cast<float>(bounds.UR.x);
    result.height = static_cast<float>(bounds.UR.y);
    for (Agnode_t* node : drawing.nodes)
        result.centres.push_back({static_cast<float>(ND_coord(node).x),
                                  static_cast<float>(bounds.UR.y - ND_coord(node).y)});
    for (Agedge_t* edge : drawing.edges)
        result.splines.push_back(splineOf(edge, bounds.UR.y));
    gvFreeLayout(context, drawing.graph);
    agclose(drawing.graph);
    return result;
}

}
