target_sources(BackstepViews PRIVATE
    models/engine_mailbox.cpp
    models/findings_model.cpp
    models/forward_bench.cpp
    models/gradcheck_model.cpp
    models/gradient_bench.cpp
    models/gradient_targets.cpp
    models/own_gradients.cpp
    models/graph_tree.cpp
    models/graph_tree_model.cpp
    models/op_text.cpp
    models/run_findings_watch.cpp
    models/search_model.cpp
    models/selection.cpp
    models/session_bridge.cpp
    models/side_thread.cpp
    models/weights_model.cpp
)
