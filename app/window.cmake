# The window as a library, so that its tests can open it; the executable adds only main().
add_library(BackstepWindow STATIC
    ${PROJECT_SOURCE_DIR}/app/actions.cpp
    ${PROJECT_SOURCE_DIR}/app/breadcrumb_bar.cpp
    ${PROJECT_SOURCE_DIR}/app/canvas_page.cpp
    ${PROJECT_SOURCE_DIR}/app/dock_title.cpp
    ${PROJECT_SOURCE_DIR}/app/gui_main.cpp
    ${PROJECT_SOURCE_DIR}/app/keys_page.cpp
    ${PROJECT_SOURCE_DIR}/app/main_window.cpp
    ${PROJECT_SOURCE_DIR}/app/main_window_actions.cpp
    ${PROJECT_SOURCE_DIR}/app/main_window_tools.cpp
    ${PROJECT_SOURCE_DIR}/app/main_window_files.cpp
    ${PROJECT_SOURCE_DIR}/app/main_window_search.cpp
    ${PROJECT_SOURCE_DIR}/app/main_window_state.cpp
    ${PROJECT_SOURCE_DIR}/app/manual_page.cpp
    ${PROJECT_SOURCE_DIR}/app/message_bar.cpp
    ${PROJECT_SOURCE_DIR}/app/panel_corner.cpp
    ${PROJECT_SOURCE_DIR}/app/rail_feed.cpp
    ${PROJECT_SOURCE_DIR}/app/settings.cpp
    ${PROJECT_SOURCE_DIR}/app/status_line.cpp
    ${PROJECT_SOURCE_DIR}/app/window_docks.cpp
)
add_library(Backstep::Window ALIAS BackstepWindow)
set_target_properties(BackstepWindow PROPERTIES AUTOMOC ON)
target_link_libraries(BackstepWindow PUBLIC Backstep::Views BackstepOptions)
target_precompile_headers(BackstepWindow REUSE_FROM BackstepViews)
