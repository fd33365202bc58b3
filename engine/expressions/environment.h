#pragma once

#include "engine/expressions/python_value.h"
#include "engine/expressions/syntax.h"

#include <map>
#include <string>

namespace backstep {

/// Names of one run of a block, inside those of the text around it.
struct Environment {
    struct Entry {
        PythonValue value;
        int column = 0;      ///< where it was given
        bool isRead = false; ///< since then
    };
    Environment* outer = nullptr;
    std::map<std::string, Entry, std::less<>> names;

    Entry* find(std::string_view name)
    {
        for (Environment* here = this; here; here = here->outer)
            if (const auto found = here->names.find(name); found != here->names.end())
                return &found->second;
        return nullptr;
    }
};

/// A function of the text; its environment is kept by the interpreter that met it.
struct PythonFunction {
    const Statement* definition = nullptr;
    Environment* closure = nullptr;
};

/// What has attributes of its own: PyTorch's `ctx`, TensorFlow's `op`, a class.
struct PythonObject {
    std::string kind; ///< for messages
    std::map<std::string, PythonValue, std::less<>> attributes;
};

}
