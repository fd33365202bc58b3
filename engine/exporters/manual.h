#pragma once

#include <map>
#include <string>

namespace backstep {

/// The pages of the manual about the catalogue, by file name: "findings.md", which lists all, and
/// one a kind, "zero-gradient.md"; the surrogates, the forwards, the functions of gradients as
/// text, and the operators. Markdown, made from the tables alone.
std::map<std::string, std::string> catalogueManual();

/// "functions.md": what gradients and forwards are written in.
std::string functionsPage();

}
