#pragma once

#include <QString>

#include <string>

namespace backstep::reference {

std::string modelPath(const std::string& file);

/// Runs a file and compares loss and gradients with its framework's, relative to each array's
/// largest element; an all-zero array must be met exactly. One line for each item that disagrees,
/// or agrees although it is listed as an exception.
QString differencesOf(const std::string& file, bool isDouble, double tolerance);

}
