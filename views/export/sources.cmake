target_sources(BackstepViews PRIVATE
    export/code_dialog.cpp
    export/python_highlighter.cpp
)
