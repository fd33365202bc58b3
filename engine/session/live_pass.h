#pragma once

#include "engine/execution/executor.h"
#include "engine/session/helper_body.h"
#include "engine/session/program.h"

#include <chrono>
#include <functional>
#include <set>

namespace backstep {

/// One run of a program: the executor, and at which breaks it has stopped already.
class LivePass
{
public:
    explicit LivePass(const Program& program);

    const Plan& plan() const { return *m_plan; }
    Position reached() const { return m_executor ? m_executor->reached() : 0; }
    using Progress = std::function<void(double fraction)>;
    /// Runs up to a position; stops at ops that lose the gradient if asked to, once an op.
    /// `progress` is told when it takes longer than `slowAfter`, and at the end then with 1.
    Stop run(Position until, bool obeysBreaks, std::stop_token stop, const Progress& progress,
             std::chrono::milliseconds slowAfter = kSlowAfter);
    PassState stateAt(Position cursor, StopReason reason);
    ValueSnapshot value(const ValueAddress& address, Position cursor);
    /// The elements alone; null where there are none.
    Tensor tensor(const ValueAddress& address, Position cursor);
    /// The inside of a helper op, computed from its inputs as far as they are executed.
    BodySnapshot body(const OpAddress& address, Position cursor);

private:
    bool start();
    /// Without its statistics.
    ValueSnapshot found(const ValueAddress& address, Position cursor);

    std::shared_ptr<const Plan> m_plan;
    std::map<ValueId, Tensor> m_feeds;
    std::optional<Executor> m_executor; ///< made when first needed: it asks for memory
    std::optional<Error> m_failure;
    std::set<NodeId> m_brokenAt;
};

}
