target_sources(BackstepEngine PRIVATE
    expressions/functions.cpp
    expressions/grammar.cpp
    expressions/lexer.cpp
    expressions/parser.cpp
    expressions/lowering.cpp
    expressions/parts.cpp
)
