#pragma once

#include "engine/session/debug_session.h"
#include "engine/session/live_pass.h"
#include "engine/session/loose_work.h"
#include "engine/session/program.h"

namespace backstep {

/// What a session holds: the document with its history, what follows from it, and the pass.
struct DebugSession::Live {
    struct Step { ///< a document with what led away from it, for undo
        Document document;
        std::string title;
    };
    struct Built { ///< a program and the ids that it used
        Program program;
        IdBook ids;
    };

    std::vector<Step> undone, done; ///< `done.back()` is the document before the present one
    Document document;
    bool isOpen = false;
    IdBook ids;
    std::shared_ptr<const Snapshot> snapshot = std::make_shared<const Snapshot>();
    std::unique_ptr<LivePass> pass;
    PassState state;
    bool stopsAtBreaks = true;
    LooseWork loose;
    std::chrono::milliseconds slowAfter = kSlowAfter;

    static Result<Built> build(const Document& document, IdBook ids);
    static StopReason reasonOf(const Stop& stopped);
    void publish(const Program& program);
};

template<class T> Result<T> DebugSession::await(const std::function<Result<T>()>& work,
                                                const std::string& title, std::stop_token stop)
{
    bool isTold = false;
    const auto tell = [&] {
        if (observer)
            observer->progressed(title, kUnknownFraction);
        isTold = true;
    };
    std::optional<Result<T>> result =
        m_live->loose.wait<Result<T>>(work, stop, m_live->slowAfter, tell);
    if (isTold && observer)
        observer->progressed("", 1);
    if (!result)
        return Error{std::string(kCancelled), title + " was cancelled."};
    return std::move(*result);
}

}
