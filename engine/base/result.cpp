#include "engine/base/result.h"

namespace backstep {

std::string Error::text() const
{
    std::string all;
    for (auto step = trail.rbegin(); step != trail.rend(); ++step)
        all += *step + ": ";
    all += message;
    if (!hint.empty())
        all += " " + hint;
    return all;
}

}
