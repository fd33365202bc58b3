# cmake -DTABLE=x.tsv -DOUT=x.cpp -DNAME=kX -P embed_table.cmake: a table as lines of a C++ array. One
# literal a line: a compiler need not take more than 64 KB in one.
file(STRINGS ${TABLE} lines ENCODING UTF-8)
set(text "// Made from ${NAME}'s table in resources/tables; do not edit.\n")
string(APPEND text "#include \"engine/diagnostics/embedded_tables.h\"\n\n")
string(APPEND text "namespace backstep {\n\nstatic constexpr std::string_view lines[]{\n")
foreach(line IN LISTS lines)
    string(APPEND text "    R\"tsv(${line})tsv\",\n")
endforeach()
string(APPEND text "};\nconst std::span<const std::string_view> ${NAME}{lines};\n\n}\n")
file(WRITE ${OUT} "${text}")
