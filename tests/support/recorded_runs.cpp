#include "tests/support/recorded_runs.h"

#include <QTest>

#include <cmath>
#include <set>

namespace backstep {

namespace {

/// Largest difference relative to the largest element.
double difference(const Tensor& a, const Tensor& b)
{
    double largest = 0, most = 0;
    for (int64_t i = 0; i < a.count(); ++i) {
        largest = std::max(largest, std::abs(a.number(i)));
        most = std::max(most, std::abs(a.number(i) - b.number(i)));
    }
    return most == 0 ? 0 : most / std::max(largest, 1e-30);
}

}

Executor executorFor(const RecurrentProgram& program, const PlanOptions& options)
{
    const auto plan = std::make_shared<const Plan>(program.graph, options);
    Result<Recording> recording = Recording::make(plan, program.feeds);
    return Executor(std::move(*recording));
}

PlanOptions someSegmentsKept(const RecurrentProgram& program, double share)
{
    const size_t tooLittle = Plan(program.graph, kResiduals).keptBytes() - 1;
    const auto least = static_cast<double>(Plan(program.graph, kCheckpoints).keptBytes());
    const auto most =
        static_cast<double>(Plan(program.graph, {.keptBytes = tooLittle}).keptBytes());
    return {.keptBytes = static_cast<size_t>(least + share * (most - least))};
}

QString placeOf(const Graph& graph, const ValueAddress& address)
{
    const ValueInfo& info = graph.value(address.value);
    QString text = QString("value %1").arg(number(info.id));
    if (info.kind == ValueKind::Output)
        text += QString(" of %1").arg(QString::fromStdString(graph.node(info.producer).op.type));
    if (address.at.depth > 0)
        text += QString(" at %1").arg(address.at.innermost());
    return text;
}

std::vector<ValueAddress> someAddresses(const Graph& graph)
{
    std::vector<ValueAddress> all;
    for (ValueId id : graph.valueIds()) {
        const RegionId region = graph.value(id).region;
        if (region == kTopRegion) {
            all.push_back({id, {}});
            continue;
        }
        const int64_t last = graph.stepCount(region) - 1;
        for (int64_t t :
             std::set{int64_t{0}, last / 2, (last + 1) / 2, std::max(last - 1, 0L), last})
            all.push_back({id, TimestepPath().then(t)});
    }
    return all;
}

void verifySameValues(Executor& wanted, Executor& found)
{
    const Graph& graph = wanted.plan().graph();
    const Position end = wanted.plan().size();
    QCOMPARE(wanted.run(end).reason, Stop::Reached);
    QCOMPARE(found.run(end).reason, Stop::Reached);
    for (const ValueAddress& address : someAddresses(graph)) {
        const Result<Tensor> a = wanted.value(address, end), b = found.value(address, end);
        QCOMPARE(bool(b), bool(a));
        if (!a)
            continue;
        const double most = difference(*a, *b);
        QVERIFY2(most < 1e-5, qPrintable(placeOf(graph, address) + QString(": %1").arg(most)));
    }
}

}
