#include "engine/base/date.h"

#include <fmt/format.h>

#include <chrono>

namespace backstep {

std::string today()
{
    using namespace std::chrono;
    const year_month_day day(floor<days>(system_clock::now()));
    return fmt::format("{:04}-{:02}-{:02}", int(day.year()), unsigned(day.month()),
                       unsigned(day.day()));
}

}
