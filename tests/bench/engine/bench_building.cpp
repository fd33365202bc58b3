// What it costs to build a gradient graph: of an LSTM, whatever the number of timesteps, and of a
// flat graph by its number of ops. One JSON line a case, medians of CPU time.

#include "engine/autodiff/differentiate.h"
#include "engine/execution/plan.h"
#include "engine/ops/graph_builder.h"
#include "tests/support/recurrent_program.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

using namespace backstep;

namespace {

constexpr int kRepeats = 21;

double cpuMs()
{
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// x -> MatMul, Add, Tanh, MatMul, ... with weights of its own for each.
RecurrentLayer flatGraph(int64_t ops)
{
    RecurrentLayer made;
    GraphBuilder b(made.graph, kTopRegion, {.name = "flat"});
    const auto declare = [&](ValueKind kind, const Shape& shape) {
        ValueInfo info;
        info.kind = kind;
        info.type = {DType::Float32, shape};
        if (kind == ValueKind::Weight)
            info.content = Tensor(info.type);
        const Value value = b.declare(std::move(info));
        made.targets.push_back(value.id());
        return value;
    };
    Value y = declare(ValueKind::Input, {4, 16});
    for (int64_t i = 0; i + 1 < ops; ++i)
        y = i % 3 == 0   ? b.add("MatMul", {y, declare(ValueKind::Weight, {16, 16})})
            : i % 3 == 1 ? b.add("Add", {y, declare(ValueKind::Weight, {16})})
                         : b.add("Tanh", {y});
    made.graph.loss = b.add("ReduceSum", {y}, {{"keepdims", int64_t{0}}}).id();
    return made;
}

void measure(const char* name, int64_t size, const RecurrentLayer& made)
{
    std::vector<double> building, planning;
    size_t nodes = 0;
    for (int repeat = 0; repeat < kRepeats; ++repeat) {
        const GradientTable table;
        IdBook book;
        const double start = cpuMs();
        const FlowAnalysis flow = analyseFlow(made.graph, made.graph.loss, made.targets, table);
        Result<Differentiated> whole =
            differentiate(made.graph, made.graph.loss, made.targets, flow, table, book);
        building.push_back(cpuMs() - start);
        if (!whole) {
            std::fprintf(stderr, "%s\n", whole.error().text().c_str());
            std::exit(1);
        }
        nodes = whole->graph.nodeIds().size();
        const auto graph = std::make_shared<const Graph>(std::move(whole->graph));
        const double built = cpuMs();
        const Plan plan(graph);
        planning.push_back(cpuMs() - built);
    }
    std::printf("{\"case\": \"%s\", \"size\": %ld, \"nodes\": %zu, \"gradient_graph_ms\": %.3f, "
                "\"plan_ms\": %.3f}\n",
                name, long(size), nodes, median(building), median(planning));
    std::fflush(stdout);
}

}

int main()
{
    for (const int64_t steps : {100, 1000, 10000, 100000})
        measure("LSTM, timesteps", steps, recurrentLayer("LSTM", {64, 4, steps}));
    for (const int64_t ops : {1000, 3000, 10000})
        measure("flat, ops", ops, flatGraph(ops));
}
