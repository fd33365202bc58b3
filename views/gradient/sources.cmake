target_sources(BackstepViews PRIVATE
    gradient/badge_chips.cpp
    gradient/completion_popup.cpp
    gradient/effect_list.cpp
    gradient/expression_edit.cpp
    gradient/expression_highlighter.cpp
    gradient/gradcheck_dialog.cpp
    gradient/gradient_decisions.cpp
    gradient/gradient_editor.cpp
    gradient/gradient_form.cpp
    gradient/gradient_plot.cpp
    gradient/gradient_plot_paint.cpp
    gradient/scope_section.cpp
    gradient/surrogate_delegate.cpp
    gradient/surrogate_list.cpp
    gradient/verdict_section.cpp
)
