#pragma once

#include <map>
#include <string>

namespace backstep {

/// The pages of the manual about the catalogue, by file name: "findings.md", which lists all, and
/// one a kind, "zero-gradient.md". Markdown, made from the catalogue alone.
std::map<std::string, std::string> catalogueManual();

}
