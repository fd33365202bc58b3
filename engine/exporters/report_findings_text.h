#pragma once

#include "engine/exporters/report.h"

namespace backstep {

/// Text broken between words into lines that start with `indent`.
std::string wrapped(std::string_view text, std::string_view indent);

/// How many findings there are, then each of them. Of many of one kind that are for information
/// alone the first ones stand for all: the others are named.
std::string findingsAsText(const ReportSource& source);

}
