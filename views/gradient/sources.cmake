target_sources(BackstepViews PRIVATE
    gradient/example_list.cpp
    gradient/expression_edit.cpp
    gradient/expression_highlighter.cpp
    gradient/gradient_editor.cpp
)
